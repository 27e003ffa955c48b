"""How long the judgement of each watched mark holds, so that a run judges only what can have another result.

A judgement rests on the mark's record, parties, changes, papers and sightings, on its rows of the portfolio, on the day
and on the basis that all judgements share. Whoever writes one of the former calls `forget` in the same transaction. A
mark that is being judged has a row without a day: if it is forgotten meanwhile, `fill` finds no row to complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, select, update

from tmwatch.deadlines import Coming
from tmwatch.store import sql
from tmwatch.store.tables import JUDGEMENTS, ORDER_LISTS, ORDERS, WATCHES


@dataclass(frozen=True, slots=True)
class Term:
    """The last day on which a judgement holds, and what must be filed for the mark, seen from any day until then."""

    until: date
    coming: tuple[Coming, ...] = ()


def holding(conn: Connection, basis: str, day: date) -> set[str]:
    """Return the serial numbers of the marks whose last judgement still holds on `day`."""
    j = JUDGEMENTS.c
    query = select(j.serial_number).where(j.basis == basis, j.judged_on <= day, j.holds_until >= day)
    return set(conn.scalars(query).all())


def alone(conn: Connection) -> None:
    """Wait for whoever has marks judged again, and let nobody do so until this transaction ends: what is read in it
    and begun in it belongs together. SQLite has one writer at a time anyway."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("LOCK TABLE judgements IN SHARE ROW EXCLUSIVE MODE")


def begin(conn: Connection, serials: Iterable[str], basis: str, day: date, run_id: str) -> None:
    """Note that these marks are being judged."""
    rows = [
        {
            "serial_number": s,
            "run_id": run_id,
            "basis": basis,
            "judged_on": day,
            "holds_until": None,
            "next_due": None,
            "coming": None,
        }
        for s in serials
    ]
    sql.upsert(conn, JUDGEMENTS, rows, ["serial_number"])


def fill(conn: Connection, terms: Mapping[str, Term], run_id: str) -> None:
    """Note how long each judgement holds, of those that this run began and nobody forgot meanwhile."""
    j = JUDGEMENTS.c
    rows = [{"serial": serial, "run": run_id} | _told(term) for serial, term in terms.items()]
    if rows:
        mine = update(JUDGEMENTS).where(j.serial_number == bindparam("serial"), j.run_id == bindparam("run"))
        values: dict[str, Any] = {
            "holds_until": bindparam("until"),
            "next_due": bindparam("next"),
            "coming": bindparam("all"),
        }
        conn.execute(mine.values(values), rows)


def _told(term: Term) -> dict[str, Any]:
    """Return the values of a filled row."""
    due = [
        (o.kind, o.day.isoformat(), o.grace, o.grace_ends and o.grace_ends.isoformat(), o.citation) for o in term.coming
    ]
    return {"until": term.until, "next": min((one.day for one in term.coming), default=None), "all": due or None}


def due_by(
    conn: Connection, serials: Iterable[str], day: date, last: date
) -> tuple[dict[str, tuple[Coming, ...]], set[str]]:
    """Return what must be filed for these marks, of those with something due from `day` to `last`, and the marks of
    which that is not known: not judged, or not for that day."""
    j, wanted = JUDGEMENTS.c, set(serials)
    found: dict[str, tuple[Coming, ...]] = {}
    known: set[str] = set()
    for part in sql.chunks(sorted(wanted)):
        due = case((j.next_due <= last, j.coming))
        query = select(j.serial_number, due).where(j.serial_number.in_(part), j.judged_on <= day, j.holds_until >= day)
        for serial, rows in conn.execute(query).all():
            known.add(serial)
            if rows:
                found[serial] = tuple(_coming(row) for row in rows)
    return found, wanted - known


def _coming(row: Sequence[Any]) -> Coming:
    """Read back one thing to file."""
    kind, day, grace, grace_ends, citation = row
    ends = date.fromisoformat(grace_ends) if grace_ends else None
    return Coming(kind, date.fromisoformat(day), grace, ends, citation)


def forget(conn: Connection, serials: Iterable[str]) -> None:
    """Have these marks judged again: something they were judged by changes in this transaction."""
    for part in sql.chunks(sorted(set(serials))):
        conn.execute(delete(JUDGEMENTS).where(JUDGEMENTS.c.serial_number.in_(part)))


def forget_clients(conn: Connection, clients: Iterable[str]) -> None:
    """Have every mark of these clients judged again, those of removed rows too: their portfolios change."""
    w = WATCHES.c
    for part in sql.chunks(sorted(set(clients))):
        rows = select(w.serial_number).where(w.client.in_(part), w.serial_number.is_not(None))
        conn.execute(delete(JUDGEMENTS).where(JUDGEMENTS.c.serial_number.in_(rows)))


def order_state(conn: Connection) -> str:
    """Return what tells one state of the imported orders and lists from another."""
    told = [column for column in ORDERS.c if column.name not in ("first_seen", "updated_at")]
    orders = conn.execute(select(*told).order_by(ORDERS.c.order_id)).all()
    lists = conn.execute(select(ORDER_LISTS).order_by(ORDER_LISTS.c.id)).all()
    return repr(([tuple(row) for row in orders], [tuple(row) for row in lists]))
