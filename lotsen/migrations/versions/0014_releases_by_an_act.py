"""what may be passed on is ticked by the person: boxes that stood ticked beforehand are no consent

Where an engagement stands, the other side has the number already: there it stays. A half-typed request keeps its wish that
its organisation is not named.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NOTHING = {"release_phone": False, "release_email": False}
pilots = sa.table("pilots", sa.column("release_phone", sa.Boolean), sa.column("release_email", sa.Boolean))
requests = sa.table("help_requests", sa.column("id"), *(sa.column(name, sa.Boolean) for name in NOTHING))
engagements = sa.table(
    "engagements",
    *(sa.column(name) for name in ("id", "help_request_id", "pilot_id")),
    *(sa.column(name, sa.Boolean) for name in ("pilot_phone", "pilot_email")),
)
intakes = sa.table("request_intakes", sa.column("id"), sa.column("answers", sa.JSON))


def upgrade() -> None:
    """Go up."""
    connection = op.get_bind()
    held = sa.table("pilots", sa.column("id"), *(sa.column(name, sa.Boolean) for name in NOTHING))
    for name in ("phone", "email"):
        usual = sa.select(held.c[f"release_{name}"]).where(held.c.id == engagements.c.pilot_id).scalar_subquery()
        own = engagements.c[f"pilot_{name}"]
        connection.execute(sa.update(engagements).where(own.is_(None)).values({own.name: usual}))
    connection.execute(sa.update(pilots).values(NOTHING))
    known = sa.select(engagements.c.help_request_id)
    connection.execute(sa.update(requests).where(requests.c.id.not_in(known)).values(NOTHING))
    for row in connection.execute(sa.select(intakes)).all():
        answers = dict(row.answers or {})
        if "name_may_be_shown" in answers:
            answers["hide_name"] = not answers.pop("name_may_be_shown")
            answers.pop("releases", None)
            connection.execute(sa.update(intakes).where(intakes.c.id == row.id).values(answers=answers))


def downgrade() -> None:
    """Go down: what was taken back is not guessed."""
