"""Handing out deliveries, each to exactly one sender at a time, and noting what became of them.

A claim is a lease. When the sender dies, nobody knows whether the message went out: the delivery becomes `ambiguous`,
and the setting says whether the identical bytes are sent again (resend) or the news goes into the next message
(carry-over).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, or_, select, update

from tmwatch.store import news, overdue, sql
from tmwatch.store.tables import DELIVERIES, MESSAGE_ITEMS, MESSAGES, SUPPRESSIONS
from tmwatch.text import N_, say

_STEPS = (5, 15, 30, 60)  # minutes after the first, second ... failure; then hourly
_GIVE_UP = timedelta(days=4)
_REFUSALS = 3  # refusals for good before a recipient is suppressed
_WAITING = ("queued", "deferred")


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that is ours until `lease_until`, with the frozen bytes. `again` says that an earlier attempt may have
    arrived."""

    id: int
    message: str
    client: str
    kind: str
    subject: str
    plain: str
    raw: bytes
    channel: str
    recipient: str
    again: bool
    lease_until: datetime


def next_attempt(attempts: int, queued_at: datetime, now: datetime) -> datetime | None:
    """Return when to try again after `attempts` failures (5, 15, 30, 60 minutes, then hourly); None: give up after
    four days."""
    later = now + timedelta(minutes=_STEPS[min(attempts, len(_STEPS)) - 1])
    return None if later - queued_at > _GIVE_UP else later


def claim(
    engine: Engine, now: datetime, lease_seconds: float, owner: str, ambiguous: str = "resend"
) -> ClaimedDelivery | None:
    """Take the oldest of the deliveries that are due, in a transaction of its own; None when nothing is.

    Leases that ran out are turned `ambiguous` first; with `ambiguous="resend"` those are handed out again, else only
    those whose message tells no news that another could carry (notices, copies in another language).
    PostgreSQL skips rows another sender is taking; SQLite has one writer at a time.
    """
    with engine.begin() as conn:
        _expire(conn, now)
        d = DELIVERIES.c
        again = [d.state == "ambiguous", d.carried_over_at.is_(None), d.next_at <= now]
        if ambiguous != "resend":
            again.append(~_tells(d.message))
        due = or_(and_(d.state.in_(_WAITING), d.next_at <= now), and_(*again))
        query = select(d.id, d.state).where(due).order_by(d.queued_at, d.id).limit(1)
        row = conn.execute(query.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        lease = now + timedelta(seconds=lease_seconds)
        taken = {"state": "sending", "lease_owner": owner, "lease_until": lease}
        mine = update(DELIVERIES).where(d.id == row.id, d.state == row.state)
        conn.execute(mine.values(**taken, attempts=d.attempts + 1))
        return _claimed(conn, row.id, row.state == "ambiguous", lease)


def settle(
    conn: Connection,
    delivery_id: int,
    outcome: str,
    now: datetime,
    *,
    owner: str | None = None,
    error: str | None = None,
    receipt: str | None = None,
) -> bool:
    """Note what became of a claimed delivery: sent, deferred, failed or ambiguous.

    A deferred one is tried again after the pause due (`next_attempt`), or fails after four days. The third refusal for
    good suppresses the recipient. Return False, and change nothing, when the delivery is not `owner`'s any more; a
    late "sent" still counts as long as nobody else took it.
    """
    d = DELIVERIES.c
    row = conn.execute(select(DELIVERIES).where(d.id == delivery_id).with_for_update()).one()
    if row.state not in ("sending", "ambiguous") or owner not in (None, row.lease_owner):
        return False
    values: dict[str, Any] = {"state": outcome, "last_error": error, "lease_until": None}
    if outcome == "sent":
        values |= {"sent_at": now, "receipt": receipt}
    elif outcome == "deferred":
        later = next_attempt(row.attempts, row.queued_at, now)
        given_up = str(say("given up after 4 days: {error}", error=error))
        values |= {"next_at": later} if later else {"state": "failed", "last_error": given_up}
    elif outcome == "ambiguous":
        values |= {"next_at": next_attempt(row.attempts, row.queued_at, now) or now + timedelta(hours=1)}
    conn.execute(update(DELIVERIES).where(d.id == delivery_id).values(**values))
    if outcome == "failed":
        _count_refusal(conn, row.channel, row.recipient, error or "refused", now)
    elif outcome == "sent":
        s = SUPPRESSIONS.c
        conn.execute(delete(SUPPRESSIONS).where(s.channel == row.channel, s.recipient == row.recipient))
    return True


def carry_over(conn: Connection, now: datetime) -> tuple[str, ...]:
    """Let the next message of each client tell again what an ambiguous delivery may not have told; return the messages
    concerned. Those deliveries stay `ambiguous` and are not sent again."""
    _expire(conn, now)
    d, i, m = DELIVERIES.c, MESSAGE_ITEMS.c, MESSAGES.c
    open_ones = (d.state == "ambiguous", d.carried_over_at.is_(None))
    query = select(m.id, m.kind, m.client).where(m.id.in_(select(d.message).where(*open_ones)), _tells(m.id))
    found = conn.execute(query.order_by(m.id)).all()
    messages = tuple(row.id for row in found)
    overdue.unalert(conn, [row.id for row in found if row.kind == "alert"])
    news.look_again(conn, {row.client for row in found})
    for part in sql.chunks(messages):
        conn.execute(delete(MESSAGE_ITEMS).where(i.message.in_(part)))
        conn.execute(update(DELIVERIES).where(d.message.in_(part), *open_ones).values(carried_over_at=now))
    return messages


def _tells(message: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a message tells rows of the ledger."""
    return select(MESSAGE_ITEMS.c.change_id).where(MESSAGE_ITEMS.c.message == message).exists()


def _expire(conn: Connection, now: datetime) -> None:
    """Turn the deliveries whose sender is gone into ambiguous ones, due at once."""
    d = DELIVERIES.c
    gone = update(DELIVERIES).where(d.state == "sending", d.lease_until < now)
    said = N_("the sender stopped before it could note the outcome")
    conn.execute(gone.values(state="ambiguous", last_error=said, next_at=now, lease_until=None))


def _claimed(conn: Connection, delivery: int, again: bool, lease: datetime) -> ClaimedDelivery:
    """Read a claimed delivery with its message."""
    d, m = DELIVERIES.c, MESSAGES.c
    columns = (d.id, d.message, m.client, m.kind, m.subject, m.plain, m.raw, d.channel, d.recipient)
    row = conn.execute(
        select(*columns).join_from(DELIVERIES, MESSAGES, d.message == m.id).where(d.id == delivery)
    ).one()
    return ClaimedDelivery(
        id=row.id,
        message=row.message,
        client=row.client,
        kind=row.kind,
        subject=row.subject,
        plain=row.plain,
        raw=bytes(row.raw),
        channel=row.channel,
        recipient=row.recipient,
        again=again,
        lease_until=lease,
    )


def _count_refusal(conn: Connection, channel: str, recipient: str, reason: str, now: datetime) -> None:
    """Count a refusal for good; the third one suppresses the recipient."""
    s = SUPPRESSIONS.c
    key = (s.channel == channel, s.recipient == recipient)
    failures = int(conn.execute(select(s.failures).where(*key)).scalar() or 0) + 1
    row = {
        "channel": channel,
        "recipient": recipient,
        "failures": failures,
        "reason": reason,
        "suppressed_at": now if failures >= _REFUSALS else None,
        "updated_at": now,
    }
    sql.upsert(conn, SUPPRESSIONS, [row], ["channel", "recipient"])
