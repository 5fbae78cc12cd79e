"""How often somebody decided in the own affair and gave the reason."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from lotsen.audit.models import AuditEvent
from lotsen.core.extensions import db

DECIDED = ("ladder.approved", "proposal.earlier", "proposal.removed", "proposal.brought")
WITHIN = timedelta(days=365)


def own_cases(at: datetime) -> int:
    """Orders, titles and brought cases of the last twelve months decided by whom they are about; each with a reason.

    An order is decided when it is approved and when it is changed.
    """
    title = (AuditEvent.action == "pilot.awarded") & (AuditEvent.before == "interview")
    decided = or_(AuditEvent.action.in_(DECIDED), title)
    statement = (
        select(func.count())
        .select_from(AuditEvent)
        .where(decided, AuditEvent.reason != "", AuditEvent.at >= at - WITHIN)
    )
    return db.session.scalar(statement) or 0
