"""What is due by the clock: the nightly pass, each client's digest at her local hour, waiting deliveries.

The truth lies in the database (the run ledger and the decided days), never in "a tick happened": called late, twice or
after a week of sleep, it does what is missing once. `run --if-due` and the daemon share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tmwatch.pipeline.context import NEW_YORK, Context
from tmwatch.pipeline.deliver import Delivered, deliver
from tmwatch.pipeline.queueing import Wanted, queue_all
from tmwatch.pipeline.run import Edges, Options, RunResult, last_pass, run
from tmwatch.portfolio import Client
from tmwatch.store import outbox, portfolio, runs
from tmwatch.store.engine import reading

PASS_AT = time(22, 5)  # New York: the hours of the wide request rate begin at 22:00
RETRY = timedelta(hours=1)  # an incomplete pass is tried again after this


@dataclass(slots=True)
class Due:
    """What was done: the pass (None when none was due), digests queued, deliveries."""

    passed: RunResult | None
    queued: int
    delivered: Delivered


def pass_due(now: datetime, last_started: datetime | None, complete: bool) -> bool:
    """Whether a pass is due: none was begun since the latest 22:05 in New York, or it was incomplete an hour ago."""
    if last_started is None:
        return True
    local = now.astimezone(NEW_YORK)
    mark = datetime.combine(local.date(), PASS_AT, NEW_YORK)
    if mark > local:
        mark = datetime.combine(local.date() - timedelta(days=1), PASS_AT, NEW_YORK)
    if last_started < mark.astimezone(UTC):
        return True
    return not complete and now - last_started >= RETRY


def day_due(now: datetime, zone: str, send_at: str) -> date | None:
    """The local date whose digest is due now, None before the hour. Wall-clock comparison: a DST night has one date."""
    local = now.astimezone(ZoneInfo(zone))
    hour, minute = (int(part) for part in send_at.split(":"))
    return local.date() if (local.hour, local.minute) >= (hour, minute) else None


def do_due(ctx: Context, edges: Edges) -> Due:
    """Do everything that is due now, once. Busy when another run is active."""
    with reading(ctx.engine) as conn:
        newest = runs.last_run(conn, "run")
    passed = None
    if pass_due(ctx.now, newest.started_at if newest else None, newest.state == "done" if newest else False):
        passed = run(ctx, edges, Options(send=False, digests=False))
    queued = _digests(ctx)
    return Due(passed, queued, deliver(ctx, edges.channels))


def run_due(ctx: Context, edges: Edges) -> RunResult | None:
    """Do what is due; return what the run did, None when nothing was due."""
    done = do_due(ctx, edges)
    if done.passed is None and not done.queued and not done.delivered.sent:
        return None
    result = done.passed or RunResult(ctx.run_id, ctx.now)
    result.queued += done.queued
    result.delivered = done.delivered
    return result


def _digests(ctx: Context) -> int:
    """Queue the digest of every client whose hour has come and whose local date is not decided yet."""
    with reading(ctx.engine) as conn:
        clients = portfolio.load_clients(conn)
        names = {watch.client for watch in portfolio.load_watches(conn)}
        decided = outbox.decided_days(conn, (ctx.now - timedelta(days=2)).date())
        info = last_pass(conn)
    queued = 0
    for name in sorted(names):
        client = clients.get(name, Client(name))
        day = day_due(
            ctx.now, client.timezone or ctx.settings.digest.timezone, client.send_at or ctx.settings.digest.send_at
        )
        if day is not None and (name, day) not in decided and info is not None:
            queued += queue_all(ctx, info, Wanted(digest=True, only=frozenset({name}), decide=day))
    return queued
