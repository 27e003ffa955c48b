"""Tables of the marks: current record, its child rows, everybody ever seen on it, and what changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tmwatch.store.tables.base import Base, Json, Key, RowId


class CaseFileRow(Base):
    """The current record of one case. `record` is the whole CaseFile; the provenance columns are newer than the one
    inside it, because a record that changes nothing moves only them."""

    __tablename__ = "case_files"

    serial_number: Mapped[Key] = mapped_column(primary_key=True)
    registration_number: Mapped[Key | None] = mapped_column(index=True)
    status_code: Mapped[int]
    status_date: Mapped[date | None]
    standing: Mapped[Key]
    mark_text: Mapped[str | None]
    filing_date: Mapped[date | None]
    registration_date: Mapped[date | None]
    source: Mapped[Key]
    as_of: Mapped[datetime]
    url: Mapped[str | None]
    sha256: Mapped[Key | None]
    record_hash: Mapped[Key]
    revision: Mapped[int]
    first_seen: Mapped[datetime]
    changed_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]  # last valid TSDR record
    record: Mapped[str]  # last column: SQLite then reads the others without its pages


class ProsecutionEventRow(Base):
    """One entry of the prosecution history. `number` is -1 when the source gave none."""

    __tablename__ = "prosecution_events"

    serial_number: Mapped[Key] = mapped_column(
        ForeignKey("case_files.serial_number", ondelete="CASCADE"), primary_key=True
    )
    date: Mapped[date] = mapped_column(primary_key=True)
    code: Mapped[Key] = mapped_column(primary_key=True)
    type: Mapped[Key] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    description: Mapped[str]
    proceeding_number: Mapped[str | None]
    first_seen: Mapped[datetime]
    source: Mapped[Key]


class GoodsClassRow(Base):
    """One class of goods or services, in the record's order."""

    __tablename__ = "goods_classes"

    serial_number: Mapped[Key] = mapped_column(
        ForeignKey("case_files.serial_number", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[Key]
    international: Mapped[Json]
    us: Mapped[Json]
    status_code: Mapped[Key | None]
    status_date: Mapped[Key | None]
    description: Mapped[str | None]
    first_use: Mapped[Key | None]
    first_use_in_commerce: Mapped[Key | None]


class PartyRow(Base):
    """One observation of a party: kept for ever. An e-mail address is a row of its own (role and address), because
    bulk records tell names and no addresses: each fact has its own first and last day."""

    __tablename__ = "parties"
    __table_args__ = (
        UniqueConstraint("serial_number", "role", "fingerprint"),
        Index("ix_parties_fingerprint", "fingerprint"),
        Index("ix_parties_address_key", "address_key"),
        Index("ix_parties_domain", "domain"),
    )

    id: Mapped[RowId]
    serial_number: Mapped[Key]
    role: Mapped[Key]
    name: Mapped[str | None]
    firm: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    field_group: Mapped[Key]  # the group of the record that told it (records.FIELD_GROUPS)
    fingerprint: Mapped[Key]  # the same for the same normalised facts, whatever the mark and role
    address_key: Mapped[Key | None]
    domain: Mapped[Key | None]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    source: Mapped[Key]
    current: Mapped[bool]


class ChangeRow(Base):
    """One change of one case. The unique key makes a change reported once; `occurrence` counts identical transitions
    before it. A pruned row stays as a tombstone without `old` and `new`."""

    __tablename__ = "changes"
    __table_args__ = (
        UniqueConstraint(
            "serial_number", "kind", "name", "client", "from_hash", "to_hash", "occurrence", name="uq_changes_step"
        ),
        Index("ix_changes_serial_number_as_of", "serial_number", "as_of"),
        Index("ix_changes_recorded_at", "recorded_at"),
    )

    id: Mapped[RowId]
    serial_number: Mapped[Key]
    kind: Mapped[Key]  # field | event | finding
    name: Mapped[str]
    client: Mapped[str]
    from_hash: Mapped[Key]
    to_hash: Mapped[Key]
    occurrence: Mapped[int]
    old: Mapped[Json | None]
    new: Mapped[Json | None]
    as_of: Mapped[date]
    recorded_at: Mapped[datetime]
    run_id: Mapped[Key | None]
    pruned_at: Mapped[datetime | None]


class CaseDocumentRow(Base):
    """One entry of the TSDR document list of a case."""

    __tablename__ = "case_documents"

    serial_number: Mapped[Key] = mapped_column(primary_key=True)
    document_id: Mapped[Key] = mapped_column(primary_key=True)
    mail_date: Mapped[date | None]
    type_code: Mapped[Key | None]
    description: Mapped[str]
    pages: Mapped[int | None]
    url: Mapped[str | None]
    first_seen: Mapped[datetime]


class MissingSightingRow(Base):
    """One time the USPTO answered "no such case" for a stored mark."""

    __tablename__ = "missing_sightings"

    serial_number: Mapped[Key] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)


class UnconfirmedRow(Base):
    """A record held back by the upstream anomaly guard until it is read again or released by hand."""

    __tablename__ = "unconfirmed"
    __table_args__ = (Index("ix_unconfirmed_serial_number", "serial_number"),)

    id: Mapped[RowId]
    serial_number: Mapped[Key]
    run_id: Mapped[Key | None]
    reason: Mapped[str]
    as_of: Mapped[datetime]
    record: Mapped[str]
    held_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[Key | None]  # confirmed | rejected | released
