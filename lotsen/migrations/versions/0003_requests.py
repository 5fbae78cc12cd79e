"""what requests need

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LINKS = {"parent_id": "help_requests", "merged_into_id": "help_requests", "brought_by_id": "pilots"}
TOLD = (
    "channel",
    "changed",
    "checked_revision",
    "raised_at",
    "passed_over_at",
    "plain_member",
    "pause_until",
    "pause_before",
)


def upgrade() -> None:
    """Go up. Plain SQL for the links: SQLite would copy the table to add a constraint, and lose what hangs on it."""
    for column, table in LINKS.items():
        name = f"fk_help_requests_{column}_{table}"
        op.execute(f"ALTER TABLE help_requests ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {table} (id)")
        op.create_index(f"ix_help_requests_{column}", "help_requests", [column])
    op.add_column("proposals", sa.Column("channel", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("proposals", sa.Column("changed", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("proposals", sa.Column("checked_revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("proposals", sa.Column("raised_at", sa.DateTime(), nullable=True))
    op.add_column("proposals", sa.Column("passed_over_at", sa.DateTime(), nullable=True))
    op.add_column("proposals", sa.Column("plain_member", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("proposals", sa.Column("pause_until", sa.Date(), nullable=True))
    op.add_column("proposals", sa.Column("pause_before", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go down: parts, merged and brought requests stay as requests of their own."""
    for column in reversed(TOLD):
        op.drop_column("proposals", column)
    for column in LINKS:
        op.drop_index(f"ix_help_requests_{column}", table_name="help_requests")
        op.drop_column("help_requests", column)
