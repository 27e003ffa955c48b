"""What a report needs beside the current state: where each answer about a mark came from, and which marks left the
portfolio."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from tmwatch.store.tables import DOCUMENT_MARKS, DOCUMENTS, WATCHES


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A raw answer without its bytes. `size` in bytes before compression."""

    source: str
    url: str
    sha256: str
    content_type: str
    fetched_at: datetime
    size: int
    state: str
    error: str | None


def documents_of(conn: Connection, serial: str, limit: int = 1000) -> tuple[DocumentEntry, ...]:
    """Return the raw answers about a mark, newest first, without their bytes."""
    d, link = DOCUMENTS.c, DOCUMENT_MARKS.c
    columns = [d[name] for name in DocumentEntry.__dataclass_fields__]
    query = (
        select(*columns)
        .join_from(DOCUMENTS, DOCUMENT_MARKS, link.document_id == d.id)
        .where(link.serial_number == serial)
    )
    rows = conn.execute(query.order_by(d.fetched_at.desc(), d.id.desc()).limit(limit))
    return tuple(DocumentEntry(*row) for row in rows)


def removed_marks(conn: Connection, client: str | None = None) -> dict[str, datetime]:
    """Return since when marks are no longer watched (by `client`, or by anybody), by serial number."""
    w = WATCHES.c
    query = select(w.serial_number, func.max(w.removed_at).label("gone"), func.count(), func.count(w.removed_at))
    query = query.where(w.serial_number.is_not(None)).group_by(w.serial_number)
    if client is not None:
        query = query.where(w.client == client)
    return {str(serial): gone for serial, gone, rows, removed in conn.execute(query) if gone and rows == removed}


def watched_from(conn: Connection, client: str | None = None) -> dict[str, datetime]:
    """Return since when each mark is watched (by `client`, or by anybody), by serial number, removed ones too."""
    w = WATCHES.c
    query = select(w.serial_number, func.min(w.added_at)).where(w.serial_number.is_not(None)).group_by(w.serial_number)
    if client is not None:
        query = query.where(w.client == client)
    return {str(serial): added for serial, added in conn.execute(query)}
