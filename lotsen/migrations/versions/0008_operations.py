"""what operations need: a hold on all sending, incidents, replies to mails

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "sending_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sending_holds_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_holds")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_opened_at"), "incidents", ["opened_at"])
    op.create_index(
        "uq_incidents_open",
        "incidents",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "mailbox_positions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_mailbox_positions_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_positions")),
    )
    with op.batch_alter_table("outbox_messages") as batch:
        batch.add_column(sa.Column("replied_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("reply_seen_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("outbox_messages") as batch:
        batch.drop_column("reply_seen_at")
        batch.drop_column("replied_at")
    op.drop_table("mailbox_positions")
    op.drop_index("uq_incidents_open", table_name="incidents")
    op.drop_index(op.f("ix_incidents_opened_at"), table_name="incidents")
    op.drop_table("incidents")
    op.drop_table("sending_holds")
