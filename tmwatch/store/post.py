"""What a client got before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from tmwatch.store import sql
from tmwatch.store.overdue import COPY, KINDS, SUPERSEDED
from tmwatch.store.tables import DELIVERIES, MESSAGES


@dataclass(frozen=True, slots=True)
class Post:
    """`number` and `sequence` are the next ones of her messages, over all days and on one day. `last_digest` is when
    her newest digest (baseline, all-clear) that stands was queued; `heard` whether any message of hers stands."""

    number: int
    sequence: int
    last_digest: datetime | None
    heard: bool


def post_of(conn: Connection, client: str, day: date, now: datetime) -> Post:
    """Return what a client got before. What was taken back does not stand, nor what a clock ahead of its time dated
    after `now`; a copy for readers of another language is no message of its own."""
    row = conn.execute(_before(), {"whose": client, "day": day, "until": now + sql.DOUBTFUL}).one()
    return Post(int(row[0]) + 1, int(row[1]) + 1, row[2], row[3] is not None)


@cache
def _before() -> Select[Any]:
    """Return the statement, built once: it runs for every client."""
    d, m = DELIVERIES.c, MESSAGES.c
    hers = m.client == bindparam("whose")
    back = select(d.id).where(d.message == m.id, d.state == SUPERSEDED).exists()
    digests = select(m.queued_at).where(hers, m.kind.in_(KINDS), ~back, m.queued_at <= bindparam("until"))
    standing = select(m.id).where(hers, m.kind != COPY, ~back)
    return select(
        select(func.coalesce(func.max(m.number), 0)).where(hers).scalar_subquery(),
        select(func.coalesce(func.max(m.sequence), 0)).where(hers, m.local_date == bindparam("day")).scalar_subquery(),
        digests.order_by(m.local_date.desc(), m.sequence.desc()).limit(1).scalar_subquery(),
        standing.limit(1).scalar_subquery(),
    )
