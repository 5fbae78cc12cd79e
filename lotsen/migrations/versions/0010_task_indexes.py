"""indexes for what waits for a coordinator, which every start page reads

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNREAD = sa.text("replied_at IS NOT NULL AND reply_seen_at IS NULL")


def upgrade() -> None:
    """Go up."""
    op.create_index(op.f("ix_help_requests_task"), "help_requests", ["task"])
    op.create_index(op.f("ix_engagements_task"), "engagements", ["task"])
    op.create_index(
        "ix_outbox_messages_unread",
        "outbox_messages",
        ["replied_at"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )


def downgrade() -> None:
    """Go down."""
    op.drop_index("ix_outbox_messages_unread", table_name="outbox_messages")
    op.drop_index(op.f("ix_engagements_task"), table_name="engagements")
    op.drop_index(op.f("ix_help_requests_task"), table_name="help_requests")
