"""What can be done about one engagement: the same verbs by link, logged in, and for the coordinator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _

from lotsen.core.access import Actor, Role
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.municipality.queries import town

from .. import queries, service
from ..forms import SayForm
from ..models import Appointment, Engagement
from ..rules import Side
from .verbs import VERBS, meeting_of

MESSAGE = "nachricht"


@dataclass(frozen=True)
class Case:
    """One engagement as one person sees it. ``side`` None: the coordinator, who acts for either side."""

    engagement_id: int
    side: Side | None
    by: Actor
    url: Callable[[str], str]
    home: str
    problem: str
    calendar: str

    @property
    def staff(self) -> bool:
        """Whether the office looks at it."""
        return self.side is None

    def may(self, name: str, row: Engagement) -> bool:
        """Whether this makes sense now for this person."""
        verb = VERBS[name]
        return row.state in verb.states and self.side in verb.who and verb.fits(row, self.side)


def forms_for(case: Case, row: Engagement) -> dict[str, Any]:
    """A form for each thing that can be said now; those of one appointment as ``termin-aendern:12``."""
    found = {
        name: verb.form(row, case.staff) for name, verb in VERBS.items() if not verb.behind and case.may(name, row)
    }
    if "termin" in found:
        for one in upcoming(row):
            found[f"termin-aendern:{one.id}"] = meeting_of(one, case.staff)
            found[f"termin-absagen:{one.id}"] = SayForm(prefix=f"absagen{one.id}", staff=case.staff)
    for form in found.values():
        if "side" in form:
            form.side.choices = [(of.value, queries.SIDES[of]) for of in queries.speakers(row)]
    if MESSAGE in found:
        found[MESSAGE].text.description = queries.readers(row, case.side)
    return found


def upcoming(row: Engagement) -> list[Appointment]:
    """The appointments that lie ahead."""
    return [one for one in queries.appointments_of(row.id) if one.starts_at > now()]


def perform(case: Case, name: str, render: Callable[[dict[str, Any], Any], Any]) -> Any:
    """Do one verb with what was typed; ``render`` shows the page again with what is to be mended."""
    if case.staff and Role.COORDINATOR not in case.by.roles:
        abort(403)
    row = db.session.get(Engagement, case.engagement_id)
    if row is None or name.partition(":")[0] not in VERBS:
        abort(404)
    forms = forms_for(case, row)
    form = forms.get(name)
    if form is None and name == MESSAGE:
        return _too_late(case, row, forms, render)
    if form is None:
        return read_what_stands(case.home)
    if not form.validate():
        return render(forms, form), 400
    try:
        with transaction():
            done = _do(case, name, form)
    except InvalidInput as error:
        return render(forms, _mended(form, error)), 400
    if not done and name == MESSAGE:
        return _too_late(case, row, forms, render)
    if not done:
        return read_what_stands(case.home)
    flash(str(VERBS[name.partition(":")[0]].thanks))
    return redirect(case.home)


def read_what_stands(home: str) -> Any:
    """Pressed twice, or the other side was faster: back to the page, with a sentence that says why nothing was done."""
    flash(_("Das steht schon da, oder es geht nicht mehr. Bitte lesen Sie, was jetzt gilt."), "info")
    return redirect(home)


def _too_late(case: Case, row: Engagement, forms: dict[str, Any], render: Callable[[dict[str, Any], Any], Any]) -> Any:
    """Nobody can be written to any more: what was typed stands there still, to be said in another way."""
    form = VERBS[MESSAGE].form(row, case.staff)
    form.text.errors = [
        _("Diese Nachricht geht nicht mehr hinaus. Rufen Sie uns bitte an: %(phone)s", phone=town().phone)
    ]
    return render({**forms, MESSAGE: form}, form), 409


def _do(case: Case, name: str, form: Any) -> bool:
    """Whether it still made sense: since the form was read, the other side or the same press may have come first."""
    row = db.session.get_one(Engagement, case.engagement_id)
    verb, _colon, key = name.partition(":")
    if not case.may(verb, row):
        return False
    side = _whose_word(case, name, form)
    person = queries.person(row, side)
    behalf = person.id if case.staff and person is not None else None
    common: dict[str, Any] = {"by": case.by, "at": now(), "on_behalf_of": behalf}
    if key:
        one = db.session.get_one(Appointment, int(key))
        if one.engagement_id != row.id:
            raise Conflict(entity="engagement", entity_id=row.id)
        if verb == "termin-absagen":
            service.call_off(one, **common)
        else:
            service.move_appointment(one, form.meeting_at(), form.place.data or "", **common)
    else:
        VERBS[verb].run(row, form, side, common)
    return True


def _whose_word(case: Case, name: str, form: Any) -> Side:
    """The person's own; for the office, what the form says, else the side that the verb belongs to."""
    if case.side is not None:
        return case.side
    if "side" in form:
        return Side(form.side.data)
    return Side.MEMBER if name.endswith(Side.MEMBER.value) else Side.PILOT


def _mended(form: Any, error: InvalidInput) -> Any:
    words = {
        "past": _("Dieser Tag liegt schon zu weit zurück. Prüfen Sie das Datum."),
        "far": _("Dieser Tag liegt zu weit in der Zukunft. Prüfen Sie das Jahr."),
        "future": _("Geben Sie heute oder einen früheren Tag ein."),
        "early": _("Dieser Tag liegt lange vor dem Beginn. Prüfen Sie das Datum."),
        "hours": _("Geben Sie mehr als 0 und höchstens 24 Stunden ein."),
        "not_verified": _("Diese Person ist noch nicht geprüft. Bitte prüfen Sie sie zuerst."),
    }
    field = error.field if error.field in form else next(iter(form._fields))
    form[field].errors = [words[error.code]]
    return form


def logged_in(engagement: Engagement, user: Any) -> Case:
    """The case as a logged-in person sees it."""
    key = engagement.id
    return Case(
        key,
        queries.side_of(engagement, user),
        user,
        lambda verb: url_for("engagements.act", engagement_id=key, verb=verb),
        url_for("engagements.detail", engagement_id=key),
        url_for("engagements.report", engagement_id=key),
        url_for("engagements.calendar", engagement_id=key),
    )
