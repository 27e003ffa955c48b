"""Proof 5: 366 simulated days. Exactly one digest a client and local date, whatever the clock does in two nights."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.proof.verdict import Verdict
from tests.proof.world import DAY, World, run_once
from tmwatch.pipeline.context import Context, new_york_day
from tmwatch.pipeline.due import do_due
from tmwatch.pipeline.run import Edges, RunResult

PLACES = (("Asia/Shanghai", "08:00"), ("America/New_York", "02:30"), ("America/New_York", "01:30"))
STEPS = (47, 13, 61, 29, 240, 5, 90, 181)  # minutes between two ticks: uneven, some of them long


def ticks(first: date, days: int, calm: bool) -> list[datetime]:
    """Return the moments at which the daemon looks: every few minutes to hours; `calm` looks four times a day."""
    now = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end, found, step = now + timedelta(days=days), [], 0
    while now < end:
        found.append(now)
        now += timedelta(minutes=360 if calm else STEPS[step % len(STEPS)])
        step += 1
    return found


def prove(world: World, zone: str, send_at: str, first: date, days: int, *, calm: bool = False) -> Verdict:
    """Tick through the days while something changes every day, and count the digests."""
    moments = ticks(first, days, calm)
    world.prepare(moments[0] - DAY, timezone=zone, send_at=send_at)
    clock = [moments[0]]

    def live(ctx: Context, edges: Edges) -> RunResult:
        for number, now in enumerate(moments):
            if now.date() != clock[0].date():  # every day some news, so that a day without a digest is an error
                change(world, f"Attorney {number}")
            clock[0] = now
            do_due(replace(ctx, now=now, as_of=new_york_day(now)), edges)
        return RunResult("", ctx.now)

    run_once(world.settings, moments[0], lambda: clock[0], act=live)
    local_end = (datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=days)).astimezone(
        ZoneInfo(zone)
    )
    rows = world.query("SELECT local_date FROM messages WHERE kind IN ('baseline', 'digest', 'all_clear')")
    decided = {str(day) for (day,) in world.query("SELECT local_date FROM digest_days")}
    counts = Counter(str(day) for (day,) in rows)
    begin = date.fromisoformat(min(counts)) + timedelta(days=2)  # the first news is in a pass of the second night
    expected = [str(begin + timedelta(days=n)) for n in range((local_end.date() - begin).days)]
    broken = [f"{day}: {counts[day]} digests" for day in expected if counts[day] != 1]
    broken += [f"{day}: not decided" for day in expected if day not in decided]
    broken += [f"{day}: {count} digests" for day, count in counts.items() if count > 1]
    figures = {"days": len(expected), "digests": sum(counts.values()), "at": f"{zone} {send_at}"}
    return Verdict(5, "one digest a local date", not broken and len(expected) >= days - 3, figures, broken)


def change(world: World, attorney: str) -> None:
    """Give the first mark another attorney."""
    serial = world.serials[0]
    world.served[serial] = replace(world.served[serial], attorney=attorney)
    world.office.serve([world.served[serial]])
