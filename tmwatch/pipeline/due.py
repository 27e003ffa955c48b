"""What is due by the clock: the nightly pass, the daily file, each client's digest, housekeeping, deliveries.

The truth lies in the database (the run ledger and the decided days), never in "a tick happened": called late, twice or
after a week of sleep, it does what is missing once. `run --if-due` and the daemon share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tmwatch.pipeline import heartbeat
from tmwatch.pipeline.context import NEW_YORK, Context
from tmwatch.pipeline.daily_pass import NAME
from tmwatch.pipeline.deliver import Delivered, deliver, even_so
from tmwatch.pipeline.housekeeping import Kept, tidy_if_due
from tmwatch.pipeline.last_pass import last_pass
from tmwatch.pipeline.overview import overview_day, queue_overview
from tmwatch.pipeline.queueing import Wanted, queue_all
from tmwatch.pipeline.run import LOCK, Edges, Options, RunResult, held_lock, run
from tmwatch.portfolio import Client
from tmwatch.store import health, outbox, overdue, portfolio, runs
from tmwatch.store.engine import reading

PASS_AT = time(22, 5)  # New York: the hours of the wide request rate begin at 22:00
RETRY = timedelta(hours=1)  # an incomplete pass is tried again after this
FILE_AT = time(5, 0)  # New York: the file of a day appears about 00:50 of the next one
FILE_RETRY = timedelta(minutes=30)


@dataclass(slots=True)
class Due:
    """What was done: the pass (None when none was due), digests queued, deliveries, housekeeping."""

    passed: RunResult | None
    queued: int
    delivered: Delivered
    kept: Kept | None = None


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


def file_due(now: datetime, read_until: date | None, last_asked: datetime | None) -> bool:
    """Whether to ask for the daily file: from 05:00 in New York yesterday's must be there; again every half hour."""
    local = now.astimezone(NEW_YORK)
    if local.time() < FILE_AT or (read_until is not None and read_until >= local.date() - timedelta(days=1)):
        return False
    return last_asked is None or not timedelta(0) <= now - last_asked < FILE_RETRY


def day_due(now: datetime, zone: str, send_at: str) -> date | None:
    """The local date whose digest is due now, None before the hour. Wall-clock comparison: a DST night has one date."""
    local = now.astimezone(ZoneInfo(zone))
    hour, minute = (int(part) for part in send_at.split(":"))
    return local.date() if (local.hour, local.minute) >= (hour, minute) else None


def do_due(ctx: Context, edges: Edges) -> Due:
    """Do everything that is due now, once. Busy when another run is active."""
    with even_so(ctx, edges.channels):
        passed = _pass(ctx, edges)
        with held_lock(ctx, LOCK) as locked:
            queued = _digests(locked)
        kept = tidy_if_due(ctx)
    return Due(passed, queued, deliver(ctx, edges.channels), kept)


def _pass(ctx: Context, edges: Edges) -> RunResult | None:
    """Do the nightly pass, or ask for the daily file alone, when one of them is due. Its mail goes out behind it, so
    that the monitor hears of what did not go out before it."""
    with reading(ctx.engine) as conn:
        newest = runs.last_run(conn, "run", now=ctx.now)
        files = health.load_health(conn).get(NAME)
    options = None
    if pass_due(ctx.now, newest.started_at if newest else None, newest.state == "done" if newest else False):
        options = Options(send=False, digests=False)
    elif edges.odp is not None:
        asked = max(filter(None, (files.last_ok_at, files.last_error_at)), default=None) if files else None
        until = files.data_as_of.astimezone(NEW_YORK).date() if files and files.data_as_of else None
        if file_due(ctx.now, until, asked):
            options = Options(send=False, digests=False, sources=("odp",), kind="files")
    if options is None:
        return None
    with heartbeat.beating(ctx.settings) as beat:
        passed = run(ctx, edges, options, beat.begin)
        whole = options.kind == "run" or (newest is not None and newest.state == "done")
        with reading(ctx.engine) as conn:
            beat.complete = passed.complete and whole and not overdue.undelivered(conn, ctx.now)
    return passed


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
    """Queue the digest of every client whose hour has come and whose local date is not decided yet, and the operator's
    overview."""
    digest = ctx.settings.digest
    mine = day_due(ctx.now, digest.timezone, digest.send_at) and overview_day(ctx)
    with reading(ctx.engine) as conn:
        clients = portfolio.load_clients(conn)
        names = portfolio.watching_clients(conn)
        decided = outbox.decided_days(conn, (ctx.now - timedelta(days=2)).date())
        days: dict[str, date] = {}
        for name in names:
            client = clients.get(name, Client(name))
            day = day_due(ctx.now, client.timezone or digest.timezone, client.send_at or digest.send_at)
            if day is not None and (name, day) not in decided:
                days[name] = day
        info = last_pass(conn, ctx.now) if days or mine else None
    if info is None:
        return 0
    queued = queue_all(ctx, info, Wanted(only=frozenset(days), days=days)) if days else 0
    return queued + (queue_overview(ctx, info) if mine else 0)
