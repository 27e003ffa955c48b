"""The current record of each mark: merged, compared, stored, with what changed, in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from tmwatch import changes as core
from tmwatch import codes
from tmwatch.changes import Change
from tmwatch.mark_faces import BriefCase
from tmwatch.records import CaseFile, Party, Provenance
from tmwatch.store import children, judgements, ledger, parties, sql
from tmwatch.store.saving import Saving, StoredCase
from tmwatch.store.tables import CASE_FILES, MISSING_SIGHTINGS, WATCHES

__all__ = [
    "StoredCase",
    "any_stored",
    "checked_since",
    "clear_missing",
    "load_briefs",
    "load_cases",
    "load_changes",
    "load_parties",
    "mark_checked",
    "missing_sightings",
    "note_missing",
    "save_cases",
    "serial_of_registration",
    "watched_registrations",
]


def load_cases(conn: Connection, serials: Iterable[str]) -> dict[str, StoredCase]:
    """Return the stored records of `serials`; those not stored are left out."""
    return {serial: stored for serial, (stored, _hash) in _load(conn, serials, lock=False).items()}


def load_briefs(conn: Connection, serials: Iterable[str]) -> dict[str, BriefCase]:
    """Return the faces of the stored records of `serials`, many times faster than the records."""
    found = {}
    c = CASE_FILES.c
    columns = (c.serial_number, c.status_code, c.registration_number, c.mark_text, c.first_seen)
    for part in sql.chunks(sorted(set(serials))):
        query = select(*columns).where(c.serial_number.in_(part)).order_by(c.serial_number)
        found.update({row.serial_number: BriefCase(*row) for row in conn.execute(query).all()})
    return found


def any_stored(conn: Connection, serials: Iterable[str]) -> bool:
    """Whether a record of any of these marks is stored."""
    c = CASE_FILES.c.serial_number
    parts = sql.chunks(sorted(set(serials)))
    return any(conn.execute(select(c).where(c.in_(part)).limit(1)).first() is not None for part in parts)


def serial_of_registration(conn: Connection, registration_number: str) -> str | None:
    """Return the serial number of the stored mark with this registration number (7 digits)."""
    query = select(CASE_FILES.c.serial_number).where(CASE_FILES.c.registration_number == registration_number)
    return conn.execute(query.order_by(CASE_FILES.c.as_of.desc()).limit(1)).scalar()


def watched_registrations(conn: Connection) -> dict[str, str]:
    """Return registration number (7 digits) -> serial number of the watched marks that are stored and registered."""
    c, w = CASE_FILES.c, WATCHES.c
    watched = select(w.serial_number).where(w.removed_at.is_(None), w.serial_number.is_not(None))
    query = select(c.registration_number, c.serial_number).order_by(c.serial_number)
    rows = conn.execute(query.where(c.serial_number.in_(watched), c.registration_number.is_not(None))).all()
    return {str(number): serial for number, serial in rows}


def save_cases(conn: Connection, records: Sequence[CaseFile], run_id: str | None, now: datetime) -> tuple[Change, ...]:
    """Merge `records` into the store, in their order; return the changes they made, with their ids.

    The first record of a mark and a record that says nothing new make no change. A record older than the stored one
    never overwrites it, unless the stored one is dated after `now`: a clock was wrong, and nothing would ever be newer.
    A change that was recorded before by the same step (an event told twice) is not returned.
    """
    stored = _load(conn, {record.serial_number for record in records}, lock=True)
    savings = _merge({serial: (_dated(old, now), told) for serial, (old, told) in stored.items()}, records)
    _write(conn, savings, now)
    changed = {serial: saving for serial, saving in savings.items() if saving.changed}
    children.replace_events(conn, changed, now)
    children.replace_classes(conn, changed)
    parties.observe(conn, savings)
    judgements.forget(conn, savings)
    return ledger.record(conn, [c for saving in savings.values() for c in saving.changes], run_id, now)


def mark_checked(conn: Connection, serials: Iterable[str], at: datetime) -> None:
    """Note that a valid TSDR record of each of these marks was read at `at`."""
    checked = sorted(set(serials))
    judgements.forget(conn, checked)
    for part in sql.chunks(checked):
        conn.execute(update(CASE_FILES).where(CASE_FILES.c.serial_number.in_(part)).values(checked_at=at))


def checked_since(conn: Connection, serials: Iterable[str], since: datetime) -> set[str]:
    """Return those of the marks whose last valid TSDR record was read at `since` or later."""
    found: set[str] = set()
    c = CASE_FILES.c
    for part in sql.chunks(sorted(set(serials))):
        found.update(conn.scalars(select(c.serial_number).where(c.serial_number.in_(part), c.checked_at >= since)))
    return found


def load_parties(conn: Connection, serials: Iterable[str]) -> dict[str, tuple[Party, ...]]:
    """Return everybody ever seen on these marks, those on the record now first."""
    return parties.load(conn, serials)


def load_changes(
    conn: Connection, serials: Iterable[str], since: date, kinds: Sequence[str] = ("field", "event")
) -> dict[str, tuple[Change, ...]]:
    """Return the changes of these marks dated `since` or later, newest first."""
    return ledger.load(conn, serials, since, kinds)


def note_missing(conn: Connection, serial: str, at: datetime) -> int:
    """Note that the USPTO knew no such case at `at`; return how often that has now been seen in a row."""
    sql.insert_new(conn, MISSING_SIGHTINGS, [{"serial_number": serial, "at": at}])
    judgements.forget(conn, [serial])
    query = select(func.count()).where(MISSING_SIGHTINGS.c.serial_number == serial)
    return int(conn.execute(query).scalar_one())


def missing_sightings(conn: Connection, serials: Iterable[str]) -> dict[str, tuple[datetime, ...]]:
    """Return when each of these marks was not found, oldest first; marks never missed are left out."""
    found: dict[str, tuple[datetime, ...]] = {}
    for part in sql.chunks(sorted(set(serials))):
        query = select(MISSING_SIGHTINGS.c.serial_number, MISSING_SIGHTINGS.c.at)
        query = query.where(MISSING_SIGHTINGS.c.serial_number.in_(part)).order_by(MISSING_SIGHTINGS.c.at)
        for row in conn.execute(query):
            found[row.serial_number] = (*found.get(row.serial_number, ()), row.at)
    return found


def clear_missing(conn: Connection, serials: str | Iterable[str]) -> None:
    """Forget the sightings of marks that were found again."""
    found = [serials] if isinstance(serials, str) else sorted(set(serials))
    judgements.forget(conn, found)
    for part in sql.chunks(found):
        conn.execute(delete(MISSING_SIGHTINGS).where(MISSING_SIGHTINGS.c.serial_number.in_(part)))


def _load(conn: Connection, serials: Iterable[str], *, lock: bool) -> dict[str, tuple[StoredCase, str]]:
    """Return the stored records with the hash of their content; `lock` makes another writer of them wait."""
    found = {}
    c = CASE_FILES.c
    columns = (
        c.record,
        c.record_hash,
        c.revision,
        c.checked_at,
        c.first_seen,
        c.as_of,
        c.source,
        c.url,
        c.sha256,
    )
    for part in sql.chunks(sorted(set(serials))):
        query = select(*columns).where(c.serial_number.in_(part)).order_by(c.serial_number)
        for row in conn.execute(query.with_for_update() if lock else query):
            provenance = Provenance(row.source, row.as_of, row.url, row.sha256)
            record = replace(core.from_json(row.record), provenance=provenance)
            stored = StoredCase(record, row.revision, row.checked_at, row.first_seen, row.as_of)
            found[record.serial_number] = (stored, row.record_hash)
    return found


def _dated(stored: StoredCase, now: datetime) -> StoredCase:
    """Return a stored record as one of now where it is dated far ahead."""
    if stored.as_of <= now + sql.DOUBTFUL:
        return stored
    provenance = replace(stored.record.provenance, as_of=now)
    return replace(stored, as_of=now, record=replace(stored.record, provenance=provenance))


def _merge(stored: dict[str, tuple[StoredCase, str]], records: Sequence[CaseFile]) -> dict[str, Saving]:
    """Fold the records of each mark, in their order, into what is stored of it."""
    savings: dict[str, Saving] = {}
    for record in records:
        serial = record.serial_number
        saving = savings.get(serial)
        if saving is None:
            old, old_hash = stored.get(serial, (None, ""))
            kept = old.record if old else None
            saving = savings[serial] = Saving(old, old_hash, kept or record, "", [], [])
        else:
            kept = saving.record
        saving.changes.extend(core.diff(kept, record))
        saving.record = core.merge(kept, record)
        saving.told.append(record)
    for saving in savings.values():
        saving.hash = saving.old_hash if _says_the_same(saving) else core.record_hash(saving.record)
    return savings


def _says_the_same(saving: Saving) -> bool:
    """Whether nothing but the provenance can differ: comparing is far cheaper than hashing."""
    old, record = saving.old, saving.record
    return old is not None and replace(old.record, provenance=record.provenance) == record


def _write(conn: Connection, savings: dict[str, Saving], now: datetime) -> None:
    """Write new contents whole; where nothing but date and source moved, move only those."""
    changed = [_row(saving, now) for saving in savings.values() if saving.changed]
    sql.upsert(conn, CASE_FILES, changed, ["serial_number"], keep=["first_seen", "checked_at"])
    moved = [
        {"serial": s.record.serial_number, **_provenance(s.record)}
        for s in savings.values()
        if not s.changed and s.old is not None and s.record.provenance != s.old.record.provenance
    ]
    if moved:
        conn.execute(update(CASE_FILES).where(CASE_FILES.c.serial_number == bindparam("serial")), moved)


def _provenance(record: CaseFile) -> dict[str, Any]:
    """Return the columns that say where a record is from."""
    told = record.provenance
    return {"source": told.source, "as_of": told.as_of, "url": told.url, "sha256": told.sha256}


def _row(saving: Saving, now: datetime) -> dict[str, Any]:
    """Return the whole row of a mark."""
    record, old = saving.record, saving.old
    return {
        "serial_number": record.serial_number,
        "registration_number": record.registration_number,
        "status_code": record.status_code,
        "status_date": record.status_date,
        "standing": codes.standing(record.status_code, record.registration_number).value,
        "mark_text": record.mark_text,
        "filing_date": record.filing_date,
        "registration_date": record.registration_date,
        **_provenance(record),
        "record_hash": saving.hash,
        "revision": old.revision + 1 if old else 1,
        "first_seen": now,
        "changed_at": now,
        "checked_at": None,
        "record": core.to_json(record),
    }
