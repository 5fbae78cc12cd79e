"""what pilots need: signs of life, unanswered asks, thanks by hand, the certificate that was seen

Revision ID: 0005
Revises: 0004
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = (
    ("last_sign_at", sa.DateTime()),
    ("thanks_owed_at", sa.DateTime()),
    ("anonymised_at", sa.DateTime()),
    ("clearance_seen_on", sa.Date()),
    ("clearance_seen_by", sa.Integer()),
    ("clearance_until", sa.Date()),
)
FIRST_STEPS = {
    "awarded": ("still_right", 365),
    "ended": ("anonymise", 730),
    "rejected": ("forget", 183),
    "withdrawn": ("forget", 183),
}


def upgrade() -> None:
    """Go up; whoever waited for nothing so far gets the first step of the state."""
    with op.batch_alter_table("pilots") as batch:
        for name, kind in COLUMNS:
            batch.add_column(sa.Column(name, kind, nullable=True))
        batch.add_column(sa.Column("silent_asks", sa.Integer(), nullable=False, server_default="0"))
    columns = [sa.column(n) for n in ("id", "state", "due_step")]
    since, due_at = sa.column("state_since", sa.DateTime()), sa.column("due_at", sa.DateTime())
    pilots = sa.table("pilots", *columns, since, due_at)
    bind = op.get_bind()
    waiting = sa.select(pilots.c.id, pilots.c.state, pilots.c.state_since).where(
        pilots.c.due_at.is_(None), pilots.c.state.in_(list(FIRST_STEPS))
    )
    for pilot_id, state, entered in bind.execute(waiting).all():
        step, days = FIRST_STEPS[state]
        bind.execute(
            pilots.update().where(pilots.c.id == pilot_id).values(due_step=step, due_at=entered + timedelta(days=days))
        )


def downgrade() -> None:
    """Go down."""
    op.execute(
        "UPDATE pilots SET due_at = NULL, due_step = '' "
        "WHERE due_step IN ('still_right', 'call_right', 'anonymise', 'forget')"
    )
    with op.batch_alter_table("pilots") as batch:
        batch.drop_column("silent_asks")
        for name, _kind in reversed(COLUMNS):
            batch.drop_column(name)
