"""Tables of what came from outside: raw answers, records set aside, bulk files, and the health of each source."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tmwatch.store.tables.base import Base, Bytes64, Json, Key, RowId, RowRef


class DocumentRow(Base):
    """One raw answer, compressed with zstd. One batch answer covers up to 20 marks (document_marks)."""

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_fetched_at", "fetched_at"),)

    id: Mapped[RowId]
    source: Mapped[Key]
    url: Mapped[str]
    sha256: Mapped[Key]
    content_type: Mapped[str]
    fetched_at: Mapped[datetime]
    size: Mapped[Bytes64]  # before compression
    state: Mapped[Key]  # good | bad
    error: Mapped[str | None]
    body: Mapped[bytes]


class DocumentMarkRow(Base):
    """Which marks a raw answer speaks about."""

    __tablename__ = "document_marks"
    __table_args__ = (Index("ix_document_marks_document_id", "document_id"),)

    serial_number: Mapped[Key] = mapped_column(primary_key=True)
    document_id: Mapped[RowRef] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)


class SetAsideRow(Base):
    """One record that could not be read, with its bytes and the reason, so that nothing is dropped silently."""

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("source", "origin", "sha256"),)

    id: Mapped[RowId]
    source: Mapped[Key]
    origin: Mapped[str]  # file name or address
    serial_number: Mapped[Key | None]
    reason: Mapped[str]
    sha256: Mapped[Key]
    size: Mapped[Bytes64]
    body: Mapped[bytes]
    at: Mapped[datetime]
    run_id: Mapped[Key | None]


class SourceFileRow(Base):
    """One issue of a bulk file. The same name with other bytes is a new row with the next `issue` number."""

    __tablename__ = "source_files"
    __table_args__ = (
        UniqueConstraint("product", "name", "issue"),
        Index("ix_source_files_product_data_date", "product", "data_date"),
    )

    id: Mapped[RowId]
    product: Mapped[Key]
    name: Mapped[Key]
    issue: Mapped[int]
    data_date: Mapped[date | None]
    size: Mapped[Bytes64 | None]
    sha256: Mapped[Key | None]
    state: Mapped[Key]  # todo | done | failed
    attempts: Mapped[int]
    error: Mapped[str | None]
    records: Mapped[int | None]
    set_aside: Mapped[int]
    first_seen: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class DownloadAttemptRow(Base):
    """How often a file was asked for in a calendar year: the USPTO allows a key 20 downloads a file and year."""

    __tablename__ = "download_attempts"

    product: Mapped[Key] = mapped_column(primary_key=True)
    name: Mapped[Key] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    attempts: Mapped[int]


class SourceHealthRow(Base):
    """How fresh a source is and what it said when it last failed."""

    __tablename__ = "source_health"

    source: Mapped[Key] = mapped_column(primary_key=True)
    last_ok_at: Mapped[datetime | None]
    data_as_of: Mapped[datetime | None]
    last_error: Mapped[str | None]
    last_error_at: Mapped[datetime | None]
    detail: Mapped[Json | None]


class PaceRow(Base):
    """Theoretical arrival time (seconds since 1970) of the next request of one key and class, for all processes."""

    __tablename__ = "pace"

    key_hash: Mapped[Key] = mapped_column(primary_key=True)
    kind: Mapped[Key] = mapped_column(primary_key=True)
    tat: Mapped[float]
