"""Raw answers with where and when they came from, records set aside, and the document lists of cases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection, delete, func, select

from tmwatch.store import files, judgements, sql
from tmwatch.store.tables import CASE_DOCUMENTS, DOCUMENT_MARKS, DOCUMENTS, SET_ASIDE

__all__ = [
    "MAINTENANCE",
    "CaseDocument",
    "RawDocument",
    "SetAside",
    "files",
    "list_set_aside",
    "load_case_documents",
    "prune",
    "save_case_documents",
    "save_document",
    "set_aside",
    "unpack",
]
MAINTENANCE = "tsdr maintenance"  # the one source whose raw answers a mark is judged by
_MAX_BODY = 64 * 1024 * 1024  # bytes; nothing larger is ever kept, so nothing larger is unpacked


class RawDocument(Protocol):
    """What a source fetched (sources.base.Document has this shape)."""

    @property
    def source(self) -> str:
        """Name of the source."""

    @property
    def url(self) -> str:
        """Address without secrets."""

    @property
    def body(self) -> bytes:
        """The answer as it came."""

    @property
    def sha256(self) -> str:
        """Hex digest of the body."""

    @property
    def fetched_at(self) -> datetime:
        """When, in UTC."""

    @property
    def content_type(self) -> str:
        """As the server named it."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """One record that could not be read."""

    id: int
    source: str
    origin: str
    serial_number: str | None
    reason: str
    sha256: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """One entry of the TSDR document list of a case."""

    serial_number: str
    document_id: str
    description: str
    mail_date: date | None = None
    type_code: str | None = None
    pages: int | None = None
    url: str | None = None


def save_document(
    conn: Connection, document: RawDocument, serials: Iterable[str], state: str = "good", error: str | None = None
) -> int:
    """Keep a raw answer, compressed, with the marks it speaks about; return its id."""
    row = {
        "source": document.source,
        "url": document.url,
        "sha256": document.sha256,
        "content_type": document.content_type,
        "fetched_at": document.fetched_at,
        "size": len(document.body),
        "state": state,
        "error": error,
        "body": _packed(document.body),
    }
    saved: int = conn.execute(sql.insert(conn, DOCUMENTS).returning(DOCUMENTS.c.id), row).scalar_one()
    marks = sorted(set(serials))
    if marks:
        rows = [{"serial_number": serial, "document_id": saved} for serial in marks]
        conn.execute(sql.insert(conn, DOCUMENT_MARKS), rows)
        if document.source == MAINTENANCE:
            judgements.forget(conn, marks)
    return saved


def prune(conn: Connection, before: datetime) -> int:
    """Delete raw answers fetched before `before`, but never the newest good answer of a source about a mark; return how
    many."""
    d, link = DOCUMENTS.c, DOCUMENT_MARKS.c
    newest = select(func.max(link.document_id)).join_from(DOCUMENT_MARKS, DOCUMENTS, link.document_id == d.id)
    newest = newest.where(d.state == "good").group_by(link.serial_number, d.source)
    return conn.execute(delete(DOCUMENTS).where(d.fetched_at < before, d.id.not_in(newest))).rowcount


def set_aside(
    conn: Connection,
    *,
    source: str,
    origin: str,
    body: bytes,
    reason: str,
    at: datetime,
    serial: str | None = None,
    run_id: str | None = None,
) -> None:
    """Keep a record that could not be read, with its bytes and the reason. The same bytes from the same origin once."""
    row = {
        "source": source,
        "origin": origin,
        "serial_number": serial,
        "reason": reason,
        "sha256": hashlib.sha256(body).hexdigest(),
        "size": len(body),
        "body": _packed(body),
        "at": at,
        "run_id": run_id,
    }
    sql.insert_new(conn, SET_ASIDE, [row])


def list_set_aside(conn: Connection, limit: int = 100) -> tuple[SetAside, ...]:
    """Return the newest records set aside, without their bytes."""
    s = SET_ASIDE.c
    columns = [s[name] for name in SetAside.__dataclass_fields__]
    rows = conn.execute(select(*columns).order_by(s.at.desc(), s.id.desc()).limit(limit))
    return tuple(SetAside(*row) for row in rows)


def set_aside_body(conn: Connection, set_aside_id: int) -> bytes | None:
    """Return the bytes of a record set aside."""
    body = conn.execute(select(SET_ASIDE.c.body).where(SET_ASIDE.c.id == set_aside_id)).scalar()
    return None if body is None else unpack(body)


def save_case_documents(conn: Connection, documents: Sequence[CaseDocument], now: datetime) -> None:
    """Add or update entries of document lists; an entry keeps the day it was first seen."""
    names = CaseDocument.__dataclass_fields__
    rows = [{name: getattr(one, name) for name in names} | {"first_seen": now} for one in documents]
    sql.upsert(conn, CASE_DOCUMENTS, rows, ["serial_number", "document_id"], keep=["first_seen"])
    judgements.forget(conn, [one.serial_number for one in documents])


def load_case_documents(conn: Connection, serial: str) -> tuple[CaseDocument, ...]:
    """Return the document list of a case, newest first."""
    c = CASE_DOCUMENTS.c
    columns = [c[name] for name in CaseDocument.__dataclass_fields__]
    query = select(*columns).where(c.serial_number == serial)
    rows = conn.execute(query.order_by(c.mail_date.desc(), c.document_id))
    return tuple(CaseDocument(*row) for row in rows)


def unpack(body: bytes) -> bytes:
    """Return the bytes of a kept answer: undo the compression."""
    import zstandard  # slow to load, and a look-up seldom needs it

    return zstandard.decompress(bytes(body), max_output_size=_MAX_BODY)


def _packed(body: bytes) -> bytes:
    """Compress the bytes of an answer or record."""
    import zstandard

    return zstandard.compress(body)
