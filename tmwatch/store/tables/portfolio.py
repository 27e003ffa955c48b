"""Tables of the owners' own words: clients and what they watch."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, TypedColumns, UniqueConstraint

from tmwatch.store.tables.base import (
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


class ClientColumns(TypedColumns):
    """A brand owner or counsel who gets digests; NULL means "as in the settings"."""

    client = primary(TEXT)
    emails = required(JSON)
    language = optional(KEY)
    timezone = optional(KEY)
    send_at = optional(KEY)
    frequency = optional(KEY)
    min_severity = optional(KEY)
    channels = required(JSON)
    reply_to = optional(TEXT)
    sender_name = optional(TEXT)
    created_at = required(MOMENT)
    updated_at = required(MOMENT)


CLIENTS = table("clients", ClientColumns)


class WatchColumns(TypedColumns):
    """One row of a portfolio. `number` is what the owner gave (8 digits, or `rn` and 7 digits) and never changes;
    `serial_number` of a row given by registration number is filled once the USPTO has answered."""

    id = primary(ROW_ID, autoincrement=True)
    client = required(TEXT, ForeignKey("clients.client"))
    brand = required(TEXT)
    number = required(KEY)
    serial_number = optional(KEY)
    registration_number = optional(KEY)
    marketplaces = required(JSON)
    brand_registry_id = optional(TEXT)
    brand_registry_status = optional(KEY)
    enrolled_with_this_mark = optional(FLAG)
    asins = optional(NUMBER)
    revenue_30d = optional(TEXT)  # a decimal in digits: SQLite has no exact number type
    currency = optional(TEXT)
    reference = optional(TEXT)
    owner_expected = optional(TEXT)
    attorney_expected = optional(TEXT)
    correspondents_expected = required(JSON)
    notes = optional(TEXT)
    added_at = required(MOMENT)
    updated_at = required(MOMENT)
    removed_at = optional(MOMENT)


WATCHES = table(
    "watches",
    WatchColumns,
    UniqueConstraint("client", "brand", "number"),
    Index("ix_watches_serial_number", "serial_number"),
    Index("ix_watches_registration_number", "registration_number"),
)
