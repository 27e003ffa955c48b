"""Whether mail reaches the clients: when something last arrived, and how much did not go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from tmwatch.store.tables import DELIVERIES, MESSAGES

WAITS = ("queued", "sending", "deferred", "failed", "ambiguous", "held")


@dataclass(frozen=True, slots=True)
class Reached:
    """`last_sent` is when a message last reached a recipient of the client (UTC), `waiting` counts deliveries that did
    not go out."""

    last_sent: datetime | None
    waiting: int


def reached(conn: Connection, now: datetime) -> dict[str, Reached]:
    """Return it by client, of all that were ever written to. What was queued this very moment does not wait yet."""
    d, m = DELIVERIES.c, MESSAGES.c
    waits = func.sum(case((and_(d.state.in_(WAITS), d.queued_at < now), 1), else_=0))
    query = select(m.client, func.max(d.sent_at), waits).join_from(DELIVERIES, MESSAGES, d.message == m.id)
    return {name: Reached(sent, int(count)) for name, sent, count in conn.execute(query.group_by(m.client))}
