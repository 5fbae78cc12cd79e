"""since when something waits for a coordinator: a state is older than what appeared in it

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("help_requests", "proposals", "engagements")


def upgrade() -> None:
    """Go up."""
    for table in TABLES:
        op.add_column(table, sa.Column("task_since", sa.DateTime(), nullable=True))
    op.add_column("pilots", sa.Column("silent_since", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Go down."""
    op.drop_column("pilots", "silent_since")
    for table in TABLES:
        op.drop_column(table, "task_since")
