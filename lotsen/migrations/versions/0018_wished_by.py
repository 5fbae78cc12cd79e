"""no day until which help is wished for: nobody ever asked for one, nobody read it

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.drop_column("help_requests", "wished_by")


def downgrade() -> None:
    """Go down."""
    op.add_column("help_requests", sa.Column("wished_by", sa.Date(), nullable=True))
