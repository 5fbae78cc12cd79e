"""One request as its requester sees it, by link or logged in: the sentence, what she typed, what she can do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from lotsen.core.access import Actor
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, TransitionForbidden
from lotsen.core.extensions import db
from lotsen.core.forms import Form
from lotsen.core.web import get_or_404
from lotsen.help_requests import queries, service
from lotsen.help_requests.forms import EditForm, QueryAnswerForm, RestForm
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import CLOSED, EDITABLE, GOING_ON, REOPENABLE, State

from .summary import request_rows

MEMBERS_VERBS = "'zurueckziehen', 'antworten', 'weiter', 'wieder-oeffnen', 'behalten', 'ruhen'"
WITHDRAWABLE = EDITABLE | GOING_ON


@dataclass(frozen=True)
class Case:
    """A request with who looks at it and where the buttons lead."""

    row: HelpRequest
    by: Actor
    home: str
    edit: str
    verbs: Callable[[str], str]
    other: Callable[[HelpRequest], str]
    again: str


def show(case: Case, form: Form | None = None) -> str:
    """The page."""
    row = case.row
    parts = queries.parts_of(row)
    return render_template(
        "help_requests/status.html",
        row=row,
        sentence=queries.status_sentence(row, now()),
        rows=request_rows(row),
        parts=[(part, queries.status_sentence(part, now()), case.other(part)) for part in parts if part.id != row.id],
        whole=case.other(row.parent) if row.parent is not None else "",
        into=_goes_on_in(row),
        joined=queries.merged_into(row),
        changed=queries.changes_of(row),
        verbs=case.verbs,
        again=case.again if row.state in CLOSED | {State.COMPLETED} and not row.is_emptied else "",
        edit=case.edit if row.state in EDITABLE else "",
        may_withdraw=row.state in WITHDRAWABLE,
        may_reopen=row.state in REOPENABLE and not row.is_emptied,
        may_rest=row.state in (EDITABLE - {State.ON_HOLD}) | GOING_ON,
        goes_on=row.state in GOING_ON,
        rest=form if isinstance(form, RestForm) else RestForm(formdata=None),
        form=form,
        answer=form if isinstance(form, QueryAnswerForm) else QueryAnswerForm(formdata=None),
    )


def _goes_on_in(row: HelpRequest) -> tuple[HelpRequest, str] | None:
    """The request that a merged one goes on in, with its sentence."""
    into = row.merged_into
    return (into, queries.status_sentence(into, now())) if into is not None and row.state is State.MERGED else None


def act(case: Case, verb: str) -> Any:
    """Do what the button says; what is done already is not done twice."""
    form, resting = QueryAnswerForm(), RestForm()
    if verb == "antworten" and case.row.state is State.QUERY and not form.validate():
        return show(case, form), 400
    if verb == "ruhen" and case.row.state in WITHDRAWABLE and not resting.validate():
        return show(case, resting), 400
    row_id, by, at = case.row.id, case.by, now()
    with transaction():
        row = db.session.get_one(HelpRequest, row_id)
        if verb == "zurueckziehen":
            if row.state not in WITHDRAWABLE | {State.WITHDRAWN}:
                raise TransitionForbidden(_("Das geht hier nicht mehr. Bitte rufen Sie uns an."))
            service.withdraw(row, by=by, at=at)
            said = _("Ihre Anfrage ist zurückgezogen. Danke, dass Sie Bescheid gesagt haben.")
        elif verb == "ruhen":
            _rest(row, resting, by, at)
            said = _("Ihre Anfrage ruht. An dem Tag fragen wir bei Ihnen nach.")
        elif verb == "antworten":
            said = _answer(row, form.query_answer.data or "", by, at)
        elif verb == "weiter":
            service.resume(row, by=by, at=at)
            said = _("Danke. Es geht weiter.")
        elif verb == "wieder-oeffnen":
            _reopen(row, by, at)
            said = _("Ihre Anfrage ist wieder offen. Wir sehen sie uns an.")
        else:
            service.keep(row, by=by, at=at)
            said = _("Danke. Wir suchen weiter für Sie.")
    flash(said)
    return redirect(case.home)


def _rest(row: HelpRequest, form: Any, by: Actor, at: datetime) -> None:
    if row.state not in WITHDRAWABLE:
        raise TransitionForbidden(_("Das geht hier nicht mehr. Bitte rufen Sie uns an."))
    verb = service.rest if row.state in GOING_ON else service.hold
    verb(row, form.until.data, by=by, at=at)


def _answer(row: HelpRequest, text: str, by: Actor, at: Any) -> str:
    if row.state is State.QUERY:
        service.answer_query(row, text, by=by, at=at)
        return _("Danke für Ihre Antwort. Jetzt geht es weiter.")
    if text and row.query_answer == text:
        return _("Danke für Ihre Antwort. Jetzt geht es weiter.")
    return _("Die Frage ist schon geklärt. Sie müssen nichts mehr tun.")


def _reopen(row: HelpRequest, by: Actor, at: Any) -> None:
    if row.state in REOPENABLE and not row.is_emptied:
        service.reopen(row, by=by, at=at)
    elif row.state not in EDITABLE:
        raise TransitionForbidden(_("Diese Anfrage kann hier nicht wieder geöffnet werden. Bitte rufen Sie uns an."))


def edit_page(case: Case, form_class: type[EditForm] = EditForm, template: str = "help_requests/edit.html") -> Any:
    """Change the request; what changed is told to whoever is being asked."""
    row = case.row
    if row.state not in EDITABLE:
        flash(_("Diese Anfrage lässt sich gerade nicht ändern. Rufen Sie uns an, wenn etwas nicht stimmt."), "info")
        return redirect(case.home)
    form = form_class(row)
    if request.method == "POST" and form.validate():
        values = form.values()
        with transaction():
            row = _unchanged(row.id, form.version.data, values)
            changed = service.edit(row, values, by=case.by, at=now())
        flash(_("Ihre Änderung ist gespeichert.") if changed else _("Es war nichts zu ändern."))
        return redirect(case.home)
    return render_template(template, form=form, row=row, home=case.home), 400 if form.errors else 200


def _unchanged(row_id: int, version: int, values: dict[str, Any]) -> HelpRequest:
    """The row as the form showed it; the same change sent twice is let through, because it changes nothing."""
    row = get_or_404(HelpRequest, row_id)
    if row.version != version and not service.says_already(row, values):
        raise Conflict(entity="help_request", entity_id=row_id)
    return row
