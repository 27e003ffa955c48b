"""${message}.

Revision: ${up_revision}
After: ${down_revision | comma,n}
Made: ${create_date}
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Go one schema forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go one schema back; rows of what is dropped are lost."""
    ${downgrades if downgrades else "pass"}
