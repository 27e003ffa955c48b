"""The checks of `tmwatch doctor` that ask the database: schema, portfolio, sources, runs, orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmwatch.cli import console
from tmwatch.cli.doctor_checks import Line, failure, ok, warn
from tmwatch.errors import TmwatchError
from tmwatch.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tmwatch.pipeline.order_watch import Seen

RUN_AGE = timedelta(hours=36)
SOURCE_AGE = timedelta(days=3)

StoredCheck = Callable[["Connection", Settings, datetime], list[Line]]


def database(settings: Settings) -> list[Line]:
    """Look whether the database is there, has the program's schema and can be written."""
    from tmwatch.store import open_engine, schema
    from tmwatch.store.engine import parse_url
    from tmwatch.store.failures import place

    url = settings.database.url
    try:
        schema.check(url)
        engine = open_engine(url)
        try:
            with engine.connect() as conn:
                transaction = conn.begin()  # on SQLite this takes the write lock, on PostgreSQL it asks the server
                transaction.rollback()
        finally:
            engine.dispose()
        return [ok("database", f"{place(parse_url(url))}, schema {schema.HEAD}")]
    except TmwatchError as error:
        return [failure("database", error)]


def stored(settings: Settings, now: datetime, checks: tuple[StoredCheck, ...]) -> list[Line]:
    """Run the checks that read the database."""
    from tmwatch.store import open_engine, reading

    engine = open_engine(settings.database.url)
    lines: list[Line] = []
    try:
        with reading(engine) as conn:
            for check in checks:
                lines.extend(check(conn, settings, now))
    except TmwatchError as error:
        lines.append(failure("database", error))
    finally:
        engine.dispose()
    return lines


def portfolio(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Count the marks, and name the clients whom no message can reach."""
    from tmwatch.store.portfolio import load_clients, load_watches

    watches = load_watches(conn)
    if not watches:
        return [warn("portfolio", "empty; fill it with: tmwatch portfolio import FILE")]
    clients = load_clients(conn)
    names = dict.fromkeys(watch.client for watch in watches)
    mute = [name for name in names if not (clients[name].emails or clients[name].channels)]
    marks = len({watch.number for watch in watches})
    lines = [ok("portfolio", f"{console.counted(marks, 'mark')} of {console.counted(len(names), 'client')}")]
    if mute:
        shown = ", ".join(mute[:5]) + (" ..." if len(mute) > 5 else "")
        lines.append(warn("portfolio", f"{console.counted(len(mute), 'client')} without e-mail address: {shown}"))
    return lines


def sources(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Say when each source last answered, and what it said when it did not."""
    from tmwatch.store.health import load_health

    lines = []
    for health in load_health(conn).values():
        subject = f"source {health.source}"
        last = f"last answer {_day(health.last_ok_at)}"
        if health.data_as_of:
            last += f", data of {_day(health.data_as_of)}"
        if health.last_error_at and (health.last_ok_at is None or health.last_error_at > health.last_ok_at):
            lines.append(warn(subject, f"failed {_day(health.last_error_at)}: {health.last_error}; {last}"))
        elif health.last_ok_at is None or now - health.last_ok_at > SOURCE_AGE:
            lines.append(warn(subject, f"{last}; old"))
        else:
            lines.append(ok(subject, last))
    return lines


def last_run(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Say when the last run was and what became of it."""
    from tmwatch.store.runs import list_runs

    runs = list_runs(conn, 1)
    if not runs:
        return [warn("last run", "none yet; start one with: tmwatch run")]
    run = runs[0]
    text = f"{_day(run.started_at)} {run.state}"
    if run.watched is not None:
        text += f", {run.checked or 0} of {run.watched} marks checked"
    if run.started_at > now + timedelta(minutes=10):
        return [warn("last run", f"{text}; that lies in the future: the clock was changed")]
    if now - run.started_at > RUN_AGE:
        return [warn("last run", f"{text}; that is more than {RUN_AGE // timedelta(hours=1)} hours ago")]
    return [
        ok("last run", text) if run.state in ("done", "running") else warn("last run", f"{text}; see: tmwatch runs")
    ]


def orders(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Say how old the newest order known is, and what waits for the operator."""
    from tmwatch.pipeline.order_coverage import loaded
    from tmwatch.pipeline.order_watch import open_documents
    from tmwatch.sanctions import is_stale, load_registry
    from tmwatch.store.orders import load_orders

    registry = load_registry(extra_orders=load_orders(conn))
    text = f"{console.counted(len(registry.orders), 'order')} held, the newest of {registry.newest}"
    lines = [warn("orders", f"{one.title}: {_waits(one)}") for one in open_documents(conn)]
    unread = sorted(one.order_id for one in loaded(conn).values() if not one.reviewed)
    if unread:
        lines.append(warn("orders", f"not reviewed by a person yet: {', '.join(unread)}; see: tmwatch orders list"))
    if is_stale(registry, now.date(), settings.orders.stale_days):
        return [warn("orders", f"{text}; that is old: bring newer ones in with: tmwatch orders import"), *lines]
    return [ok("orders", text), *lines]


def _waits(one: Seen) -> str:
    """Say why a document of the page of orders is not compared yet."""
    return f"new on the page of orders, {one.note or 'not read yet'}; import it with: tmwatch orders import FILE"


def _day(moment: datetime | None) -> str:
    """Return a moment as people read it, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def records(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Name the bulk records that could not be read, and where their bytes are."""
    from tmwatch.store.documents import list_set_aside

    held = list_set_aside(conn)
    if not held:
        return []
    newest = held[0]
    number = newest.serial_number or "without number"
    text = f"{console.counted(len(held), 'record')} could not be read, the newest {number} of {newest.origin}: "
    return [warn("set aside", f"{text}{newest.reason}; to look at the bytes: tmwatch doctor --set-aside DIR")]


STORED_CHECKS: tuple[StoredCheck, ...] = (portfolio, sources, last_run, orders, records)
