"""Records held back by the upstream anomaly guard: kept whole, not yet believed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from tmwatch.changes import from_json, to_json
from tmwatch.records import CaseFile
from tmwatch.store import sql
from tmwatch.store.tables import CASE_FILES, UNCONFIRMED


@dataclass(frozen=True, slots=True)
class Held:
    """One record held back, and why. `held_at` is the first time it was seen so."""

    serial_number: str
    record: CaseFile
    reason: str
    held_at: datetime


def standings(conn: Connection, serials: Iterable[str]) -> dict[str, str]:
    """Return the stored standing of each of these marks (tmwatch.codes.Standing values)."""
    found: dict[str, str] = {}
    c = CASE_FILES.c
    for part in sql.chunks(sorted(set(serials))):
        found.update(
            (row[0], row[1])
            for row in conn.execute(select(c.serial_number, c.standing).where(c.serial_number.in_(part)))
        )
    return found


def hold(conn: Connection, records: Sequence[CaseFile], reason: str, run_id: str | None, now: datetime) -> None:
    """Hold records back; one that is held already keeps the time it was first held and takes the newer record."""
    have = {held.serial_number: held.held_at for held in list_held(conn)}
    resolve(conn, [record.serial_number for record in records], "replaced", now)
    rows = [
        {
            "serial_number": record.serial_number,
            "run_id": run_id,
            "reason": reason,
            "as_of": record.provenance.as_of,
            "record": to_json(record),
            "held_at": have.get(record.serial_number, now),
            "resolved_at": None,
            "resolution": None,
        }
        for record in records
    ]
    if rows:
        conn.execute(sql.insert(conn, UNCONFIRMED), rows)


def list_held(conn: Connection) -> tuple[Held, ...]:
    """Return what is held now, oldest first."""
    u = UNCONFIRMED.c
    query = select(u.serial_number, u.record, u.reason, u.held_at).where(u.resolved_at.is_(None))
    rows = conn.execute(query.order_by(u.held_at, u.serial_number))
    return tuple(Held(row.serial_number, from_json(row.record), row.reason, row.held_at) for row in rows)


def resolve(conn: Connection, serials: Iterable[str], resolution: str, now: datetime) -> int:
    """Close what is held of these marks: confirmed | rejected | released | replaced. Return how many."""
    u, count = UNCONFIRMED.c, 0
    for part in sql.chunks(sorted(set(serials))):
        query = update(UNCONFIRMED).where(u.serial_number.in_(part), u.resolved_at.is_(None))
        count += conn.execute(query.values(resolved_at=now, resolution=resolution)).rowcount
    return count
