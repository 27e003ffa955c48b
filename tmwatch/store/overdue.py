"""Digests that could not be delivered in time: their news goes into the client's next digest instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from tmwatch.store import sql
from tmwatch.store.tables import DELIVERIES, MESSAGE_ITEMS, MESSAGES

OVERDUE = timedelta(hours=18)  # a digest that waits longer merges into the next one
SUPERSEDED = "superseded"  # state of its deliveries: never sent any more
_KINDS = ("baseline", "digest", "all_clear")  # alerts and notices go out as they are, however late
_NEVER_ARRIVED = ("queued", "deferred", "failed", "held")


def merge_overdue(conn: Connection, client: str, now: datetime) -> tuple[date, ...]:
    """Take back the client's digests that have waited too long and certainly reached nobody; return their local dates.

    Their changes count as untold again. One that arrived somewhere, or may have, stays as it is: what it told is told.
    """
    d, m = DELIVERIES.c, MESSAGES.c
    query = (
        select(d.message, m.local_date, d.state, d.sent_at)
        .join_from(DELIVERIES, MESSAGES, d.message == m.id)
        .order_by(m.number)
    )
    query = query.where(m.client == client, m.kind.in_(_KINDS), m.queued_at <= now - OVERDUE, d.state != SUPERSEDED)
    late: dict[str, date] = {}
    arrived = set()
    for row in conn.execute(query.with_for_update(of=DELIVERIES)):  # a sender that claims one of them waits or skips
        late[row.message] = row.local_date
        if row.state not in _NEVER_ARRIVED or row.sent_at is not None:  # sent before, and now once more by hand
            arrived.add(row.message)
    messages = sorted(late.keys() - arrived)
    for part in sql.chunks(messages):
        conn.execute(delete(MESSAGE_ITEMS).where(MESSAGE_ITEMS.c.message.in_(part)))
        taken_back = {"state": SUPERSEDED, "last_error": "not delivered in time: its news is in the next digest"}
        conn.execute(update(DELIVERIES).where(d.message.in_(part)).values(**taken_back))
    return tuple(sorted({late[message] for message in messages}))


def waiting(conn: Connection, now: datetime) -> set[str]:
    """Return the clients for whom some delivery has waited so long that their messages must be looked at."""
    d, m = DELIVERIES.c, MESSAGES.c
    query = select(m.client).join_from(DELIVERIES, MESSAGES, d.message == m.id).distinct()
    return set(conn.scalars(query.where(d.state.in_(_NEVER_ARRIVED), m.queued_at <= now - OVERDUE)))


def last_digest(conn: Connection, client: str) -> datetime | None:
    """Return when the client's newest digest (baseline, all-clear) that stands was queued."""
    d, m = DELIVERIES.c, MESSAGES.c
    back = select(d.id).where(d.message == m.id, d.state == SUPERSEDED).exists()
    query = select(m.queued_at).where(m.client == client, m.kind.in_(_KINDS), ~back)
    return conn.scalars(query.order_by(m.local_date.desc(), m.sequence.desc()).limit(1)).first()


def heard_nothing(conn: Connection, client: str) -> bool:
    """Whether no message of the client stands: none was made, or all were taken back."""
    d, m = DELIVERIES.c, MESSAGES.c
    back = select(d.id).where(d.message == m.id, d.state == SUPERSEDED).exists()
    return conn.execute(select(m.id).where(m.client == client, ~back).limit(1)).first() is None
