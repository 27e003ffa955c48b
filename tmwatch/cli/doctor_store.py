"""The checks of `tmwatch doctor` that ask the database: schema, portfolio, sources, runs, orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmwatch.cli import console, counts
from tmwatch.cli.doctor_checks import Line, failure, ok, warn
from tmwatch.digest.terminal import moment
from tmwatch.digest.vocabulary import RUN_STATES, SOURCES, coded
from tmwatch.errors import TmwatchError
from tmwatch.settings import Settings
from tmwatch.text import COMMAS, Text, chain, say

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
        where = place(parse_url(url))
        return [ok(say("database"), say("{database}, schema {schema}", database=where, schema=schema.HEAD))]
    except TmwatchError as error:
        return [failure(say("database"), error)]


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
        lines.append(failure(say("database"), error))
    finally:
        engine.dispose()
    return lines


def portfolio(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Count the marks, and name the clients whom no message can reach."""
    from tmwatch.store.portfolio import load_clients, load_watches

    watches, subject = load_watches(conn), say("portfolio")
    if not watches:
        return [warn(subject, say("empty; fill it with: tmwatch portfolio import FILE"))]
    clients = load_clients(conn)
    names = dict.fromkeys(watch.client for watch in watches)
    mute = [name for name in names if not (clients[name].emails or clients[name].channels)]
    marks = counts.counted(len({watch.number for watch in watches}), counts.MARKS)
    of = say("{marks} of {clients}", marks=marks, clients=counts.counted(len(names), counts.CLIENTS))
    lines = [ok(subject, of)]
    if mute:
        shown = chain(mute[:5], COMMAS)
        silent = say(
            "{clients} without e-mail address: {names}",
            clients=counts.counted(len(mute), counts.CLIENTS),
            names=say("{names} ...", names=shown) if len(mute) > 5 else shown,
        )
        lines.append(warn(subject, silent))
    return lines


def sources(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Say when each source last answered, and what it said when it did not."""
    from tmwatch.store.health import load_health

    lines = []
    for health in load_health(conn).values():
        subject = say("source {name}", name=coded(SOURCES, health.source))
        last = say("last answer {moment}", moment=_day(health.last_ok_at))
        if health.data_as_of:
            last = say("{last}, data of {moment}", last=last, moment=_day(health.data_as_of))
        if health.last_error_at and (health.last_ok_at is None or health.last_error_at > health.last_ok_at):
            when, why = _day(health.last_error_at), console.recalled(health.why or "")
            lines.append(warn(subject, say("failed {moment}: {problem}; {last}", moment=when, problem=why, last=last)))
        elif health.last_ok_at is None or now - health.last_ok_at > SOURCE_AGE:
            lines.append(warn(subject, say("{last}; old", last=last)))
        else:
            lines.append(ok(subject, last))
    return lines


def last_run(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Say when the last run was and what became of it."""
    from tmwatch.store.runs import list_runs

    runs, subject = list_runs(conn, 1), say("last run")
    if not runs:
        return [warn(subject, say("none yet; start one with: tmwatch run"))]
    run = runs[0]
    text = say("{moment} {state}", moment=_day(run.started_at), state=coded(RUN_STATES, run.state))
    if run.watched is not None:
        checked = run.checked or 0
        text = say("{text}, {checked} of {watched} marks checked", text=text, checked=checked, watched=run.watched)
    if run.started_at > now + timedelta(minutes=10):
        return [warn(subject, say("{text}; that lies in the future: the clock was changed", text=text))]
    if now - run.started_at > RUN_AGE:
        hours = RUN_AGE // timedelta(hours=1)
        return [warn(subject, say("{text}; that is more than {hours} hours ago", text=text, hours=hours))]
    if run.state in ("done", "running"):
        return [ok(subject, text)]
    return [warn(subject, say("{text}; see: tmwatch runs", text=text))]


def orders(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Say how old the newest order known is, and what waits for the operator."""
    from tmwatch.pipeline.order_coverage import loaded
    from tmwatch.pipeline.order_watch import open_documents
    from tmwatch.sanctions import is_stale, load_registry
    from tmwatch.store.orders import load_orders

    registry, subject = load_registry(extra_orders=load_orders(conn)), say("orders")
    held = counts.counted(len(registry.orders), counts.ORDERS)
    text = say("{orders} held, the newest of {day}", orders=held, day=registry.newest)
    lines = [warn(subject, say("{title}: {what}", title=one.title, what=_waits(one))) for one in open_documents(conn)]
    unread = sorted(one.order_id for one in loaded(conn).values() if not one.reviewed)
    if unread:
        ids = chain(unread, COMMAS)
        unseen = say("not reviewed by a person yet: {orders}; see: tmwatch orders list", orders=ids)
        lines.append(warn(subject, unseen))
    if is_stale(registry, now.date(), settings.orders.stale_days):
        old = say("{text}; that is old: bring newer ones in with: tmwatch orders import", text=text)
        return [warn(subject, old), *lines]
    return [ok(subject, text), *lines]


def _waits(one: Seen) -> Text:
    """Say why a document of the page of orders is not compared yet."""
    return say(
        "new on the page of orders, {why}; import it with: tmwatch orders import FILE",
        why=console.recalled(one.why) if one.why else say("not read yet"),
    )


def _day(at: datetime | None) -> Text:
    """Return a moment as people read it, in UTC."""
    return moment(at) if at else say("never")


def records(conn: Connection, settings: Settings, now: datetime) -> list[Line]:
    """Name the bulk records that could not be read, and where their bytes are."""
    from tmwatch.store.documents import list_set_aside

    held = list_set_aside(conn)
    if not held:
        return []
    newest = held[0]
    text = say(
        "{records} could not be read, the newest {number} of {origin}: {reason}; to look at the bytes: "
        "tmwatch doctor --set-aside DIR",
        records=counts.counted(len(held), counts.RECORDS),
        number=newest.serial_number or say("without number"),
        origin=newest.origin,
        reason=console.recalled(newest.reason),
    )
    return [warn(say("set aside"), text)]


STORED_CHECKS: tuple[StoredCheck, ...] = (portfolio, sources, last_run, orders, records)
