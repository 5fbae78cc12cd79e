"""Who may change the audit log."""

from sqlalchemy import func, select

from lotsen.audit.models import AuditEvent
from lotsen.core.extensions import db


def role_may_change() -> bool:
    """Whether PostgreSQL lets the role that Lotsen runs in change the log; a town may give it one that cannot."""
    return bool(db.session.scalar(select(func.has_table_privilege(AuditEvent.__tablename__, "UPDATE"))))
