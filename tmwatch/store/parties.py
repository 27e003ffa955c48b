"""Everybody ever seen on a mark: observations with first and last day, kept for ever.

A person (name, firm, address) and an e-mail address are rows of their own, because bulk records tell the one and not
the other: so no row claims a day on which only half of it was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from tmwatch import comparing
from tmwatch.merging import GROUP_FIELDS, told_groups
from tmwatch.parties import GROUPS, Seen, fingerprint, seen_on
from tmwatch.records import Party
from tmwatch.store import sql
from tmwatch.store.saving import Saving
from tmwatch.store.tables import CASE_FILES, PARTIES

_NEW_YORK = ZoneInfo("America/New_York")
_FACTS = ("serial_number", "role", "name", "firm", "email", "address", "field_group")
_FIELDS = tuple(name for group in GROUPS for name in GROUP_FIELDS[group])
RowKey = tuple[str, str, str]


def observe(conn: Connection, savings: Mapping[str, Saving]) -> None:
    """Write what the records of this call tell about parties, old records included, and who is on the mark now."""
    quiet = {serial: s for serial, s in savings.items() if _same_parties(s)}
    _touch(conn, quiet)
    rest = {serial: s for serial, s in savings.items() if serial not in quiet}
    known = _known(conn, [serial for serial, s in rest.items() if s.old is not None])
    rows = dict(known)
    for saving in rest.values():
        for record in saving.told:
            for seen in seen_on(record, told_groups(record)):
                _add(rows, seen, record.provenance.as_of, record.provenance.source)
    now_on = {_key(seen) for s in rest.values() for seen in seen_on(s.record) if seen.current}
    written = []
    for key, row in rows.items():
        row = row | {"current": key in now_on}
        if row != known.get(key):
            written.append(row)
    sql.upsert(conn, PARTIES, written, ["serial_number", "role", "fingerprint"])


def load(conn: Connection, serials: Iterable[str]) -> dict[str, tuple[Party, ...]]:
    """Return the parties of each mark, those on the record now first, then the newest; days are New York's."""
    found: dict[str, list[Party]] = {}
    p = PARTIES.c
    for part in sql.chunks(sorted(set(serials))):
        query = select(PARTIES).where(p.serial_number.in_(part))
        for row in conn.execute(query.order_by(p.current.desc(), p.last_seen.desc(), p.id)):
            party = Party(
                serial_number=row.serial_number,
                role=row.role,
                name=row.name,
                firm=row.firm,
                email=row.email,
                address=row.address,
                first_seen=row.first_seen.astimezone(_NEW_YORK).date(),
                last_seen=row.last_seen.astimezone(_NEW_YORK).date(),
                source=row.source,
                current=row.current,
            )
            found.setdefault(row.serial_number, []).append(party)
    return {serial: tuple(parties) for serial, parties in found.items()}


def _same_parties(saving: Saving) -> bool:
    """Whether this call tells nobody new: one record, no older than the stored one, and the same people after it. (An
    older record may name somebody not seen since.)"""
    old = saving.old
    if old is None or len(saving.told) > 1 or saving.told[0].provenance.as_of < old.as_of:
        return False
    return all(getattr(old.record, name) == getattr(saving.record, name) for name in _FIELDS)


def _touch(conn: Connection, quiet: Mapping[str, Saving]) -> None:
    """Move the last day of parties whose records say again what is stored: one statement a chunk and set of groups."""
    by_groups: dict[frozenset[str], list[str]] = {}
    for serial, saving in quiet.items():
        for groups in {told_groups(record) & set(GROUPS) for record in saving.told}:
            by_groups.setdefault(groups, []).append(serial)
    p, c = PARTIES.c, CASE_FILES.c
    as_of = select(c.as_of).where(c.serial_number == p.serial_number)
    for groups, serials in by_groups.items():
        for part in sql.chunks(serials):
            match = (p.serial_number.in_(part), p.field_group.in_(sorted(groups)), p.current)
            conn.execute(update(PARTIES).where(*match).values(last_seen=as_of.scalar_subquery()))


def _known(conn: Connection, serials: list[str]) -> dict[RowKey, dict[str, Any]]:
    """Return the stored rows of some marks by key, without their id."""
    p = PARTIES.c
    columns = [column for column in p if column.name != "id"]
    rows = {}
    for part in sql.chunks(serials):
        for row in conn.execute(select(*columns).where(p.serial_number.in_(part))).mappings():
            rows[(row["serial_number"], row["role"], row["fingerprint"])] = dict(row)
    return rows


def _add(rows: dict[RowKey, dict[str, Any]], seen: Seen, at: datetime, source: str) -> None:
    """Add one sighting: widen the days of a known row, or begin a new one."""
    key = _key(seen)
    row = rows.get(key)
    if row is None:
        rows[key] = {name: getattr(seen, name) for name in _FACTS} | {
            "fingerprint": seen.fingerprint,
            "address_key": fingerprint(seen.address) if seen.address else None,
            "domain": comparing.email(seen.email).rpartition("@")[2] if seen.email else None,
            "first_seen": at,
            "last_seen": at,
            "source": source,
            "current": False,
        }
        return
    if at < row["first_seen"]:
        rows[key] = row | {"first_seen": at, "source": source}
    elif at > row["last_seen"]:
        rows[key] = row | {"last_seen": at}


def _key(seen: Seen) -> RowKey:
    """Return what makes it the same observation tomorrow: mark, role and the normalised facts."""
    return (seen.serial_number, seen.role, seen.fingerprint)
