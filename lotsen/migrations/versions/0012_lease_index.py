"""an index for the leases of the outbox: who hands over looks every second, and would read every mail ever sent

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_index(op.f("ix_outbox_messages_lease_token"), "outbox_messages", ["lease_token"])


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f("ix_outbox_messages_lease_token"), table_name="outbox_messages")
