"""Tables of findings and of what was told to whom: messages, their items, deliveries, decided days."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, TypedColumns, UniqueConstraint

from tmwatch.store.tables.base import (
    BYTES,
    DAY,
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


class FindingColumns(TypedColumns):
    """One episode of a finding. The partial unique index keeps exactly one open episode per identity."""

    id = primary(ROW_ID, autoincrement=True)
    serial_number = required(KEY)
    rule = required(KEY)
    key = required(TEXT)
    client = required(TEXT)
    brand = required(TEXT)
    severity = required(NUMBER)
    body = required(JSON)  # the sentences, citation and marks of the finding
    deadline = optional(DAY)
    expires = optional(DAY)
    episode = required(NUMBER)
    opened_at = required(MOMENT)
    opened_run = optional(KEY)
    last_seen_at = required(MOMENT)
    last_seen_run = optional(KEY)
    closed_at = optional(MOMENT)
    close_reason = optional(KEY)  # cleared | expired
    alerted_at = optional(MOMENT)
    ack_until = optional(DAY)
    ack_note = optional(TEXT)
    ack_severity = optional(NUMBER)


FINDINGS = table("findings", FindingColumns, Index("ix_findings_serial_number", "serial_number"))
ONE_OPEN = Index(  # partial: tables.declared() says which rows count
    "uq_findings_open", *(FINDINGS.c[name] for name in ("serial_number", "rule", "key", "client")), unique=True
)


class MessageColumns(TypedColumns):
    """One frozen message: the same bytes for every recipient and every attempt."""

    id = primary(KEY)
    client = required(TEXT)
    kind = required(KEY)
    number = required(NUMBER)  # counts a client's messages
    local_date = required(DAY)
    sequence = required(NUMBER)
    subject = required(TEXT)
    message_id = required(TEXT)
    plain = required(TEXT)  # what channels without MIME send
    corrects = optional(KEY, ForeignKey("messages.id"))
    queued_at = required(MOMENT)
    run_id = optional(KEY)
    raw = required(BYTES)


MESSAGES = table(
    "messages",
    MessageColumns,
    UniqueConstraint("client", "local_date", "sequence"),
    Index("ix_messages_message_id", "message_id"),
)


class MessageItemColumns(TypedColumns):
    """A change told to a client. The primary key *is* "exactly once"."""

    client = primary(TEXT)
    change_id = primary(ROW_ID, ForeignKey("changes.id"))
    message = required(KEY, ForeignKey("messages.id"))


MESSAGE_ITEMS = table("message_items", MessageItemColumns, Index("ix_message_items_message", "message"))


class DeliveryColumns(TypedColumns):
    """One message on its way to one recipient."""

    id = primary(ROW_ID, autoincrement=True)
    message = required(KEY, ForeignKey("messages.id"))
    channel = required(KEY)
    recipient = required(TEXT)
    state = required(KEY)  # queued | sending | sent | deferred | failed | ambiguous | held | superseded
    attempts = required(NUMBER)
    queued_at = required(MOMENT)
    next_at = required(MOMENT)
    lease_owner = optional(KEY)
    lease_until = optional(MOMENT)
    phase = optional(KEY)
    last_error = optional(TEXT)
    receipt = optional(TEXT)  # what the channel answered
    sent_at = optional(MOMENT)
    carried_over_at = optional(MOMENT)


DELIVERIES = table(
    "deliveries",
    DeliveryColumns,
    UniqueConstraint("message", "channel", "recipient"),
    Index("ix_deliveries_state_next_at", "state", "next_at"),
)


class SuppressionColumns(TypedColumns):
    """A recipient whom the channel refused for good too often."""

    channel = primary(KEY)
    recipient = primary(TEXT)
    failures = required(NUMBER)
    reason = required(TEXT)
    suppressed_at = optional(MOMENT)  # NULL: counted, not yet suppressed
    updated_at = required(MOMENT)


SUPPRESSIONS = table("suppressions", SuppressionColumns)


class DigestDayColumns(TypedColumns):
    """The decision about one client and local date: which message, or that there was nothing to send."""

    client = primary(TEXT)
    local_date = primary(DAY)
    message = optional(KEY, ForeignKey("messages.id"))
    decided_at = required(MOMENT)


DIGEST_DAYS = table("digest_days", DigestDayColumns)


class LookColumns(TypedColumns):
    """The last look at what a client has not been told: everything up to that change was told, or is not for her."""

    client = primary(TEXT)
    change_id = required(ROW_ID)
    basis = required(KEY)  # what decides besides the changes: her severity floor, how often she wants to hear
    again_at = optional(MOMENT)  # look again then, whatever happens: a weekly digest or all-clear is due


LOOKS = table("looks", LookColumns)
