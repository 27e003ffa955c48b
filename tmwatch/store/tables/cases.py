"""Tables of the marks: current record, its child rows, everybody ever seen on it, and what changed."""

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


class CaseFileColumns(TypedColumns):
    """The current record of one case. `record` is the whole CaseFile; the provenance columns are newer than the one
    inside it, because a record that changes nothing moves only them."""

    serial_number = primary(KEY)
    registration_number = optional(KEY, index=True)
    status_code = required(NUMBER)
    status_date = optional(DAY)
    standing = required(KEY)
    mark_text = optional(TEXT)
    filing_date = optional(DAY)
    registration_date = optional(DAY)
    source = required(KEY)
    as_of = required(MOMENT)
    url = optional(TEXT)
    sha256 = optional(KEY)
    record_hash = required(KEY)
    revision = required(NUMBER)
    first_seen = required(MOMENT)
    changed_at = required(MOMENT)
    checked_at = optional(MOMENT)  # last valid TSDR record
    record = required(TEXT)  # last column: SQLite then reads the others without its pages


CASE_FILES = table("case_files", CaseFileColumns)


class ProsecutionEventColumns(TypedColumns):
    """One entry of the prosecution history. `number` is -1 when the source gave none."""

    serial_number = primary(KEY, ForeignKey("case_files.serial_number", ondelete="CASCADE"))
    date = primary(DAY)
    code = primary(KEY)
    type = primary(KEY)
    number = primary(NUMBER, autoincrement=False)
    description = required(TEXT)
    proceeding_number = optional(TEXT)
    first_seen = required(MOMENT)
    source = required(KEY)


PROSECUTION_EVENTS = table("prosecution_events", ProsecutionEventColumns)


class GoodsClassColumns(TypedColumns):
    """One class of goods or services, in the record's order."""

    serial_number = primary(KEY, ForeignKey("case_files.serial_number", ondelete="CASCADE"))
    position = primary(NUMBER, autoincrement=False)
    code = required(KEY)
    international = required(JSON)
    us = required(JSON)
    status_code = optional(KEY)
    status_date = optional(KEY)
    description = optional(TEXT)
    first_use = optional(KEY)
    first_use_in_commerce = optional(KEY)


GOODS_CLASSES = table("goods_classes", GoodsClassColumns)


class PartyColumns(TypedColumns):
    """One observation of a party: kept for ever. An e-mail address is a row of its own (role and address), because
    bulk records tell names and no addresses: each fact has its own first and last day."""

    id = primary(ROW_ID, autoincrement=True)
    serial_number = required(KEY)
    role = required(KEY)
    name = optional(TEXT)
    firm = optional(TEXT)
    email = optional(TEXT)
    address = optional(TEXT)
    field_group = required(KEY)  # the group of the record that told it (records.FIELD_GROUPS)
    fingerprint = required(KEY)  # the same for the same normalised facts, whatever the mark and role
    address_key = optional(KEY)
    domain = optional(KEY)
    first_seen = required(MOMENT)
    last_seen = required(MOMENT)
    source = required(KEY)
    current = required(FLAG)


PARTIES = table(
    "parties",
    PartyColumns,
    UniqueConstraint("serial_number", "role", "fingerprint"),
    Index("ix_parties_fingerprint", "fingerprint"),
    Index("ix_parties_address_key", "address_key"),
    Index("ix_parties_domain", "domain"),
)


class ChangeColumns(TypedColumns):
    """One change of one case. The unique key makes a change reported once; `occurrence` counts identical transitions
    before it. A pruned row stays as a tombstone without `old` and `new`."""

    id = primary(ROW_ID, autoincrement=True)
    serial_number = required(KEY)
    kind = required(KEY)  # field | event | finding
    name = required(TEXT)
    client = required(TEXT)
    from_hash = required(KEY)
    to_hash = required(KEY)
    occurrence = required(NUMBER)
    old = optional(JSON)
    new = optional(JSON)
    as_of = required(DAY)
    recorded_at = required(MOMENT)
    run_id = optional(KEY)
    pruned_at = optional(MOMENT)


CHANGES = table(
    "changes",
    ChangeColumns,
    UniqueConstraint(
        "serial_number", "kind", "name", "client", "from_hash", "to_hash", "occurrence", name="uq_changes_step"
    ),
    Index("ix_changes_serial_number_as_of", "serial_number", "as_of"),
    Index("ix_changes_recorded_at", "recorded_at"),
)


class CaseDocumentColumns(TypedColumns):
    """One entry of the TSDR document list of a case."""

    serial_number = primary(KEY)
    document_id = primary(KEY)
    mail_date = optional(DAY)
    type_code = optional(KEY)
    description = required(TEXT)
    pages = optional(NUMBER)
    url = optional(TEXT)
    first_seen = required(MOMENT)


CASE_DOCUMENTS = table("case_documents", CaseDocumentColumns)


class MissingSightingColumns(TypedColumns):
    """One time the USPTO answered "no such case" for a stored mark."""

    serial_number = primary(KEY)
    at = primary(MOMENT)


MISSING_SIGHTINGS = table("missing_sightings", MissingSightingColumns)


class UnconfirmedColumns(TypedColumns):
    """A record held back by the upstream anomaly guard until it is read again or released by hand."""

    id = primary(ROW_ID, autoincrement=True)
    serial_number = required(KEY)
    run_id = optional(KEY)
    reason = required(TEXT)
    as_of = required(MOMENT)
    record = required(TEXT)
    held_at = required(MOMENT)
    resolved_at = optional(MOMENT)
    resolution = optional(KEY)  # confirmed | rejected | released


UNCONFIRMED = table("unconfirmed", UnconfirmedColumns, Index("ix_unconfirmed_serial_number", "serial_number"))


class JudgementColumns(TypedColumns):
    """The last judgement of one watched mark by the rules: it holds until what it rests on changes (then the row is
    deleted), the basis all judgements share is another one, or the day after `holds_until` comes."""

    serial_number = primary(KEY)
    run_id = required(KEY)
    basis = required(KEY)  # SHA-256 of the program, the registry of orders and the lists imported
    judged_on = required(DAY)
    holds_until = optional(DAY)  # NULL: being judged, or the run that did so died
    next_due = optional(DAY)  # the first day by which something must be filed, as long as the judgement holds
    coming = optional(JSON)  # everything that must be filed; NULL: nothing


JUDGEMENTS = table("judgements", JudgementColumns)
