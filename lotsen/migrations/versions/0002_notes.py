"""notes, who was told about untouched tasks, and names as they are looked for

Revision ID: 0002
Revises: 0001
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAMED = ("users", "organisations")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about_entity", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_notes_author_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_about", "notes", ["about_entity", "about_id"])
    op.create_index(op.f("ix_notes_author_id"), "notes", ["author_id"])
    op.create_index("ix_notes_done_at_due_on", "notes", ["done_at", "due_on"])
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_key", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("task_key", "stage", name=op.f("uq_escalations_task_key_stage")),
    )
    op.create_index(op.f("ix_escalations_told_at"), "escalations", ["told_at"])
    for table in NAMED:
        op.add_column(table, sa.Column("search_name", sa.String(length=200), server_default="", nullable=False))
        op.create_index(f"ix_{table}_search_name", table, ["search_name"])
        _fold_names(table)


def downgrade() -> None:
    """Go down. A column is dropped in place: making the table anew would take the rows that hang on it along."""
    for table in reversed(NAMED):
        op.drop_index(f"ix_{table}_search_name", table_name=table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN search_name")
    op.drop_table("escalations")
    op.drop_table("notes")


def _fold_names(table: str) -> None:
    rows = sa.table(table, sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("search_name"))
    connection = op.get_bind()
    for row_id, name in connection.execute(sa.select(rows.c.id, rows.c.name)).all():
        connection.execute(rows.update().where(rows.c.id == row_id).values(search_name=_fold(name)))


def _fold(name: str) -> str:
    """As `lotsen.core.folding.fold_for_search` was when this was written."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    folded = " ".join(re.findall(r"\w+", plain))
    for long, short in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        folded = folded.replace(long, short)
    return folded[:200]
