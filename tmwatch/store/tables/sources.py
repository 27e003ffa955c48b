"""Tables of what came from outside: raw answers, records set aside, bulk files, and the health of each source."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, TypedColumns, UniqueConstraint

from tmwatch.store.tables.base import (
    BYTES,
    DAY,
    FRACTION,
    JSON,
    KEY,
    MOMENT,
    NUMBER,
    ROW_ID,
    SIZE,
    TEXT,
    optional,
    primary,
    required,
    table,
)


class DocumentColumns(TypedColumns):
    """One raw answer, compressed with zstd. One batch answer covers up to 20 marks (document_marks)."""

    id = primary(ROW_ID, autoincrement=True)
    source = required(KEY)
    url = required(TEXT)
    sha256 = required(KEY)
    content_type = required(TEXT)
    fetched_at = required(MOMENT)
    size = required(SIZE)  # before compression
    state = required(KEY)  # good | bad
    error = optional(TEXT)
    body = required(BYTES)


DOCUMENTS = table("documents", DocumentColumns, Index("ix_documents_fetched_at", "fetched_at"))


class DocumentMarkColumns(TypedColumns):
    """Which marks a raw answer speaks about."""

    serial_number = primary(KEY)
    document_id = primary(ROW_ID, ForeignKey("documents.id", ondelete="CASCADE"))


DOCUMENT_MARKS = table("document_marks", DocumentMarkColumns, Index("ix_document_marks_document_id", "document_id"))


class SetAsideColumns(TypedColumns):
    """One record that could not be read, with its bytes and the reason, so that nothing is dropped silently."""

    id = primary(ROW_ID, autoincrement=True)
    source = required(KEY)
    origin = required(TEXT)  # file name or address
    serial_number = optional(KEY)
    reason = required(TEXT)
    sha256 = required(KEY)
    size = required(SIZE)
    body = required(BYTES)
    at = required(MOMENT)
    run_id = optional(KEY)


SET_ASIDE = table("set_aside", SetAsideColumns, UniqueConstraint("source", "origin", "sha256"))


class SourceFileColumns(TypedColumns):
    """One issue of a bulk file. The same name with other bytes is a new row with the next `issue` number."""

    id = primary(ROW_ID, autoincrement=True)
    product = required(KEY)
    name = required(KEY)
    issue = required(NUMBER)
    data_date = optional(DAY)
    size = optional(SIZE)
    sha256 = optional(KEY)
    state = required(KEY)  # todo | done | failed
    attempts = required(NUMBER)
    error = optional(TEXT)
    records = optional(NUMBER)
    set_aside = required(NUMBER)
    first_seen = required(MOMENT)
    finished_at = optional(MOMENT)


SOURCE_FILES = table(
    "source_files",
    SourceFileColumns,
    UniqueConstraint("product", "name", "issue"),
    Index("ix_source_files_product_data_date", "product", "data_date"),
)


class DownloadAttemptColumns(TypedColumns):
    """How often a file was asked for in a calendar year: the USPTO allows a key 20 downloads a file and year."""

    product = primary(KEY)
    name = primary(KEY)
    year = primary(NUMBER, autoincrement=False)
    attempts = required(NUMBER)


DOWNLOAD_ATTEMPTS = table("download_attempts", DownloadAttemptColumns)


class SourceHealthColumns(TypedColumns):
    """How fresh a source is and what it said when it last failed."""

    source = primary(KEY)
    last_ok_at = optional(MOMENT)
    data_as_of = optional(MOMENT)
    last_error = optional(TEXT)
    last_error_at = optional(MOMENT)
    detail = optional(JSON)


SOURCE_HEALTH = table("source_health", SourceHealthColumns)


class PaceColumns(TypedColumns):
    """Theoretical arrival time (seconds since 1970) of the next request of one key and class, for all processes."""

    key_hash = primary(KEY)
    kind = primary(KEY)
    tat = required(FRACTION)


PACE = table("pace", PaceColumns)
