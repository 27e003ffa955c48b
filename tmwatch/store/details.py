"""What is asked of a case beyond its record: when its XML, its list of papers and its maintenance dates were last
fetched, what calls for them, and what they told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from tmwatch.store import sql
from tmwatch.store.documents import unpack
from tmwatch.store.tables import CASE_DOCUMENTS, CASE_FILES, DOCUMENT_MARKS, DOCUMENTS, PROSECUTION_EVENTS


def fetched_at(conn: Connection, serials: Iterable[str], source: str) -> dict[str, datetime]:
    """Return when the newest good answer of `source` about each of these marks came; marks without one are left out."""
    found: dict[str, datetime] = {}
    d, link = DOCUMENTS.c, DOCUMENT_MARKS.c
    for part in sql.chunks(sorted(set(serials))):
        query = select(link.serial_number, func.max(d.fetched_at).label("at")).join_from(
            DOCUMENT_MARKS, DOCUMENTS, link.document_id == d.id
        )
        query = query.where(link.serial_number.in_(part), d.source == source, d.state == "good")
        found.update((row.serial_number, row.at) for row in conn.execute(query.group_by(link.serial_number)))
    return found


def newest_bodies(conn: Connection, serials: Iterable[str], source: str) -> dict[str, tuple[datetime, bytes]]:
    """Return the newest good answer of `source` about each of these marks, with its time."""
    found: dict[str, tuple[datetime, bytes]] = {}
    d, link = DOCUMENTS.c, DOCUMENT_MARKS.c
    for part in sql.chunks(sorted(set(serials))):
        query = select(link.serial_number, d.fetched_at, d.body).join_from(
            DOCUMENT_MARKS, DOCUMENTS, link.document_id == d.id
        )
        query = query.where(link.serial_number.in_(part), d.source == source, d.state == "good")
        for row in conn.execute(query.order_by(d.fetched_at, d.id)):
            found[row.serial_number] = (row.fetched_at, row.body)
    return {serial: (at, unpack(body)) for serial, (at, body) in found.items()}


def sightings(conn: Connection, serials: Iterable[str], codes: Collection[str], since: date) -> dict[str, datetime]:
    """Return when an entry with one of these codes, dated `since` or later, was last seen for the first time."""
    found: dict[str, datetime] = {}
    e = PROSECUTION_EVENTS.c
    for part in sql.chunks(sorted(set(serials))):
        query = select(e.serial_number, func.max(e.first_seen).label("at"))
        query = query.where(e.serial_number.in_(part), e.code.in_(sorted(codes)), e.date >= since)
        found.update((row.serial_number, row.at) for row in conn.execute(query.group_by(e.serial_number)))
    return found


def with_status(conn: Connection, serials: Iterable[str], codes: Collection[int]) -> set[str]:
    """Return those of the marks that stand in one of these states."""
    found: set[str] = set()
    c = CASE_FILES.c
    for part in sql.chunks(sorted(set(serials))):
        query = select(c.serial_number).where(c.serial_number.in_(part), c.status_code.in_(sorted(codes)))
        found.update(conn.scalars(query))
    return found


def registered(conn: Connection, serials: Iterable[str]) -> dict[str, date]:
    """Return the registration date of those of the marks that live as registrations."""
    found: dict[str, date] = {}
    c = CASE_FILES.c
    for part in sql.chunks(sorted(set(serials))):
        query = select(c.serial_number, c.registration_date)
        query = query.where(
            c.serial_number.in_(part), c.standing == "live_registered", c.registration_date.is_not(None)
        )
        found.update((row.serial_number, row.registration_date) for row in conn.execute(query))
    return found


def papers(conn: Connection, serials: Iterable[str]) -> dict[str, tuple[tuple[date, str], ...]]:
    """Return day and title of the papers in the files of these marks, oldest first; papers without a day are none."""
    found: dict[str, list[tuple[date, str]]] = {}
    p = CASE_DOCUMENTS.c
    for part in sql.chunks(sorted(set(serials))):
        query = select(p.serial_number, p.mail_date, p.description)
        query = query.where(p.serial_number.in_(part), p.mail_date.is_not(None))
        for row in conn.execute(query.order_by(p.serial_number, p.mail_date, p.document_id)):
            found.setdefault(row.serial_number, []).append((row.mail_date, row.description))
    return {serial: tuple(rows) for serial, rows in found.items()}
