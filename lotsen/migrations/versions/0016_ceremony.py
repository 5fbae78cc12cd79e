"""when the title is handed over in a ceremony: a date, not a state

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("pilots", sa.Column("ceremony_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go down."""
    op.drop_column("pilots", "ceremony_on")
