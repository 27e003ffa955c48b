"""Tables of sanctions orders: the orders known, each imported list with its provenance, and the numbers in it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tmwatch.store.tables.base import Base, Json, Key, RowId, RowRef


class OrderRow(Base):
    """One order that the operator imported or the order watch saw. Kept for ever."""

    __tablename__ = "orders"

    order_id: Mapped[Key] = mapped_column(primary_key=True)
    order_date: Mapped[Key]  # may be a year or a month
    type: Mapped[Key]
    respondents: Mapped[Json]
    respondents_zh: Mapped[Json]
    affected_count: Mapped[int | None]
    count_note: Mapped[str | None]
    pages: Mapped[int | None]
    response_due: Mapped[date | None]
    source_url: Mapped[str | None]
    confidence: Mapped[Key]
    first_seen: Mapped[datetime]
    updated_at: Mapped[datetime]


class OrderListRow(Base):
    """One imported list of numbers of an order. A corrected list supersedes the one before it; both stay."""

    __tablename__ = "order_lists"
    __table_args__ = (UniqueConstraint("order_id", "sha256"),)

    id: Mapped[RowId]
    order_id: Mapped[Key] = mapped_column(ForeignKey("orders.order_id"))
    file_name: Mapped[str]
    sha256: Mapped[Key]
    imported_at: Mapped[datetime]
    method: Mapped[Key]  # text | ocr | csv | txt | xlsx
    stated_count: Mapped[int | None]
    found_count: Mapped[int]
    expected_count: Mapped[int | None]
    duplicates: Mapped[int]
    pages: Mapped[int | None]
    pages_without_text: Mapped[Json]
    reviewed: Mapped[bool]
    reviewed_at: Mapped[datetime | None]
    superseded_by: Mapped[RowRef | None] = mapped_column(ForeignKey("order_lists.id"))


class OrderNumberRow(Base):
    """One number in a list. `number`: 8 digits of a serial or 7 digits of a registration."""

    __tablename__ = "order_numbers"
    __table_args__ = (Index("ix_order_numbers_number", "number"),)

    list_id: Mapped[RowRef] = mapped_column(ForeignKey("order_lists.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[Key] = mapped_column(primary_key=True)  # serial | registration
    number: Mapped[Key] = mapped_column(primary_key=True)
    page: Mapped[int | None]
    method: Mapped[Key]
