"""erasure, consent withdrawn on which way, reading log, retention runs, barriers; the audit log is append-only

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSED = "audit_events is append-only"
FUNCTION = f"""
CREATE FUNCTION lotsen_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('lotsen.purging', true) = 'on' THEN
        IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '{REFUSED}';
END $$
"""


def upgrade() -> None:
    """Go up."""
    op.add_column("users", sa.Column("erased_at", sa.DateTime(), nullable=True))
    op.add_column("consents", sa.Column("withdrawn_channel", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("consents", sa.Column("withdrawn_by", sa.Integer(), nullable=True))
    op.create_table(
        "file_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_readings")),
        sa.UniqueConstraint(
            "reader_id", "entity", "entity_id", "day", name=op.f("uq_file_readings_reader_id_entity_entity_id_day")
        ),
    )
    op.create_index(op.f("ix_file_readings_day"), "file_readings", ["day"])
    op.create_index("ix_file_readings_entity_entity_id", "file_readings", ["entity", "entity_id"])
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
    )
    op.create_index("ix_retention_runs_at", "retention_runs", ["at"])
    op.create_table(
        "barrier_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier_reports")),
    )
    _protect()


def _protect() -> None:
    """Let the database itself refuse to change or delete events outside the purge (`lotsen.core.db.purging`)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        for name, when, each in (("row", "UPDATE OR DELETE", "ROW"), ("all", "TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER audit_events_append_only_{name} BEFORE {when} ON audit_events "
                f"FOR EACH {each} EXECUTE FUNCTION lotsen_append_only()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_events_no_{verb.lower()} BEFORE {verb} ON audit_events "
            f"WHEN lotsen_purging() = 0 BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def downgrade() -> None:
    """Go down."""
    if op.get_bind().dialect.name == "postgresql":
        for name in ("row", "all"):
            op.execute(f"DROP TRIGGER audit_events_append_only_{name} ON audit_events")
        op.execute("DROP FUNCTION lotsen_append_only()")
    else:
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_events_no_{verb}")
    op.drop_table("barrier_reports")
    op.drop_table("retention_runs")
    op.drop_table("file_readings")
    op.drop_column("consents", "withdrawn_by")
    op.drop_column("consents", "withdrawn_channel")
    op.drop_column("users", "erased_at")
