"""What a coordinator should do about pilots now: a query over states."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_date
from lotsen.core.tasks import Row, Task
from lotsen.municipality.queries import town
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import CLEARANCE_REMIND_DAYS, TASK_STEPS, State

WITH_US = (State.AWARDED, State.PAUSED)


def tasks(at: datetime) -> list[Task]:
    """Applications, results of talks, long pauses, silence, certificates, thanks; who waits longest first."""
    soon = local_date(at) + timedelta(days=CLEARANCE_REMIND_DAYS)
    rows = db.session.scalars(_to_do(), {"at": at, "soon": soon, "silent": town().silent_asks}).all()
    return [replace(_task(pilot, at), row=_row(pilot), about=_row(pilot)) for pilot in rows]


@cache
def _to_do() -> Select[Pilot]:
    """Built once, for the start page. ``soon``: a certificate that ends by then must be shown anew, or should be."""
    return (
        select(Pilot)
        .where(
            or_(
                Pilot.state == State.SUBMITTED,
                and_(Pilot.due_step.in_(TASK_STEPS), Pilot.due_at <= bindparam("at")),
                and_(Pilot.wishes_to_end_at.is_not(None), Pilot.state.in_(WITH_US)),
                and_(Pilot.silent_asks >= bindparam("silent"), Pilot.state.in_(WITH_US)),
                Pilot.thanks_owed_at.is_not(None),
                and_(Pilot.clearance_until <= bindparam("soon"), Pilot.state.in_(WITH_US)),
            )
        )
        .options(joinedload(Pilot.user))
        .order_by(Pilot.state_since, Pilot.id)
    )


def _row(pilot: Pilot) -> Row:
    return pilot.entity, pilot.id


def _task(pilot: Pilot, at: datetime) -> Task:
    """The most pressing of what is open; the page of the person shows the rest."""
    name, page = pilot.user.name, url_for("pilots.detail", pilot_id=pilot.id)
    since = pilot.state_since
    if pilot.state is State.SUBMITTED:
        due = at_local(calendar().next_office_day(local_date(since)), MORNING)
        title = _("Bewerbung von %(name)s", name=name)
        return Task("pilot.submitted", title, page, _("Gespräch verabreden"), since, due, detail=pilot.own_words)
    if pilot.thanks_owed_at is not None:
        title, done = _("%(name)s danken", name=name), url_for("pilots.thanked", pilot_id=pilot.id)
        return Task("pilot.thanks", title, page, _("Anrufen oder schreiben"), pilot.thanks_owed_at, done_url=done)
    if pilot.wishes_to_end_at is not None:
        title = _("%(name)s möchte aufhören", name=name)
        return Task("pilot.wishes_to_end", title, page, _("Sprechen und danken"), pilot.wishes_to_end_at)
    if pilot.is_silent and pilot.state in WITH_US:
        title = _("%(name)s hat zuletzt nicht geantwortet", name=name)
        return Task("pilot.silent", title, page, _("Anrufen"), pilot.silent_since or pilot.last_asked_at or since)
    if pilot.due_step in TASK_STEPS and pilot.due_at is not None and pilot.due_at <= at:
        return _due_task(pilot, page, at)
    day = plain_date(pilot.clearance_until)
    title = _("Führungszeugnis von %(name)s gilt bis %(day)s", name=name, day=day)
    ends = at_local(pilot.clearance_until or local_date(at), MORNING)
    known = max((day for day in (pilot.awarded_on, pilot.clearance_seen_on) if day is not None), default=None)
    remind = ends - timedelta(days=CLEARANCE_REMIND_DAYS)
    shown = max(remind, at_local(known, MORNING)) if known is not None else remind
    return Task("pilot.clearance", title, page, _("Neu zeigen lassen"), shown, ends, urgent=ends <= at)


def _due_task(pilot: Pilot, page: str, at: datetime) -> Task:
    name, kind = pilot.user.name, pilot.due_step
    if kind == "call" and pauses_too_long(pilot, at):
        kind = "decide_pause"
    texts = {
        "ask_result": (_("Was kam beim Gespräch mit %(name)s heraus?", name=name), _("Ergebnis eintragen")),
        "no_date": (_("%(name)s wartet auf einen Termin oder ein Ergebnis", name=name), _("Gespräch verabreden")),
        "call": (_("%(name)s macht lange Pause", name=name), _("Anrufen")),
        "decide_pause": (
            _("%(name)s macht seit dem %(day)s Pause", name=name, day=plain_date(pause_begun(pilot))),
            _("Sprechen und entscheiden"),
        ),
        "decide": (_("%(name)s ist gesperrt", name=name), _("Entscheiden")),
        "call_right": (_("Von %(name)s haben wir lange nichts gehört", name=name), _("Anrufen")),
    }
    title, action = texts[kind]
    return Task(f"pilot.{kind}", title, page, action, pilot.due_at or pilot.state_since)


def pause_begun(pilot: Pilot) -> date:
    """The first day of the pause."""
    return pilot.pause_from or local_date(pilot.state_since)


def decision_on(pilot: Pilot) -> date:
    """The day on which an open pause is so long that a coordinator decides how to go on."""
    return pause_begun(pilot) + timedelta(days=town().longest_pause_days)


def pauses_too_long(pilot: Pilot, at: datetime) -> bool:
    """Whether a coordinator should decide how to go on after so long a pause."""
    return pilot.state is State.PAUSED and local_date(at) >= decision_on(pilot)


def question(pilot: Pilot, at: datetime) -> str:
    """What a coordinator should ask this person now, in a sentence; empty when nothing is open."""
    if pilot.is_silent and pilot.state in WITH_US:
        return _("Die letzten Bitten blieben ohne Antwort. Bis zu einem Gespräch fragen wir nicht mehr.")
    if pilot.due_step not in TASK_STEPS or pilot.due_at is None or pilot.due_at > at:
        return ""
    if pauses_too_long(pilot, at):
        day = plain_date(pause_begun(pilot))
        return _("Die Pause dauert schon seit dem %(day)s. Sprechen Sie darüber, wie es weitergeht.", day=day)
    return {
        "ask_result": _("Das Gespräch war. Tragen Sie das Ergebnis ein."),
        "no_date": _("Es gibt noch keinen Termin oder kein Ergebnis."),
        "call": _("Die Pause dauert schon lange. Rufen Sie einmal an."),
        "decide": _("Die Sperre gilt noch. Bitte entscheiden Sie, wie es weitergeht."),
        "call_right": _("Seit langer Zeit kam kein Zeichen. Rufen Sie an, und fragen Sie, ob alles noch stimmt."),
    }[pilot.due_step]
