"""Which alert told which finding, and which note of an anomaly was wrong: what a later message must correct."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, select

from tmwatch.store import sql
from tmwatch.store.tables import CHANGES, MESSAGE_ITEMS, MESSAGES, UNCONFIRMED

Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Alert:
    """A message that went out at once: its id in the outbox, its Message-ID, the client's day, and the newest row of
    the ledger that it tells of one finding."""

    message: str
    message_id: str
    day: date
    change: int = field(default=0, compare=False)  # one message is one alert, however much it tells


def alerts_of(conn: Connection, client: str, serials: Iterable[str]) -> dict[Identity, Alert]:
    """Return the newest alert of a client about each finding on these marks, by the finding's identity."""
    c, i, m = CHANGES.c, MESSAGE_ITEMS.c, MESSAGES.c
    query = (
        select(c.serial_number, c.name, c.client, m.id, m.message_id, m.local_date, c.id.label("change"))
        .join_from(MESSAGE_ITEMS, CHANGES, i.change_id == c.id)
        .join(MESSAGES, i.message == m.id)
        .where(i.client == client, m.kind == "alert", c.kind == "finding", c.new.is_not(None))
        .order_by(m.number, c.id)
    )
    found: dict[Identity, Alert] = {}
    for part in sql.chunks(sorted(set(serials))):
        for row in conn.execute(query.where(c.serial_number.in_(part))):
            rule, _, key = row.name.partition("|")
            alert = Alert(row.id, row.message_id, row.local_date, row.change)
            found[(row.serial_number, rule, key, row.client)] = alert
    return found


def refuted(conn: Connection, client: str, serials: Iterable[str]) -> tuple[Alert | None, tuple[str, ...]]:
    """Return the newest anomaly note of a client and those of these marks that it named and that read as before again
    since her newest message; (None, ()) when there is nothing to take back."""
    m, u = MESSAGES.c, UNCONFIRMED.c
    mine = select(m.id, m.message_id, m.local_date, m.queued_at, m.kind).where(m.client == client)
    last = conn.execute(mine.order_by(m.number.desc()).limit(1)).first()
    note = conn.execute(mine.where(m.kind == "notice").order_by(m.number.desc()).limit(1)).first()
    if last is None or note is None:
        return None, ()
    query = select(u.serial_number).where(
        u.resolution == "rejected", u.held_at <= note.queued_at, u.resolved_at > last.queued_at
    )
    marks = sorted(set(conn.scalars(query)) & set(serials))
    return (Alert(note.id, note.message_id, note.local_date), tuple(marks)) if marks else (None, ())
