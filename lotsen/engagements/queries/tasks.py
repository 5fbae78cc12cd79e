"""What a coordinator must do about engagements now."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState

from ..models import Engagement
from ..rules import HOLDS_PLACE, URGENT_TASKS
from .words import task_title


def tasks(at: datetime) -> list[Task]:
    """Engagements that need a person: no date, no answer, it does not fit, it does not go on, the pilot is gone."""
    without_pilot = and_(
        Engagement.state.in_(HOLDS_PLACE),
        Engagement.pilot.has(Pilot.state.in_([PilotState.ENDED, PilotState.SUSPENDED])),
    )
    rows = db.session.scalars(
        select(Engagement)
        .where(or_(Engagement.task != "", without_pilot))
        .options(joinedload(Engagement.help_request), joinedload(Engagement.pilot).joinedload(Pilot.user))
        .order_by(Engagement.id)
    ).all()
    return [
        Task(
            kind=f"engagement.{row.task or 'pilot_gone'}",
            title=task_title(row),
            url=url_for("engagements.detail", engagement_id=row.id),
            action=_("Anrufen"),
            waiting_since=row.state_since,
            urgent=not row.task or row.task in URGENT_TASKS,
            detail=row.help_request.title,
            row=("engagement", row.id),
            about=("engagement", row.id),
        )
        for row in rows
    ]
