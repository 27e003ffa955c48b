"""What a client got before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

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
    d, m = DELIVERIES.c, MESSAGES.c
    back = select(d.id).where(d.message == m.id, d.state == SUPERSEDED).exists()
    digests = select(m.queued_at).where(m.client == client, m.kind.in_(KINDS), ~back)
    digests = digests.where(m.queued_at <= now + sql.DOUBTFUL)
    newest = digests.order_by(m.local_date.desc(), m.sequence.desc()).limit(1)
    standing = select(m.id).where(m.client == client, m.kind != COPY, ~back).limit(1)
    row = conn.execute(
        select(
            select(func.coalesce(func.max(m.number), 0)).where(m.client == client).scalar_subquery(),
            select(func.coalesce(func.max(m.sequence), 0))
            .where(m.client == client, m.local_date == day)
            .scalar_subquery(),
            newest.scalar_subquery(),
            standing.scalar_subquery(),
        )
    ).one()
    return Post(int(row[0]) + 1, int(row[1]) + 1, row[2], row[3] is not None)
