"""Tables of findings and of what was told to whom: messages, their items, deliveries, decided days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tmwatch.store.tables.base import Base, Json, Key, RowId, RowRef


class FindingRow(Base):
    """One episode of a finding. The partial unique index keeps exactly one open episode per identity."""

    __tablename__ = "findings"
    __table_args__ = (
        Index(
            "uq_findings_open",
            "serial_number",
            "rule",
            "key",
            "client",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_findings_serial_number", "serial_number"),
    )

    id: Mapped[RowId]
    serial_number: Mapped[Key]
    rule: Mapped[Key]
    key: Mapped[str]
    client: Mapped[str]
    brand: Mapped[str]
    severity: Mapped[int]
    body: Mapped[Json]  # the sentences, citation and marks of the finding
    deadline: Mapped[date | None]
    expires: Mapped[date | None]
    episode: Mapped[int]
    opened_at: Mapped[datetime]
    opened_run: Mapped[Key | None]
    last_seen_at: Mapped[datetime]
    last_seen_run: Mapped[Key | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[Key | None]  # cleared | expired
    alerted_at: Mapped[datetime | None]
    ack_until: Mapped[date | None]
    ack_note: Mapped[str | None]
    ack_severity: Mapped[int | None]


class MessageRow(Base):
    """One frozen message: the same bytes for every recipient and every attempt."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("client", "local_date", "sequence"),
        Index("ix_messages_message_id", "message_id"),
    )

    id: Mapped[Key] = mapped_column(primary_key=True)
    client: Mapped[str]
    kind: Mapped[Key]
    number: Mapped[int]  # counts a client's messages
    local_date: Mapped[date]
    sequence: Mapped[int]
    subject: Mapped[str]
    message_id: Mapped[str]
    plain: Mapped[str]  # what channels without MIME send
    corrects: Mapped[Key | None] = mapped_column(ForeignKey("messages.id"))
    queued_at: Mapped[datetime]
    run_id: Mapped[Key | None]
    raw: Mapped[bytes]


class MessageItemRow(Base):
    """A change told to a client. The primary key *is* "exactly once"."""

    __tablename__ = "message_items"
    __table_args__ = (Index("ix_message_items_message", "message"),)

    client: Mapped[str] = mapped_column(primary_key=True)
    change_id: Mapped[RowRef] = mapped_column(ForeignKey("changes.id"), primary_key=True)
    message: Mapped[Key] = mapped_column(ForeignKey("messages.id"))


class DeliveryRow(Base):
    """One message on its way to one recipient."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("message", "channel", "recipient"),
        Index("ix_deliveries_state_next_at", "state", "next_at"),
    )

    id: Mapped[RowId]
    message: Mapped[Key] = mapped_column(ForeignKey("messages.id"))
    channel: Mapped[Key]
    recipient: Mapped[str]
    state: Mapped[Key]  # queued | sending | sent | deferred | failed | ambiguous | held | superseded
    attempts: Mapped[int]
    queued_at: Mapped[datetime]
    next_at: Mapped[datetime]
    lease_owner: Mapped[Key | None]
    lease_until: Mapped[datetime | None]
    phase: Mapped[Key | None]
    last_error: Mapped[str | None]
    receipt: Mapped[str | None]  # what the channel answered
    sent_at: Mapped[datetime | None]
    carried_over_at: Mapped[datetime | None]


class SuppressionRow(Base):
    """A recipient whom the channel refused for good too often."""

    __tablename__ = "suppressions"

    channel: Mapped[Key] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    reason: Mapped[str]
    suppressed_at: Mapped[datetime | None]  # NULL: counted, not yet suppressed
    updated_at: Mapped[datetime]


class DigestDayRow(Base):
    """The decision about one client and local date: which message, or that there was nothing to send."""

    __tablename__ = "digest_days"

    client: Mapped[str] = mapped_column(primary_key=True)
    local_date: Mapped[date] = mapped_column(primary_key=True)
    message: Mapped[Key | None] = mapped_column(ForeignKey("messages.id"))
    decided_at: Mapped[datetime]
