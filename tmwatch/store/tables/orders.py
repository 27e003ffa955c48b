"""Tables of sanctions orders: the orders known, each imported list with its provenance, and the numbers in it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, TypedColumns, UniqueConstraint

from tmwatch.store.tables.base import (
    DAY,
    FLAG,
    JSON,
    KEY,
    MOMENT,
    NUMBER,
    ROW_ID,
    TEXT,
    optional,
    primary,
    required,
    table,
)


class OrderColumns(TypedColumns):
    """One order that the operator imported or the order watch saw. Kept for ever."""

    order_id = primary(KEY)
    order_date = required(KEY)  # may be a year or a month
    type = required(KEY)
    respondents = required(JSON)
    respondents_zh = required(JSON)
    affected_count = optional(NUMBER)
    count_note = optional(TEXT)
    pages = optional(NUMBER)
    response_due = optional(DAY)
    source_url = optional(TEXT)
    confidence = required(KEY)
    first_seen = required(MOMENT)
    updated_at = required(MOMENT)


ORDERS = table("orders", OrderColumns)


class OrderListColumns(TypedColumns):
    """One imported list of numbers of an order. A corrected list supersedes the one before it; both stay."""

    id = primary(ROW_ID, autoincrement=True)
    order_id = required(KEY, ForeignKey("orders.order_id"))
    file_name = required(TEXT)
    sha256 = required(KEY)
    imported_at = required(MOMENT)
    method = required(KEY)  # text | ocr | csv | txt | xlsx
    stated_count = optional(NUMBER)
    found_count = required(NUMBER)
    expected_count = optional(NUMBER)
    duplicates = required(NUMBER)
    pages = optional(NUMBER)
    pages_without_text = required(JSON)
    reviewed = required(FLAG)
    reviewed_at = optional(MOMENT)
    superseded_by = optional(ROW_ID, ForeignKey("order_lists.id"))


ORDER_LISTS = table("order_lists", OrderListColumns, UniqueConstraint("order_id", "sha256"))


class OrderNumberColumns(TypedColumns):
    """One number in a list. `number`: 8 digits of a serial or 7 digits of a registration."""

    list_id = primary(ROW_ID, ForeignKey("order_lists.id", ondelete="CASCADE"))
    kind = primary(KEY)  # serial | registration
    number = primary(KEY)
    page = optional(NUMBER)
    method = required(KEY)


ORDER_NUMBERS = table("order_numbers", OrderNumberColumns, Index("ix_order_numbers_number", "number"))
