"""what retention and erasure do to the audit log, as functions of the owner, so that Lotsen's role needs no right to it

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FUNCTIONS = {
    "lotsen_purge_audit": "DELETE FROM public.audit_events WHERE id = ANY (ids)",
    "lotsen_forget_audit": "UPDATE public.audit_events SET reason = '' WHERE id = ANY (ids)",
}


def upgrade() -> None:
    """Go up. The triggers of 0007 still ask for ``lotsen.purging``; SQLite knows no rights and needs nothing."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, statement in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}(ids integer[]) RETURNS void LANGUAGE sql SECURITY DEFINER "
            f"SET search_path = pg_catalog, public AS $$ {statement} $$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION {name}(integer[]) FROM PUBLIC")


def downgrade() -> None:
    """Go down."""
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}(integer[])")
