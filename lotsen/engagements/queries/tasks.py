"""What a coordinator must do about engagements now."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from lotsen.accounts.models import User
from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState

from ..models import Concern, Engagement
from ..rules import HOLDS_PLACE, URGENT_TASKS, ConcernKind
from .concerns import open_concerns
from .words import task_title

STAYS = (PilotState.AWARDED, PilotState.PAUSED)


def open_task(row: Engagement) -> str:
    """What a coordinator must take care of, as a code, be it from the pilot's own state; empty: nothing."""
    gone = row.state in HOLDS_PLACE and row.pilot.state not in STAYS
    return row.task or ("pilot_gone" if gone and row.handing_over_at is None else "")


def _without_clearance(at: datetime) -> ColumnElement[bool]:
    """Children are there by now, or the pilot's certificate of good conduct does not count any more."""
    return and_(
        Engagement.state.in_(HOLDS_PLACE),
        Engagement.help_request.has(HelpRequest.with_children.is_(True)),
        Engagement.pilot_id.not_in(select(Pilot.id).where(Pilot.clearance_until >= local_date(at))),
    )


def tasks(at: datetime) -> list[Task]:
    """Engagements that need a person: no date, no answer, it does not fit, it does not go on, the pilot is gone.

    And what was reported in confidence. Who follows a pilot is a task of the request.
    """
    without_pilot = and_(
        Engagement.state.in_(HOLDS_PLACE),
        Engagement.handing_over_at.is_(None),
        Engagement.pilot.has(Pilot.state.not_in(STAYS)),
    )
    rows = db.session.scalars(
        select(Engagement)
        .where(or_(Engagement.task != "", without_pilot, _without_clearance(at)))
        .options(
            joinedload(Engagement.help_request),
            joinedload(Engagement.pilot).joinedload(Pilot.user).lazyload(User.role_rows),
        )
        .order_by(Engagement.id)
    ).all()
    found = [
        Task(
            kind=f"engagement.{open_task(row) or 'clearance'}",
            title=task_title(row, open_task(row) or "clearance"),
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
    return [*(_concern(row) for row in open_concerns()), *found]


def _concern(row: Concern) -> Task:
    """The title names the case only: what was written is read on its own page."""
    engagement = row.engagement
    names = {"organisation": engagement.help_request.organisation_name, "case": engagement.help_request.case_number}
    problem = row.kind is ConcernKind.PROBLEM
    return Task(
        kind=f"engagement.{row.kind.value}",
        title=_("Jemand meldet ein Problem: Anfrage %(case)s", **names)
        if problem
        else _("Viele Stunden in diesem Jahr: %(organisation)s. Ist es noch Beratung?", **names),
        url=url_for("engagements.concern", concern_id=row.id),
        action=_("Anrufen") if problem else _("Entscheiden"),
        waiting_since=row.created_at,
        urgent=problem,
        detail=engagement.help_request.title,
        row=("concern", row.id),
        about=("engagement", engagement.id),
    )
