"""Initial schema.

Revision: 20261125_initial
Made: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_initial"
down_revision = None
branch_labels = None
depends_on = None

KEY, TEXT, TIME, DAY = sa.String(), sa.Text(), sa.DateTime(timezone=True), sa.Date()
INT, BIG, BOOL, REAL, BYTES = sa.Integer(), sa.BigInteger(), sa.Boolean(), sa.Double(), sa.LargeBinary()
ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers only INTEGER columns by itself
OPEN = sa.text("closed_at IS NULL")


def create(name: str, *parts: sa.schema.SchemaItem, unique: str = "", index: tuple[str, ...] = ()) -> None:
    """Create a table. `name` is "table: key columns"; `unique` and `index` name columns (`a b as label`)."""
    table, key = name.split(": ")
    keys = [sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{table}")]
    if unique:
        columns, _, label = unique.partition(" as ")
        label = label or "_".join(columns.split())
        keys.append(sa.UniqueConstraint(*columns.split(), name=f"uq_{table}_{label}"))
    op.create_table(table, *parts, *keys)
    for names in index:
        op.create_index(f"ix_{table}_{'_'.join(names.split())}", table, names.split())


def must(kind: sa.types.TypeEngine, names: str) -> list[sa.Column]:
    """Columns of one type that are never NULL."""
    return [sa.Column(name, kind, nullable=False) for name in names.split()]


def may(kind: sa.types.TypeEngine, names: str) -> list[sa.Column]:
    """Columns of one type that may be NULL."""
    return [sa.Column(name, kind, nullable=True) for name in names.split()]


def row_id() -> sa.Column:
    """The number of a row."""
    return sa.Column("id", ROW, autoincrement=True, nullable=False)


def foreign(table: str, name: str, to: str, **options: str) -> sa.ForeignKeyConstraint:
    """A foreign key of one column; `to` is table.column."""
    return sa.ForeignKeyConstraint([name], [to], name=f"fk_{table}_{name}_{to.partition('.')[0]}", **options)


def create_portfolio() -> None:
    """Clients and watches."""
    create(
        "clients: client",
        *must(TEXT, "client emails channels"),
        *may(KEY, "language timezone send_at frequency min_severity"),
        *may(TEXT, "reply_to sender_name"),
        *must(TIME, "created_at updated_at"),
    )
    create(
        "watches: id",
        row_id(),
        *must(TEXT, "client brand marketplaces correspondents_expected"),
        *must(KEY, "number"),
        *may(KEY, "serial_number registration_number brand_registry_status"),
        *may(TEXT, "brand_registry_id revenue_30d currency reference owner_expected attorney_expected notes"),
        *may(BOOL, "enrolled_with_this_mark"),
        *may(INT, "asins"),
        *must(TIME, "added_at updated_at"),
        *may(TIME, "removed_at"),
        foreign("watches", "client", "clients.client"),
        unique="client brand number",
        index=("registration_number", "serial_number"),
    )


def create_marks() -> None:
    """The current record of a mark and its child rows."""
    create(
        "case_files: serial_number",
        *must(KEY, "serial_number standing source record_hash"),
        *may(KEY, "registration_number sha256"),
        *must(INT, "status_code revision"),
        *may(DAY, "status_date filing_date registration_date"),
        *may(TEXT, "mark_text url"),
        *must(TIME, "as_of first_seen changed_at"),
        *may(TIME, "checked_at"),
        *must(TEXT, "record"),
        index=("registration_number",),
    )
    create(
        "prosecution_events: serial_number date code type number",
        *must(KEY, "serial_number code type source"),
        *must(DAY, "date"),
        *must(INT, "number"),
        *must(TEXT, "description"),
        *may(TEXT, "proceeding_number"),
        *must(TIME, "first_seen"),
        foreign("prosecution_events", "serial_number", "case_files.serial_number", ondelete="CASCADE"),
    )
    create(
        "goods_classes: serial_number position",
        *must(KEY, "serial_number code"),
        *must(INT, "position"),
        *must(TEXT, "international us"),
        *may(KEY, "status_code status_date first_use first_use_in_commerce"),
        *may(TEXT, "description"),
        foreign("goods_classes", "serial_number", "case_files.serial_number", ondelete="CASCADE"),
    )


def create_history() -> None:
    """What is kept for ever: parties and changes."""
    create(
        "parties: id",
        row_id(),
        *must(KEY, "serial_number role field_group fingerprint source"),
        *may(TEXT, "name firm email address"),
        *may(KEY, "address_key domain"),
        *must(TIME, "first_seen last_seen"),
        *must(BOOL, "current"),
        unique="serial_number role fingerprint",
        index=("address_key", "domain", "fingerprint"),
    )
    create(
        "changes: id",
        row_id(),
        *must(KEY, "serial_number kind from_hash to_hash"),
        *must(TEXT, "name client"),
        *must(INT, "occurrence"),
        *may(TEXT, "old new"),
        *must(DAY, "as_of"),
        *must(TIME, "recorded_at"),
        *may(KEY, "run_id"),
        *may(TIME, "pruned_at"),
        unique="serial_number kind name client from_hash to_hash occurrence as step",
        index=("recorded_at", "serial_number as_of"),
    )


def create_mark_notes() -> None:
    """Document lists, sightings of missing marks, records held back."""
    create(
        "case_documents: serial_number document_id",
        *must(KEY, "serial_number document_id"),
        *may(DAY, "mail_date"),
        *may(KEY, "type_code"),
        *must(TEXT, "description"),
        *may(INT, "pages"),
        *may(TEXT, "url"),
        *must(TIME, "first_seen"),
    )
    create("missing_sightings: serial_number at", *must(KEY, "serial_number"), *must(TIME, "at"))
    create(
        "unconfirmed: id",
        row_id(),
        *must(KEY, "serial_number"),
        *may(KEY, "run_id resolution"),
        *must(TEXT, "reason"),
        *must(TIME, "as_of held_at"),
        *may(TIME, "resolved_at"),
        *must(TEXT, "record"),
        index=("serial_number",),
    )


def create_documents() -> None:
    """Raw answers and records set aside."""
    create(
        "documents: id",
        row_id(),
        *must(KEY, "source sha256 state"),
        *must(TEXT, "url content_type"),
        *must(TIME, "fetched_at"),
        *must(BIG, "size"),
        *may(TEXT, "error"),
        *must(BYTES, "body"),
        index=("fetched_at",),
    )
    create(
        "document_marks: serial_number document_id",
        *must(KEY, "serial_number"),
        *must(ROW, "document_id"),
        foreign("document_marks", "document_id", "documents.id", ondelete="CASCADE"),
        index=("document_id",),
    )
    create(
        "set_aside: id",
        row_id(),
        *must(KEY, "source sha256"),
        *must(TEXT, "origin reason"),
        *may(KEY, "serial_number run_id"),
        *must(BIG, "size"),
        *must(TIME, "at"),
        *must(BYTES, "body"),
        unique="source origin sha256",
    )


def create_sources() -> None:
    """Bulk files, the health of sources, the pace of requests."""
    create(
        "source_files: id",
        row_id(),
        *must(KEY, "product name state"),
        *must(INT, "issue attempts set_aside"),
        *may(DAY, "data_date"),
        *may(BIG, "size"),
        *may(KEY, "sha256"),
        *may(TEXT, "error"),
        *may(INT, "records"),
        *must(TIME, "first_seen"),
        *may(TIME, "finished_at"),
        unique="product name issue",
        index=("product data_date",),
    )
    create("download_attempts: product name year", *must(KEY, "product name"), *must(INT, "year attempts"))
    create(
        "source_health: source",
        *must(KEY, "source"),
        *may(TIME, "last_ok_at data_as_of last_error_at"),
        *may(TEXT, "last_error detail"),
    )
    create("pace: key_hash kind", *must(KEY, "key_hash kind"), *must(REAL, "tat"))


def create_orders() -> None:
    """Sanctions orders, their lists and numbers."""
    create(
        "orders: order_id",
        *must(KEY, "order_id order_date type confidence"),
        *must(TEXT, "respondents respondents_zh"),
        *may(INT, "affected_count pages"),
        *may(TEXT, "count_note source_url"),
        *may(DAY, "response_due"),
        *must(TIME, "first_seen updated_at"),
    )
    create(
        "order_lists: id",
        row_id(),
        *must(KEY, "order_id sha256 method"),
        *must(TEXT, "file_name pages_without_text"),
        *must(TIME, "imported_at"),
        *may(INT, "stated_count expected_count pages"),
        *must(INT, "found_count duplicates"),
        *must(BOOL, "reviewed"),
        *may(TIME, "reviewed_at"),
        *may(ROW, "superseded_by"),
        foreign("order_lists", "order_id", "orders.order_id"),
        foreign("order_lists", "superseded_by", "order_lists.id"),
        unique="order_id sha256",
    )
    create(
        "order_numbers: list_id kind number",
        *must(ROW, "list_id"),
        *must(KEY, "kind number method"),
        *may(INT, "page"),
        foreign("order_numbers", "list_id", "order_lists.id", ondelete="CASCADE"),
        index=("number",),
    )


def create_findings() -> None:
    """Findings, by episode."""
    create(
        "findings: id",
        row_id(),
        *must(KEY, "serial_number rule"),
        *must(TEXT, "key client brand"),
        *must(INT, "severity episode"),
        *may(DAY, "deadline expires ack_until"),
        *must(TIME, "opened_at last_seen_at"),
        *may(KEY, "opened_run last_seen_run close_reason"),
        *may(TIME, "closed_at alerted_at"),
        *may(TEXT, "ack_note"),
        *may(INT, "ack_severity"),
        *must(TEXT, "body"),
        index=("serial_number",),
    )
    identity = ["serial_number", "rule", "key", "client"]
    op.create_index("uq_findings_open", "findings", identity, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def create_messages() -> None:
    """Messages, what they tell, and the days decided."""
    create(
        "messages: id",
        *must(KEY, "id kind"),
        *must(TEXT, "client subject message_id plain"),
        *must(INT, "number sequence"),
        *must(DAY, "local_date"),
        *may(KEY, "corrects run_id"),
        *must(TIME, "queued_at"),
        *must(BYTES, "raw"),
        foreign("messages", "corrects", "messages.id"),
        unique="client local_date sequence",
        index=("message_id",),
    )
    create(
        "message_items: client change_id",
        *must(TEXT, "client"),
        *must(ROW, "change_id"),
        *must(KEY, "message"),
        foreign("message_items", "change_id", "changes.id"),
        foreign("message_items", "message", "messages.id"),
        index=("message",),
    )
    create(
        "digest_days: client local_date",
        *must(TEXT, "client"),
        *must(DAY, "local_date"),
        *may(KEY, "message"),
        *must(TIME, "decided_at"),
        foreign("digest_days", "message", "messages.id"),
    )


def create_deliveries() -> None:
    """Messages on their way."""
    create(
        "deliveries: id",
        row_id(),
        *must(KEY, "message channel state"),
        *must(TEXT, "recipient"),
        *must(INT, "attempts"),
        *must(TIME, "queued_at next_at"),
        *may(KEY, "lease_owner phase"),
        *may(TIME, "lease_until sent_at carried_over_at"),
        *may(TEXT, "last_error receipt"),
        foreign("deliveries", "message", "messages.id"),
        unique="message channel recipient",
        index=("state next_at",),
    )
    create(
        "suppressions: channel recipient",
        *must(KEY, "channel"),
        *must(TEXT, "recipient reason"),
        *must(INT, "failures"),
        *may(TIME, "suppressed_at"),
        *must(TIME, "updated_at"),
    )


def create_runs() -> None:
    """Runs and leases."""
    create(
        "runs: id",
        *must(KEY, "id kind state"),
        *must(TIME, "started_at"),
        *may(TIME, "finished_at"),
        *must(INT, "pid"),
        *must(TEXT, "host"),
        *may(INT, "watched checked exit_code"),
        *may(TEXT, "failed sources counts anomaly"),
        index=("started_at",),
    )
    create(
        "leases: name",
        *must(KEY, "name"),
        *must(TEXT, "holder host"),
        *must(INT, "token pid"),
        *must(TIME, "since expires_at"),
    )


def upgrade() -> None:
    """Create every table."""
    create_portfolio()
    create_marks()
    create_history()
    create_mark_notes()
    create_documents()
    create_sources()
    create_orders()
    create_findings()
    create_messages()
    create_deliveries()
    create_runs()


def downgrade() -> None:
    """Drop every table; everything is lost."""
    names = """
    order_numbers watches prosecution_events order_lists message_items goods_classes document_marks
    digest_days deliveries unconfirmed suppressions source_health source_files set_aside runs parties
    pace orders missing_sightings messages leases findings download_attempts documents clients changes
    case_files case_documents
    """
    for name in names.split():
        op.drop_table(name)
