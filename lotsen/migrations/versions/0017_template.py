"""from which request a new one was filled in: what waited because of the old one is settled with it

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LINK = "ALTER TABLE help_requests ADD COLUMN template_id INTEGER CONSTRAINT {} REFERENCES help_requests (id)"


def upgrade() -> None:
    """Go up."""
    op.execute(sa.text(LINK.format("fk_help_requests_template_id_help_requests")))
    op.create_index("ix_help_requests_template_id", "help_requests", ["template_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_index("ix_help_requests_template_id", table_name="help_requests")
    op.drop_column("help_requests", "template_id")
