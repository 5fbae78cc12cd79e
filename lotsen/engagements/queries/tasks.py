"""What a coordinator must do about engagements now."""

from datetime import datetime, timedelta
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from lotsen.core.clock import MORNING, at_local, local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState

from ..models import Concern, Engagement
from ..rules import HOLDS_PLACE, URGENT_TASKS, ConcernKind
from .words import task_title

STAYS = (PilotState.AWARDED, PilotState.PAUSED)


def open_task(row: Engagement) -> str:
    """What a coordinator must take care of, as a code, be it from the pilot's own state; empty: nothing."""
    gone = row.state in HOLDS_PLACE and row.pilot.state not in STAYS
    return row.task or ("pilot_gone" if gone and row.handing_over_at is None else "")


def _without_clearance() -> ColumnElement[bool]:
    """Children are there by now, or the pilot's certificate of good conduct does not count any more."""
    return and_(
        Engagement.state.in_(HOLDS_PLACE),
        Engagement.help_request.has(HelpRequest.with_children.is_(True)),
        ~Engagement.pilot.has(Pilot.clearance_until >= bindparam("day")),
    )


def tasks(at: datetime) -> list[Task]:
    """Engagements that need a person: no date, no answer, it does not fit, it does not go on, the pilot is gone.

    And what was reported in confidence, in the same read. Who follows a pilot is a task of the request.
    """
    rows = db.session.execute(_to_do(), {"day": local_date(at)}).all()
    concerns = [_concern(concern, row) for row, concern, _needs in rows if concern is not None]
    return [*concerns, *(_engagement(row) for row in dict.fromkeys(row for row, _concern, needs in rows if needs))]


@cache
def _to_do() -> Select[Engagement, Concern | None, bool]:
    """Built once, for the start page."""
    without_pilot = and_(
        Engagement.state.in_(HOLDS_PLACE),
        Engagement.handing_over_at.is_(None),
        Engagement.pilot.has(Pilot.state.not_in(STAYS)),
    )
    needs_someone = or_(Engagement.task > "", without_pilot, _without_clearance())
    return (
        select(Engagement, Concern, needs_someone)
        .outerjoin(Concern, and_(Concern.engagement_id == Engagement.id, Concern.settled_at.is_(None)))
        .where(or_(Engagement.id.in_(select(Concern.engagement_id).where(Concern.settled_at.is_(None))), needs_someone))
        .options(
            joinedload(Engagement.help_request),
            joinedload(Engagement.pilot).joinedload(Pilot.user),
        )
        .order_by(Engagement.id, Concern.id)
    )


def _waits_since(row: Engagement) -> datetime:
    """When this appeared on the desk: the word itself, the pilot's leaving, or the last day of the certificate."""
    if row.task:
        return row.waits_since
    if open_task(row):
        return max(row.created_at, row.pilot.state_since)
    until = row.pilot.clearance_until
    return max(row.created_at, at_local(until + timedelta(days=1), MORNING)) if until is not None else row.created_at


def _engagement(row: Engagement) -> Task:
    kind = open_task(row) or "clearance"
    return Task(
        kind=f"engagement.{kind}",
        title=task_title(row, kind),
        url=url_for("engagements.detail", engagement_id=row.id),
        action=_("Anrufen"),
        waiting_since=_waits_since(row),
        urgent=not row.task or row.task in URGENT_TASKS,
        detail=row.help_request.title,
        row=("engagement", row.id),
        about=("engagement", row.id),
    )


def _concern(row: Concern, engagement: Engagement) -> Task:
    """The title names the case only: what was written is read on its own page."""
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
