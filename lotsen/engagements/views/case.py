"""What can be done about one engagement: the same verbs by link, logged in, and for the coordinator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _

from lotsen.core import clock
from lotsen.core.access import Actor, Role
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db

from .. import queries, service
from ..forms import BreakOffForm, HoursForm, MeetingForm, SayForm, read_hours
from ..models import Engagement
from ..rules import BreakOffReason, Side, State

OPEN_TO: dict[str, tuple[State, ...]] = {
    "termin": (State.AGREED, State.FIRST_CONTACT),
    "gesprochen": (State.AGREED,),
    "erledigt": (State.AGREED, State.FIRST_CONTACT, State.RUNNING, State.PAUSED),
    "stunden": tuple(State),
    "abbrechen": (State.AGREED, State.FIRST_CONTACT, State.RUNNING, State.PAUSED),
}


@dataclass(frozen=True)
class Case:
    """One engagement as one person sees it. ``side`` None: the coordinator, who acts for either side."""

    engagement_id: int
    side: Side | None
    by: Actor
    url: Callable[[str], str]
    home: str

    @property
    def staff(self) -> bool:
        """Whether the office looks at it."""
        return self.side is None

    def may(self, verb: str, engagement: Engagement) -> bool:
        """Whether this verb makes sense now for this person."""
        return engagement.state in OPEN_TO[verb] and (verb != "stunden" or self.side is not Side.MEMBER)


def forms_for(case: Case, engagement: Engagement) -> dict[str, Any]:
    """A form for each verb that is possible now."""
    makers: dict[str, Callable[[], Any]] = {
        "termin": lambda: MeetingForm(prefix="termin", staff=case.staff, **_meeting(engagement)),
        "gesprochen": lambda: SayForm(prefix="gesprochen", staff=case.staff),
        "erledigt": lambda: SayForm(prefix="erledigt", staff=case.staff),
        "stunden": lambda: HoursForm(prefix="stunden", day=clock.today()),
        "abbrechen": lambda: BreakOffForm(prefix="abbrechen", staff=case.staff),
    }
    return {verb: make() for verb, make in makers.items() if case.may(verb, engagement)}


def perform(case: Case, verb: str, render: Callable[[dict[str, Any], Any], Any]) -> Any:
    """Do one verb with what was typed; ``render`` shows the page again with what is to be mended."""
    if case.staff and Role.COORDINATOR not in case.by.roles:
        abort(403)
    engagement = db.session.get(Engagement, case.engagement_id)
    if engagement is None or verb not in OPEN_TO:
        abort(404)
    forms = forms_for(case, engagement)
    form = forms.get(verb)
    if form is None:  # pressed twice, or the other side was faster: the page says what stands
        return redirect(case.home)
    if not form.validate():
        return render(forms, form), 400
    try:
        with transaction():
            _do(case, verb, form)
    except InvalidInput as error:
        return render(forms, _mended(form, error)), 400
    flash(_("Danke, das ist eingetragen."))
    return redirect(case.home)


def _do(case: Case, verb: str, form: Any) -> None:
    engagement = db.session.get_one(Engagement, case.engagement_id)
    said = form.said_by(case.side) if verb != "stunden" else Side.PILOT
    person = queries.person(engagement, said)
    behalf = person.id if case.staff and person is not None else None
    common: dict[str, Any] = {"by": case.by, "at": now(), "on_behalf_of": behalf}
    if verb == "termin":
        service.set_meeting(engagement, form.meeting_at(), form.place.data or "", **common)
    elif verb == "gesprochen":
        service.contact_made(engagement, **common)
    elif verb == "erledigt":
        service.done(engagement, **common)
    elif verb == "stunden":
        minutes = read_hours(form.hours.data) or 0
        service.log_hours(engagement, form.day.data, minutes, form.note.data or "", **common)
    else:
        reason = BreakOffReason(form.reason.data)
        service.break_off(engagement, reason, said, text=form.text.data or "", **common)


def _meeting(engagement: Engagement) -> dict[str, Any]:
    if engagement.meeting_at is None:
        return {}
    here = clock.local(engagement.meeting_at)
    return {"day": here.date(), "time": f"{here:%H:%M}", "place": engagement.meeting_place}


def _mended(form: Any, error: InvalidInput) -> Any:
    words = {
        "past": _("Dieser Tag liegt schon zu weit zurück. Prüfen Sie das Datum."),
        "far": _("Dieser Tag liegt zu weit in der Zukunft. Prüfen Sie das Jahr."),
        "future": _("Geben Sie heute oder einen früheren Tag ein."),
        "early": _("Dieser Tag liegt lange vor dem Beginn. Prüfen Sie das Datum."),
        "hours": _("Geben Sie mehr als 0 und höchstens 24 Stunden ein."),
    }
    form[error.field].errors = [words[error.code]]
    return form


def logged_in(engagement: Engagement, user: Any) -> Case:
    """The case as a logged-in person sees it."""
    return Case(
        engagement.id,
        queries.side_of(engagement, user),
        user,
        lambda verb: url_for("engagements.act", engagement_id=engagement.id, verb=verb),
        url_for("engagements.detail", engagement_id=engagement.id),
    )
