"""what engagements need

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FOLLOWS = "ALTER TABLE engagements ADD COLUMN follows_id INTEGER CONSTRAINT {} REFERENCES engagements (id)"
RELEASES = ("pilot_phone", "pilot_email", "member_phone", "member_email")
APPOINTMENTS = """
INSERT INTO appointments (engagement_id, starts_at, minutes, place, sequence, invited, created_at)
SELECT id, meeting_at, 60, meeting_place, 0, {}, created_at FROM engagements WHERE meeting_at IS NOT NULL
"""


def upgrade() -> None:
    """Go up. Plain SQL for the link: SQLite would copy the table to add a constraint, and lose what hangs on it."""
    op.add_column("help_requests", sa.Column("further", sa.String(length=24), nullable=False, server_default=""))
    op.add_column("engagements", sa.Column("paused_from", sa.String(length=24), nullable=True))
    op.add_column("engagements", sa.Column("paused_by", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("engagements", sa.Column("holds_place", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("engagements", sa.Column("handing_over_at", sa.DateTime(), nullable=True))
    op.add_column("engagements", sa.Column("handing_over_by", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("engagements", sa.Column("handing_over_text", sa.Text(), nullable=False, server_default=""))
    op.execute(FOLLOWS.format("fk_engagements_follows_id_engagements"))
    op.create_index("ix_engagements_follows_id", "engagements", ["follows_id"])
    for name in RELEASES:
        op.add_column("engagements", sa.Column(name, sa.Boolean(), nullable=True))
    op.execute("UPDATE engagements SET holds_place = false WHERE state IN ('closing', 'broken_off', 'completed')")
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("called_off_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("minutes > 0 AND minutes <= 1440", name=op.f("ck_appointments_minutes")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_appointments_engagement_id_engagements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index("ix_appointments_engagement_id", "appointments", ["engagement_id"])
    op.execute(APPOINTMENTS.format("false"))
    op.create_table(
        "concerns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("side", sa.String(length=24), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_concerns_engagement_id_engagements")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["users.id"], name=op.f("fk_concerns_reporter_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    op.create_index("ix_concerns_engagement_id", "concerns", ["engagement_id"])
    op.create_index("ix_concerns_reporter_id", "concerns", ["reporter_id"])


def downgrade() -> None:
    """Go down: the next meeting stays with the engagement."""
    op.drop_table("concerns")
    op.drop_table("appointments")
    op.drop_index("ix_engagements_follows_id", table_name="engagements")
    for name in (*RELEASES, "follows_id", "handing_over_text", "handing_over_by", "handing_over_at"):
        op.drop_column("engagements", name)
    for name in ("holds_place", "paused_by", "paused_from"):
        op.drop_column("engagements", name)
    op.drop_column("help_requests", "further")
