"""Which changes a client has not been told of yet, and which clients must be looked after at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from tmwatch.changes import Change
from tmwatch.store import ledger, overdue, sql
from tmwatch.store.tables import CHANGES, LOOKS, MESSAGE_ITEMS, UNCONFIRMED, WATCHES

_TAKEN_BACK = timedelta(days=14)  # for so long a mark that the anomaly guard let go again is looked after


def unreported(conn: Connection, client: str) -> tuple[Change, ...]:
    """Return the changes a client has not been told of, oldest first: of marks watched for her since before the change,
    meant for all or for her, and in no message of hers."""
    return unreported_of(conn, [client]).get(client, ())


def unreported_of(conn: Connection, clients: Iterable[str]) -> dict[str, tuple[Change, ...]]:
    """Return the changes that these clients have not been told of, by client: `unreported` for many at once."""
    c, w, i = CHANGES.c, WATCHES.c, MESSAGE_ITEMS.c
    told = select(i.change_id).where(i.change_id == c.id, i.client == w.client).exists()
    query = select(w.client.label("whose"), CHANGES).join_from(WATCHES, CHANGES, w.serial_number == c.serial_number)
    query = query.where(w.removed_at.is_(None), w.added_at <= c.recorded_at, or_(c.client == "", c.client == w.client))
    query = query.where(c.pruned_at.is_(None), ~told).order_by(c.id)
    found: dict[str, dict[int, Change]] = {}
    for part in sql.chunks(sorted(set(clients))):
        for row in conn.execute(query.where(w.client.in_(part))).all():  # a mark under two brands comes twice
            found.setdefault(row.whose, {}).setdefault(row.id, ledger.to_change(row))
    return {client: tuple(changes.values()) for client, changes in found.items()}


def newest_change(conn: Connection) -> int:
    """Return the id of the newest change in the ledger, 0 without one."""
    return conn.execute(select(func.coalesce(func.max(CHANGES.c.id), 0))).scalar_one()


@dataclass(frozen=True, slots=True)
class Restless:
    """The clients for whom there may be something to send; those of whose mail some waits too long, and those of whose
    marks the anomaly guard ever held one (their messages take more statements)."""

    names: set[str]
    late: set[str]
    doubted: set[str]


def restless(conn: Connection, bases: Mapping[str, str], now: datetime) -> Restless:
    """Return those of the clients (by name, with what decides for them) for whom there may be something to send.

    The others were looked after before: nothing of theirs changed since, no message waits too long, no mark of theirs
    is doubted, and no weekly message is due. A few statements for any number of clients.
    """
    looks = {row.client: row for row in conn.execute(select(LOOKS))}
    calm = {
        client: looks[client].change_id
        for client, basis in bases.items()
        if client in looks
        and looks[client].basis == basis
        and (looks[client].again_at is None or looks[client].again_at > now)
    }
    moved = _newest_of(conn, min(calm.values())) if calm else {}
    late, doubted = overdue.waiting(conn, now), _doubted(conn, None)
    stirred = late | _doubted(conn, now)
    names = {name for name in bases if name not in calm or name in stirred or moved.get(name, 0) > calm[name]}
    return Restless(names, late, doubted)


def looked(conn: Connection, change_id: int, after: Mapping[str, tuple[str, datetime | None]]) -> None:
    """Note that these clients were looked after: whatever of the changes up to this one is for them was told, or never
    is. `after` gives for each what decides for her and when a message is due although nothing changes."""
    same = {"change_id": change_id}
    rows = [{"client": client, **same, "basis": basis, "again_at": at} for client, (basis, at) in sorted(after.items())]
    sql.upsert(conn, LOOKS, rows, ["client"])


def still_calm(conn: Connection, clients: Iterable[str], change_id: int) -> None:
    """Note that the changes up to this one are none of these clients'."""
    k = LOOKS.c
    for part in sql.chunks(sorted(clients)):
        behind = select(k.client).where(k.client.in_(part), k.change_id < change_id)
        free = behind.with_for_update(skip_locked=True)  # who has another one is about to have her looked after again
        conn.execute(update(LOOKS).where(k.client.in_(free)).values(change_id=change_id))


def look_again(conn: Connection, clients: Iterable[str]) -> None:
    """Have these clients looked after again: their portfolios change. One after the other, in the order in which
    `looked` writes them: two programs never wait for each other."""
    rows = [{"whose": client} for client in sorted(set(clients))]
    if rows:
        conn.execute(delete(LOOKS).where(LOOKS.c.client == bindparam("whose")), rows)


def look_no_further(conn: Connection) -> None:
    """Bring back the looks that reach beyond the newest change, because changes were deleted: SQLite gives the next
    ones the same ids, and they would count as looked at."""
    newest = newest_change(conn)
    conn.execute(update(LOOKS).where(LOOKS.c.change_id > newest).values(change_id=newest))


def _newest_of(conn: Connection, after: int) -> dict[str, int]:
    """Return the newest change after `after` of each client's marks."""
    w, c = WATCHES.c, CHANGES.c
    query = select(w.client, func.max(c.id)).join_from(CHANGES, WATCHES, w.serial_number == c.serial_number)
    query = query.where(c.id > after, w.removed_at.is_(None), or_(c.client == "", c.client == w.client))
    return {row[0]: row[1] for row in conn.execute(query.group_by(w.client))}


def _doubted(conn: Connection, now: datetime | None) -> set[str]:
    """Return the clients with a mark that the anomaly guard holds, or let go again not long ago (None: ever)."""
    u, w = UNCONFIRMED.c, WATCHES.c
    held = select(u.serial_number)
    if now is not None:
        held = held.where(or_(u.resolved_at.is_(None), u.resolved_at >= now - _TAKEN_BACK))
    return set(conn.scalars(select(w.client).where(w.serial_number.in_(held))))
