"""Tables of the owners' own words: clients and what they watch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tmwatch.store.tables.base import Base, Json, Key, RowId


class ClientRow(Base):
    """A brand owner or counsel who gets digests; NULL means "as in the settings"."""

    __tablename__ = "clients"

    client: Mapped[str] = mapped_column(primary_key=True)
    emails: Mapped[Json]
    language: Mapped[Key | None]
    timezone: Mapped[Key | None]
    send_at: Mapped[Key | None]
    frequency: Mapped[Key | None]
    min_severity: Mapped[Key | None]
    channels: Mapped[Json]
    reply_to: Mapped[str | None]
    sender_name: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WatchRow(Base):
    """One row of a portfolio. `number` is what the owner gave (8 digits, or `rn` and 7 digits) and never changes;
    `serial_number` of a row given by registration number is filled once the USPTO has answered."""

    __tablename__ = "watches"
    __table_args__ = (
        UniqueConstraint("client", "brand", "number"),
        Index("ix_watches_serial_number", "serial_number"),
        Index("ix_watches_registration_number", "registration_number"),
    )

    id: Mapped[RowId]
    client: Mapped[str] = mapped_column(ForeignKey("clients.client"))
    brand: Mapped[str]
    number: Mapped[Key]
    serial_number: Mapped[Key | None]
    registration_number: Mapped[Key | None]
    marketplaces: Mapped[Json]
    brand_registry_id: Mapped[str | None]
    brand_registry_status: Mapped[Key | None]
    enrolled_with_this_mark: Mapped[bool | None]
    asins: Mapped[int | None]
    revenue_30d: Mapped[str | None]  # a decimal in digits: SQLite has no exact number type
    currency: Mapped[str | None]
    reference: Mapped[str | None]
    owner_expected: Mapped[str | None]
    attorney_expected: Mapped[str | None]
    correspondents_expected: Mapped[Json]
    notes: Mapped[str | None]
    added_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
