"""What a coordinator should do about pilots now: a query over states."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import TASK_STEPS, State


def tasks(at: datetime) -> list[Task]:
    """New applications, results of talks, long pauses, suspensions, wishes to end; who waits longest first."""
    rows = db.session.scalars(
        select(Pilot)
        .where(
            or_(
                Pilot.state == State.SUBMITTED,
                and_(Pilot.due_step.in_(TASK_STEPS), Pilot.due_at <= at),
                and_(Pilot.wishes_to_end_at.is_not(None), Pilot.state.in_([State.AWARDED, State.PAUSED])),
            )
        )
        .options(joinedload(Pilot.user))
        .order_by(Pilot.state_since, Pilot.id)
    ).all()
    return [_task(pilot) for pilot in rows]


def _task(pilot: Pilot) -> Task:
    name, page = pilot.user.name, url_for("pilots.detail", pilot_id=pilot.id)
    since = pilot.state_since
    if pilot.state is State.SUBMITTED:
        due = at_local(calendar().next_office_day(local_date(since)), MORNING)
        title = _("Bewerbung von %(name)s", name=name)
        return Task("pilot.submitted", title, page, _("Gespräch verabreden"), since, due, detail=pilot.own_words)
    if pilot.wishes_to_end_at is not None:
        title = _("%(name)s möchte aufhören", name=name)
        return Task("pilot.wishes_to_end", title, page, _("Sprechen und danken"), pilot.wishes_to_end_at)
    texts = {
        "ask_result": (_("Was kam beim Gespräch mit %(name)s heraus?", name=name), _("Ergebnis eintragen")),
        "no_date": (_("%(name)s wartet auf einen Termin oder ein Ergebnis", name=name), _("Gespräch verabreden")),
        "call": (_("%(name)s macht lange Pause", name=name), _("Anrufen")),
        "decide": (_("%(name)s ist gesperrt", name=name), _("Entscheiden")),
    }
    title, action = texts[pilot.due_step]
    return Task(f"pilot.{pilot.due_step}", title, page, action, since, pilot.due_at)
