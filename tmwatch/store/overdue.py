"""Digests that could not be delivered in time: their news goes into the client's next digest instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from tmwatch.store import sql
from tmwatch.store.tables import DeliveryRow, MessageItemRow, MessageRow

OVERDUE = timedelta(hours=18)  # a digest that waits longer merges into the next one
SUPERSEDED = "superseded"  # state of its deliveries: never sent any more
_KINDS = ("baseline", "digest", "all_clear")  # alerts and notices go out as they are, however late
_NEVER_ARRIVED = ("queued", "deferred", "failed", "held")


def merge_overdue(conn: Connection, client: str, now: datetime) -> tuple[date, ...]:
    """Take back the client's digests that have waited too long and certainly reached nobody; return their local dates.

    Their changes count as untold again. One that arrived somewhere, or may have, stays as it is: what it told is told.
    """
    d, m = DeliveryRow, MessageRow
    query = select(d.message, m.local_date, d.state, d.sent_at).join_from(d, m, d.message == m.id).order_by(m.number)
    query = query.where(m.client == client, m.kind.in_(_KINDS), m.queued_at <= now - OVERDUE, d.state != SUPERSEDED)
    late: dict[str, date] = {}
    arrived = set()
    for row in conn.execute(query.with_for_update(of=sql.table(d))):  # a sender that claims one of them waits or skips
        late[row.message] = row.local_date
        if row.state not in _NEVER_ARRIVED or row.sent_at is not None:  # sent before, and now once more by hand
            arrived.add(row.message)
    messages = sorted(late.keys() - arrived)
    for part in sql.chunks(messages):
        conn.execute(delete(sql.table(MessageItemRow)).where(MessageItemRow.message.in_(part)))
        taken_back = {"state": SUPERSEDED, "last_error": "not delivered in time: its news is in the next digest"}
        conn.execute(update(sql.table(d)).where(d.message.in_(part)).values(**taken_back))
    return tuple(sorted({late[message] for message in messages}))


def heard_nothing(conn: Connection, client: str) -> bool:
    """Whether no message of the client stands: none was made, or all were taken back."""
    d, m = DeliveryRow, MessageRow
    back = select(d.id).where(d.message == m.id, d.state == SUPERSEDED).exists()
    return conn.execute(select(m.id).where(m.client == client, ~back).limit(1)).first() is None
