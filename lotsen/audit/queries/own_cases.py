"""How often somebody decided in the own affair and gave the reason."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from lotsen.audit.models import AuditEvent
from lotsen.core.extensions import db

WITHIN = timedelta(days=365)


def own_cases(at: datetime) -> int:
    """Orders of the last twelve months that a coordinator approved in the own case, each with a reason in the log."""
    statement = (
        select(func.count())
        .select_from(AuditEvent)
        .where(AuditEvent.action == "ladder.approved", AuditEvent.reason != "", AuditEvent.at >= at - WITHIN)
    )
    return db.session.scalar(statement) or 0
