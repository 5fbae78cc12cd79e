"""The table of what can be said about an engagement: when, by whom, with which form, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from lotsen.accounts.models import User
from lotsen.core import clock
from lotsen.core.extensions import db
from lotsen.help_requests.rules import GOING_ON, Further
from lotsen.organisations.queries import contacts_of

from .. import forms, queries, rules, service
from ..models import Appointment, Engagement
from ..rules import BreakOffReason, Side, State

BEFORE = frozenset({State.AGREED, State.FIRST_CONTACT})
ANYBODY = frozenset({None, *Side})  # None is the office
ENTERED = _l("Danke, das ist eingetragen.")
OFFICE_AND_PILOT = frozenset({None, Side.PILOT})


@dataclass(frozen=True)
class Verb:
    """One thing that can be said. ``run``: engagement, form, whose word it is, and by, at, on_behalf_of."""

    states: frozenset[State]
    form: Callable[[Engagement, bool], Any]
    run: Callable[[Engagement, Any, Side, dict[str, Any]], Any]
    who: frozenset[Side | None] = ANYBODY
    fits: Callable[[Engagement, Side | None], bool] = lambda row, side: True
    behind: str = ""
    thanks: Any = ENTERED


def _say(prefix: str) -> Callable[[Engagement, bool], Any]:
    return lambda row, staff: forms.SayForm(prefix=prefix, staff=staff)


def _meeting(row: Engagement, staff: bool) -> Any:
    return forms.MeetingForm(prefix="termin", staff=staff, place=row.meeting_place)


def meeting_of(appointment: Appointment, staff: bool) -> Any:
    """The form that changes one appointment."""
    here = clock.local(appointment.starts_at)
    values = {"day": here.date(), "time": f"{here:%H:%M}", "place": appointment.place}
    form = forms.MeetingForm(prefix=f"termin{appointment.id}", staff=staff, **values)
    del form.invite
    return form


def _appoint(row: Engagement, form: Any, side: Side, common: dict[str, Any]) -> None:
    service.appoint(row, form.meeting_at(), form.place.data or "", invite=bool(form.invite.data), **common)


def _hours(row: Engagement, form: Any, side: Side, common: dict[str, Any]) -> None:
    minutes = forms.read_hours(form.hours.data) or 0
    service.log_hours(row, form.day.data, minutes, form.note.data or "", **common)


def _fits_form(row: Engagement, staff: bool) -> Any:
    ends_on = clock.today() + timedelta(weeks=rules.DEFAULT_WEEKS)
    return forms.FitsForm(prefix="passt", staff=staff, goal=row.goal, ends_on=ends_on)


def _release_form(row: Engagement, staff: bool, side: Side) -> Any:
    now = queries.released(row, side)
    form = forms.ReleaseForm(prefix=f"kontakt-{side.value}", staff=False, phone=now.phone, email=now.email)
    forms.keep_ways(form, *queries.ways_to(row, side))
    return form


def _release(row: Engagement, form: Any, of: Side, common: dict[str, Any]) -> None:
    before = queries.released(row, of)
    phone, email = (bool(form[name].data) if name in form else getattr(before, name) for name in ("phone", "email"))
    service.release_contact(row, of, phone=phone, email=email, **common)


def _may_stop(row: Engagement, side: Side | None) -> bool:
    if not row.help_request.seeks_further:
        return False
    return side is None or row.handing_over_by == side.value or row.help_request.further is Further.MORE


def _contact_form(row: Engagement, staff: bool) -> Any:
    form = forms.ContactForm(prefix="ansprechperson")
    request = row.help_request
    people = contacts_of(request.organisation_id)
    form.person.choices = [(one.id, one.name) for one in people if one.id != request.contact_id]
    return form


def _contact_follows(row: Engagement, form: Any, side: Side, common: dict[str, Any]) -> None:
    person = db.session.get_one(User, form.person.data)
    service.contact_follows(row, person, by=common["by"], at=common["at"])


VERBS: dict[str, Verb] = {
    "termin": Verb(BEFORE | {State.RUNNING}, _meeting, _appoint),
    "gesprochen": Verb(
        frozenset({State.AGREED}),
        _say("gesprochen"),
        lambda row, form, side, common: service.contact_made(row, **common),
    ),
    "nachricht": Verb(
        rules.LIVE,
        lambda row, staff: forms.MessageForm(prefix="nachricht", staff=staff),
        lambda row, form, side, common: service.write_message(row, side, form.text.data, **common),
        fits=lambda row, side: queries.may_write(row),
        thanks=_l("Danke, die Nachricht ist da. Wir geben sie gleich weiter."),
    ),
    "passt": Verb(
        frozenset({State.FIRST_CONTACT}),
        _fits_form,
        lambda row, form, side, common: service.fits(
            row, side, goal=form.goal.data, ends_on=form.ends_on.data, **common
        ),
    ),
    "erledigt": Verb(rules.HOLDS_PLACE, _say("erledigt"), lambda row, form, side, common: service.done(row, **common)),
    "stunden": Verb(
        frozenset(State),
        lambda row, staff: forms.HoursForm(prefix="stunden", day=queries.day_to_enter(row.id, clock.today())),
        _hours,
        who=OFFICE_AND_PILOT,
    ),
    "verlaengern": Verb(
        frozenset({State.RUNNING, State.CLOSING}),
        lambda row, staff: forms.ExtendForm(prefix="verlaengern", staff=staff, ends_on=row.ends_on),
        lambda row, form, side, common: service.extend(row, form.ends_on.data, **common),
        fits=lambda row, side: row.help_request.state in GOING_ON,
    ),
    "pause": Verb(
        rules.HOLDS_PLACE,
        lambda row, staff: forms.PauseForm(prefix="pause", staff=staff, until=row.paused_until),
        lambda row, form, side, common: service.pause(row, form.until.data, side, **common),
    ),
    "weiter": Verb(
        frozenset({State.PAUSED}), _say("weiter"), lambda row, form, side, common: service.resume(row, side, **common)
    ),
    "hakt": Verb(
        rules.HOLDS_PLACE,
        _say("hakt"),
        lambda row, form, side, common: service.needs_office(row, side, "stuck", **common),
        fits=lambda row, side: row.task != "stuck",
    ),
    "dazu": Verb(
        rules.HOLDS_PLACE,
        _say("dazu"),
        lambda row, form, side, common: service.seek_more(row, side, **common),
        fits=lambda row, side: not row.help_request.seeks_further,
    ),
    "abgeben": Verb(
        rules.HOLDS_PLACE,
        lambda row, staff: forms.HandOverForm(prefix="abgeben", staff=staff),
        lambda row, form, side, common: service.hand_over(row, side, text=form.text.data or "", **common),
        fits=lambda row, side: row.handing_over_at is None,
    ),
    "doch-nicht": Verb(
        rules.LIVE,
        lambda row, staff: forms.SayForm(prefix="doch-nicht"),
        lambda row, form, side, common: service.stop_seeking(row.help_request, by=common["by"], at=common["at"]),
        fits=_may_stop,
    ),
    "abbrechen": Verb(
        rules.HOLDS_PLACE,
        lambda row, staff: forms.BreakOffForm(prefix="abbrechen", staff=staff),
        lambda row, form, side, common: service.break_off(
            row, BreakOffReason(form.reason.data), side, text=form.text.data or "", **common
        ),
    ),
    **{
        f"kontakt-{of.value}": Verb(
            rules.LIVE,
            lambda row, staff, of=of: _release_form(row, staff, of),  # type: ignore[misc]
            lambda row, form, side, common, of=of: _release(row, form, of, common),  # type: ignore[misc]
            who=frozenset({None, of}),
            fits=lambda row, side, of=of: of in queries.speakers(row),  # type: ignore[misc]
        )
        for of in Side
    },
    "ansprechperson": Verb(
        rules.LIVE,
        _contact_form,
        _contact_follows,
        who=frozenset({None}),
        fits=lambda row, side: row.task == "contact_gone",
    ),
    "termin-aendern": Verb(BEFORE | {State.RUNNING}, _say("aendern"), lambda *said: None, behind="termin"),
    "termin-absagen": Verb(BEFORE | {State.RUNNING}, _say("absagen"), lambda *said: None, behind="termin"),
}
OPEN_TO: dict[str, frozenset[State]] = {name: verb.states for name, verb in VERBS.items()}
