"""Proof 5: 366 simulated days. Exactly one digest a client and local date, whatever the clock does in two nights.

Something changes every day. A local date without a digest is right only when no pass ended since the digest before: a
tick that comes hours late does the pass and the digest of one day at once, and the next day's may come before its pass.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.proof.verdict import Verdict
from tests.proof.world import DAY, MORNING, World, run_once
from tmwatch.pipeline.context import Context, new_york_day
from tmwatch.pipeline.due import do_due
from tmwatch.pipeline.run import Edges, RunResult
from tmwatch.portfolio import Client
from tmwatch.store import open_engine, portfolio

PLACES = (("Asia/Shanghai", "08:00"), ("America/New_York", "02:30"), ("America/New_York", "01:30"))
STEPS = (47, 13, 61, 29, 120, 5, 90, 115)  # minutes between two ticks: uneven; a pass fits between two digests
SLEEPS, SLEEP = 500, 600  # after so many ticks the machine sleeps for so many minutes, never from 08:00 to midnight


def ticks(first: date, days: int, calm: bool) -> list[datetime]:
    """Return the moments at which the daemon looks: every few minutes to hours; `calm` looks four times a day."""
    now = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end, found, step = now + timedelta(days=days), [], 0
    while now < end:
        found.append(now)
        step += 1
        now += timedelta(minutes=360 if calm else STEPS[step % len(STEPS)] if step % SLEEPS else SLEEP)
    return found


def prove(world: World, places: Sequence[tuple[str, str]], first: date, days: int, *, calm: bool = False) -> Verdict:
    """Tick through the days while something changes every day for a client of each place, and count the digests."""
    moments = ticks(first, days, calm)
    world.prepare(moments[0] - DAY)
    _settle(world, places)
    clock = [moments[0]]

    def live(ctx: Context, edges: Edges) -> RunResult:
        for number, now in enumerate(moments):
            if now.date() != clock[0].date():  # every day some news, so that a day without a digest is an error
                change(world, f"Attorney {number}")
            clock[0] = now
            do_due(replace(ctx, now=now, as_of=new_york_day(now)), edges)
        return RunResult("", ctx.now)

    run_once(world.settings, moments[0], lambda: clock[0], act=live)
    broken: list[str] = []
    figures: dict[str, object] = {}
    end = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=days)
    for number, (zone, send_at) in enumerate(places):
        last = end.astimezone(ZoneInfo(zone)).date()
        told, wrong = audit(world, f"Client {number}", last, days)
        figures[f"{zone} {send_at}"] = told
        broken += [f"{zone} {send_at}: {one}" for one in wrong]
    return Verdict(5, "one digest a local date", not broken, {"ticks": len(moments), **figures}, broken)


def _settle(world: World, places: Sequence[tuple[str, str]]) -> None:
    """Let each client live in her place."""
    engine = open_engine(world.database_url)
    clients = [
        Client(f"Client {n}", (f"c{n}@client.example",), timezone=zone, send_at=at)
        for n, (zone, at) in enumerate(places)
    ]
    with engine.begin() as conn:
        portfolio.save_watches(conn, [], clients, MORNING)
    engine.dispose()


def audit(world: World, client: str, last: date, days: int) -> tuple[str, list[str]]:
    """Return the figures of one client, and what does not hold of the local dates before `last`."""
    whose = f"client = '{client}'"
    rows = world.query(f"SELECT local_date FROM messages WHERE {whose} AND kind IN ('baseline', 'digest', 'all_clear')")
    counts = Counter(str(day) for (day,) in rows)
    begin = date.fromisoformat(min(counts)) + timedelta(days=2)  # the first news is in a pass of the second night
    expected = [str(begin + timedelta(days=n)) for n in range((last - begin).days)]
    decided, quiet = decisions(world, whose)
    broken = [f"{day}: {counts[day]} digests" for day in expected if counts[day] != (0 if day in quiet else 1)]
    broken += [f"{day}: not decided" for day in expected if day not in decided]
    broken += [f"{day}: {count} digests" for day, count in counts.items() if count > 1]
    early = len(quiet.intersection(expected))
    if len(expected) < days - 3 or early > days // 10 + 1:
        broken.append(f"only {len(expected)} days, {early} before their pass")
    return f"{counts.total()} digests in {len(expected)} days ({early} before their pass)", broken


def decisions(world: World, whose: str) -> tuple[set[str], set[str]]:
    """Return the local dates decided, and those of them at whose hour no pass had ended since the digest before."""
    passes = sorted(str(at) for (at,) in world.query("SELECT finished_at FROM runs WHERE kind = 'run'"))
    query = f"SELECT local_date, decided_at FROM digest_days WHERE {whose} ORDER BY 2"
    decided = [(str(day), str(at)) for day, at in world.query(query)]
    quiet = {
        day
        for (_, before), (day, at) in itertools.pairwise(decided)
        if not any(before < ended <= at for ended in passes)
    }
    return {day for day, _ in decided}, quiet


def change(world: World, attorney: str) -> None:
    """Give every mark another attorney."""
    world.served = {serial: replace(case, attorney=attorney) for serial, case in world.served.items()}
    world.office.serve(world.served.values())
