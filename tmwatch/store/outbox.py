"""What is told to whom: messages frozen with their items and deliveries, and the days decided.

`unreported` lives in news.py, `claim` and `settle` in delivery.py; they are named here because they belong to one life.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, select, update

from tmwatch.digest.model import Message
from tmwatch.store import sql
from tmwatch.store.delivery import ClaimedDelivery, carry_over, claim, settle
from tmwatch.store.news import unreported
from tmwatch.store.tables import DELIVERIES, DIGEST_DAYS, MESSAGE_ITEMS, MESSAGES, SUPPRESSIONS
from tmwatch.text import say

__all__ = [
    "ClaimedDelivery",
    "Delivery",
    "StoredMessage",
    "carry_over",
    "claim",
    "decide_day",
    "decided_days",
    "list_messages",
    "next_number",
    "next_sequence",
    "queue",
    "raw_message",
    "release",
    "resend",
    "settle",
    "unreported",
]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one recipient."""

    id: int
    message: str
    channel: str
    recipient: str
    state: str  # queued | sending | sent | deferred | failed | ambiguous | held | superseded
    attempts: int
    next_at: datetime
    last_error: str | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A frozen message without its bytes, with its deliveries."""

    id: str
    client: str
    kind: str
    number: int
    local_date: date
    sequence: int
    subject: str
    message_id: str
    queued_at: datetime
    deliveries: tuple[Delivery, ...] = ()


def queue(
    conn: Connection,
    message: Message,
    deliveries: Iterable[tuple[str, str]],
    change_ids: Iterable[int],
    run_id: str | None,
    now: datetime,
    number: int | None = None,
) -> None:
    """Freeze a message with the changes it tells and one delivery for each (channel, recipient). `number` counts the
    client's messages (None: the next one).

    All of it stands or falls with the caller's transaction. A change that a message of this client already tells
    violates the key of message_items: that is a bug, and it raises.
    """
    conn.execute(
        sql.insert(conn, MESSAGES).values(
            **_message_row(message, number or next_number(conn, message.client), run_id, now)
        )
    )
    items = [{"client": message.client, "change_id": one, "message": message.id} for one in sorted(set(change_ids))]
    if items:
        conn.execute(sql.insert(conn, MESSAGE_ITEMS), items)
    pairs = list(dict.fromkeys(deliveries))
    held = _suppressed(conn, [recipient for _channel, recipient in pairs])
    rows = [_delivery_row(message.id, pair, held.get(pair), now) for pair in pairs]
    if rows:
        conn.execute(sql.insert(conn, DELIVERIES), rows)


def next_sequence(conn: Connection, client: str, local_date: date) -> int:
    """Return the next free number of a client's messages on one of her days, from 1."""
    m = MESSAGES.c
    query = select(func.coalesce(func.max(m.sequence), 0)).where(m.client == client, m.local_date == local_date)
    return int(conn.execute(query).scalar_one()) + 1


def next_number(conn: Connection, client: str) -> int:
    """Return the next number of a client's messages over all days, from 1."""
    query = select(func.coalesce(func.max(MESSAGES.c.number), 0)).where(MESSAGES.c.client == client)
    return int(conn.execute(query).scalar_one()) + 1


def list_messages(
    conn: Connection, client: str | None = None, states: Sequence[str] = (), limit: int = 100
) -> tuple[StoredMessage, ...]:
    """Return the newest messages with their deliveries, newest first; `states` keeps those with such a delivery."""
    m, d = MESSAGES.c, DELIVERIES.c
    columns = [column for column in m if column.name not in ("raw", "plain")]
    query = select(*columns).order_by(m.queued_at.desc(), m.id.desc()).limit(limit)
    if client is not None:
        query = query.where(m.client == client)
    if states:
        query = query.where(select(d.id).where(d.message == m.id, d.state.in_(list(states))).exists())
    rows = list(conn.execute(query))
    found = _deliveries(conn, [row.id for row in rows])
    return tuple(_stored(row, tuple(found.get(row.id, ()))) for row in rows)


def raw_message(conn: Connection, message: str) -> bytes | None:
    """Return the frozen bytes of a message."""
    raw = conn.execute(select(MESSAGES.c.raw).where(MESSAGES.c.id == message)).scalar()
    return None if raw is None else bytes(raw)


def resend(conn: Connection, message: str, now: datetime) -> int:
    """Send the same bytes again to every recipient of a message, sent ones too; return the deliveries queued.

    Not what is being sent now, and not what was taken back: the next digest told it."""
    kept = DELIVERIES.c.state.not_in(["sending", "superseded"])
    return _requeue(conn, [DELIVERIES.c.message == message, kept], now)


def release(conn: Connection, message: str | None, now: datetime) -> int:
    """Free what waits, of one message or of all: held, failed, ambiguous and deferred deliveries go out at once.

    The recipients concerned are no longer suppressed. Return the deliveries queued.
    """
    match: list[ColumnElement[bool]] = [DELIVERIES.c.state.in_(["held", "failed", "ambiguous", "deferred"])]
    if message is not None:
        match.append(DELIVERIES.c.message == message)
    freed = select(DELIVERIES.c.recipient).where(*match)
    conn.execute(delete(SUPPRESSIONS).where(SUPPRESSIONS.c.recipient.in_(freed)))
    return _requeue(conn, match, now)


def decide_day(conn: Connection, client: str, local_date: date, message: str | None, now: datetime) -> bool:
    """Note what was decided for a client's day: its message, or None for nothing to send. False when it was decided
    before; nothing changes then."""
    row = {"client": client, "local_date": local_date, "message": message, "decided_at": now}
    statement = sql.insert(conn, DIGEST_DAYS).on_conflict_do_nothing().returning(DIGEST_DAYS.c.client)
    return conn.execute(statement, row).first() is not None


def decide_days(conn: Connection, days: Iterable[tuple[str, date]], now: datetime) -> None:
    """Note for several (client, local date) pairs that there is nothing to send; decided ones stay as they are."""
    rows = [{"client": client, "local_date": day, "message": None, "decided_at": now} for client, day in days]
    sql.insert_new(conn, DIGEST_DAYS, rows)


def note_day_message(conn: Connection, client: str, local_date: date, message: str) -> None:
    """Note which message a decided day got."""
    d = DIGEST_DAYS.c
    conn.execute(update(DIGEST_DAYS).where(d.client == client, d.local_date == local_date).values(message=message))


def decided_days(conn: Connection, since: date) -> set[tuple[str, date]]:
    """Return the (client, local date) pairs decided since a day."""
    query = select(DIGEST_DAYS.c.client, DIGEST_DAYS.c.local_date).where(DIGEST_DAYS.c.local_date >= since)
    return {(row.client, row.local_date) for row in conn.execute(query)}


def _message_row(message: Message, number: int, run_id: str | None, now: datetime) -> dict[str, Any]:
    """Return the row of a message."""
    return {
        "id": message.id,
        "client": message.client,
        "kind": message.kind,
        "number": number,
        "local_date": message.local_date,
        "sequence": message.sequence,
        "subject": message.subject,
        "message_id": message.message_id,
        "plain": message.short or message.text,
        "corrects": message.corrects,
        "queued_at": now,
        "run_id": run_id,
        "raw": message.raw,
    }


def _delivery_row(message: str, pair: tuple[str, str], held: str | None, now: datetime) -> dict[str, Any]:
    """Return the row of a new delivery; a suppressed recipient's is held."""
    return {
        "message": message,
        "channel": pair[0],
        "recipient": pair[1],
        "state": "held" if held else "queued",
        "attempts": 0,
        "queued_at": now,
        "next_at": now,
        "last_error": str(say("refused too often: {error}", error=held)) if held else None,
    }


def _suppressed(conn: Connection, recipients: list[str]) -> dict[tuple[str, str], str]:
    """Return why some of these recipients get nothing at present, by (channel, recipient)."""
    rows = (row for part in sql.chunks(recipients) for row in conn.execute(_held_back(), {"to": list(part)}))
    return {(channel, recipient): reason for channel, recipient, reason in rows}


@cache
def _held_back() -> Select[str, str, str]:
    """Return the statement, built once: it runs for every message."""
    s = SUPPRESSIONS.c
    query = select(s.channel, s.recipient, s.reason)
    return query.where(s.recipient.in_(bindparam("to", expanding=True)), s.suppressed_at.is_not(None))


def _requeue(conn: Connection, match: list[ColumnElement[bool]], now: datetime) -> int:
    """Put deliveries back to the start of their way."""
    values = {"state": "queued", "attempts": 0, "queued_at": now, "next_at": now}
    cleared = {"lease_owner": None, "lease_until": None, "phase": None, "last_error": None, "carried_over_at": None}
    return conn.execute(update(DELIVERIES).where(*match).values(**values, **cleared)).rowcount


def _deliveries(conn: Connection, messages: list[str]) -> dict[str, list[Delivery]]:
    """Return the deliveries of some messages."""
    found: dict[str, list[Delivery]] = {}
    d = DELIVERIES.c
    columns = [d[name] for name in Delivery.__dataclass_fields__]
    for part in sql.chunks(messages):
        for row in conn.execute(select(*columns).where(d.message.in_(part)).order_by(d.id)):
            found.setdefault(row.message, []).append(Delivery(*row))
    return found


def _stored(row: Any, deliveries: tuple[Delivery, ...]) -> StoredMessage:
    """Turn a row into a StoredMessage."""
    names = [name for name in StoredMessage.__dataclass_fields__ if name != "deliveries"]
    return StoredMessage(**{name: getattr(row, name) for name in names}, deliveries=deliveries)
