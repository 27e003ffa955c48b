"""Digests that could not be delivered in time: their news goes into the client's next digest instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from tmwatch.store import sql
from tmwatch.store.tables import CHANGES, DELIVERIES, FINDINGS, MESSAGE_ITEMS, MESSAGES
from tmwatch.text import N_

OVERDUE = timedelta(hours=18)  # a digest that waits longer merges into the next one
_RECENT = timedelta(days=7)  # an address that refused a message long ago is no news for the monitor
SUPERSEDED = "superseded"  # state of its deliveries: never sent any more
KINDS = ("baseline", "digest", "all_clear")  # alerts and notices go out as they are, however late
_TOO_LATE = N_("not delivered in time: its news is in the next digest")  # the ledger keeps the English
COPY = "copy"  # kind of the same message in another language: it tells the ledger's rows once more to other people
_NEVER_ARRIVED = ("queued", "deferred", "failed", "held")
_GIVEN_UP = ("failed", "held")  # an alert of which nothing else is left is told again


def merge_overdue(conn: Connection, client: str, now: datetime) -> tuple[date, ...]:
    """Take back the client's digests that have waited too long and certainly reached nobody, and her alerts that were
    given up; return their local dates.

    Their changes count as untold again. One that arrived somewhere, or may have, stays as it is: what it told is told.
    """
    d, m = DELIVERIES.c, MESSAGES.c
    query = (
        select(d.message, m.kind, m.local_date, d.state, d.sent_at)
        .join_from(DELIVERIES, MESSAGES, d.message == m.id)
        .order_by(m.number)
    )
    kinds = (*KINDS, "alert")
    query = query.where(m.client == client, m.kind.in_(kinds), m.queued_at <= now - OVERDUE, d.state != SUPERSEDED)
    late: dict[str, date] = {}
    arrived, alerts = set(), set()
    for row in conn.execute(query.with_for_update(of=DELIVERIES)):  # a sender that claims one of them waits or skips
        late[row.message] = row.local_date
        if row.kind == "alert":
            alerts.add(row.message)
        waits = _GIVEN_UP if row.kind == "alert" else _NEVER_ARRIVED
        if row.state not in waits or row.sent_at is not None:  # sent before, and now once more by hand
            arrived.add(row.message)
    messages = sorted(late.keys() - arrived)
    unalert(conn, sorted(alerts - arrived))
    for part in sql.chunks(messages):
        conn.execute(delete(MESSAGE_ITEMS).where(MESSAGE_ITEMS.c.message.in_(part)))
        taken_back = {"state": SUPERSEDED, "last_error": _TOO_LATE}
        conn.execute(update(DELIVERIES).where(d.message.in_(part)).values(**taken_back))
    for part in sql.chunks(_copies(conn, client, messages, {late[message] for message in messages})):
        unsent = update(DELIVERIES).where(d.message.in_(part), d.state.in_(_NEVER_ARRIVED))
        conn.execute(unsent.values(state=SUPERSEDED, last_error=_TOO_LATE))
    return tuple(sorted({late[message] for message in messages}))


def _copies(conn: Connection, client: str, messages: Sequence[str], days: Iterable[date]) -> list[str]:
    """Return the copies of these messages in other languages: they follow their message on its day."""
    m, found, of = MESSAGES.c, [], ""
    for part in sql.chunks(sorted(days)):
        query = select(m.id, m.kind).where(m.client == client, m.local_date.in_(part))
        for row in conn.execute(query.order_by(m.local_date, m.sequence)):
            if row.kind != COPY:
                of = row.id
            elif of in messages:
                found.append(row.id)
    return found


def unalert(conn: Connection, messages: Sequence[str]) -> None:
    """Forget that these alerts told their findings: nobody, or perhaps nobody, got them."""
    f, c, i = FINDINGS.c, CHANGES.c, MESSAGE_ITEMS.c
    for part in sql.chunks(messages):
        told = (
            select(c.id)
            .join_from(MESSAGE_ITEMS, CHANGES, i.change_id == c.id)
            .where(i.message.in_(part), c.kind == "finding", c.serial_number == f.serial_number)
            .where(c.name == f.rule + "|" + f.key, c.client == f.client)
        )
        conn.execute(update(FINDINGS).where(f.closed_at.is_(None), told.exists()).values(alerted_at=None))


def waiting(conn: Connection, now: datetime) -> set[str]:
    """Return the clients for whom some delivery has waited so long that their messages must be looked at."""
    d, m = DELIVERIES.c, MESSAGES.c
    query = select(m.client).join_from(DELIVERIES, MESSAGES, d.message == m.id).distinct()
    return set(conn.scalars(query.where(d.state.in_(_NEVER_ARRIVED), m.queued_at <= now - OVERDUE)))


def undelivered(conn: Connection, now: datetime) -> int:
    """Return how many deliveries of the last days were tried, or held back, and did not go out."""
    d = DELIVERIES.c
    query = select(func.count()).select_from(DELIVERIES)
    query = query.where(d.state.in_(("deferred", *_GIVEN_UP)), d.queued_at > now - _RECENT)
    return int(conn.execute(query).scalar_one())
