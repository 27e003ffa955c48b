"""How long the judgement of a mark holds, and up to which change a client was looked after.

Revision: 20261126_judgements
Made: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_judgements"
down_revision = "20261125_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, empty: the next run judges every mark and looks at every client."""
    op.create_table(
        "judgements",
        sa.Column("serial_number", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("holds_until", sa.Date(), nullable=True),
        sa.Column("next_due", sa.Date(), nullable=True),
        sa.Column("coming", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("serial_number", name="pk_judgements"),
    )
    op.create_table(
        "looks",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("client", name="pk_looks"),
    )


def downgrade() -> None:
    """Drop both tables; nothing is lost."""
    op.drop_table("looks")
    op.drop_table("judgements")
