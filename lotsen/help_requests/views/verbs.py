"""The coordinator's decisions: one address, one verb of the service each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lotsen.audit.queries import moved_by
from lotsen.core.access import Actor, Role, requires
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput, TransitionForbidden
from lotsen.core.extensions import db
from lotsen.core.web import get_or_404
from lotsen.help_requests import queries, service
from lotsen.help_requests.forms import refuse_text
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import GOING_ON, RejectReason, State
from lotsen.organisations import service as organisations
from lotsen.organisations.queries import contacts_of

from .blueprint import bp
from .desk import FORMS, desk_page


@dataclass(frozen=True)
class Verb:
    """What a decision does, where it leads, what is said afterwards."""

    run: Callable[[HelpRequest, Any, Actor, datetime], Any]
    said: Any
    to: tuple[State, ...] = ()


def _merge(row: HelpRequest, form: Any, by: Actor, at: datetime) -> None:
    number = str(form.into.data or "")
    into = get_or_404(HelpRequest, int(number)) if number.isdecimal() and len(number) < 11 else row
    service.merge(row, into, by=by, at=at)


def _new_contact(row: HelpRequest, form: Any, by: Actor, at: datetime) -> None:
    number = str(form.person.data or "")
    known = {str(person.id): person for person in contacts_of(row.organisation_id)}
    if number in known:
        service.contact_follows(row, known[number], by=by, at=at)
    else:
        name, email, phone = form.contact_name.data, form.contact_email.data, form.contact_phone.data
        service.new_contact(row, name or "", email or "", phone or "", by=by, at=at)


def _verify(row: HelpRequest, form: Any, by: Actor, at: datetime) -> None:
    organisations.verify_contact(row.organisation_id, row.contact_id, by=by, at=at)


VERBS: dict[str, Verb] = {
    "geprueft": Verb(_verify, _l("Organisation und Ansprechperson sind geprüft.")),
    "kurztext": Verb(
        lambda row, form, by, at: service.clear_short_text(
            row, form.short_text.data, name_is_fine=bool(form.name_is_fine.data), by=by, at=at
        ),
        _l("Der Kurztext ist freigegeben."),
    ),
    "oeffnen": Verb(
        lambda row, form, by, at: service.open_request(row, by=by, at=at),
        _l("Die Suche läuft. Jetzt können Sie jemanden auswählen."),
        (State.OPEN,),
    ),
    "absenden": Verb(
        lambda row, form, by, at: service.submit(row, by=by, at=at, channel="phone"),
        _l("Die Anfrage ist aufgenommen."),
        (State.SUBMITTED, State.ON_HOLD),
    ),
    "mitgebracht": Verb(
        lambda row, form, by, at: service.confirm_brought(row, form.values(), by=by, at=at, channel="phone"),
        _l("Die Organisation hat zugestimmt. Jetzt fehlt nur noch Ihre Freigabe."),
        (State.SUBMITTED,),
    ),
    "rueckfrage": Verb(
        lambda row, form, by, at: service.ask_back(row, form.query_text.data, by=by, at=at),
        _l("Die Frage ist unterwegs."),
        (State.QUERY,),
    ),
    "antwort-erfassen": Verb(
        lambda row, form, by, at: service.answer_query(
            row, form.query_answer.data, by=by, at=at, on_behalf_of=row.contact_id
        ),
        _l("Die Antwort ist notiert."),
        (State.SUBMITTED,),
    ),
    "ruhen": Verb(
        lambda row, form, by, at: (service.rest if row.state in GOING_ON else service.hold)(
            row, form.until.data, by=by, at=at, on_behalf_of=row.contact_id
        ),
        _l("Die Anfrage ruht. An dem Tag fragen wir nach."),
        (State.ON_HOLD,),
    ),
    "weiter": Verb(
        lambda row, form, by, at: service.resume(row, by=by, at=at, on_behalf_of=row.contact_id),
        _l("Es geht weiter."),
        (State.SUBMITTED, State.OPEN, State.WAITING, State.QUERY),
    ),
    "beantworten": Verb(
        lambda row, form, by, at: service.answer(row, form.answer_text.data, by=by, at=at),
        _l("Ihre Antwort ist unterwegs."),
        (State.ANSWERED,),
    ),
    "verweisen": Verb(
        lambda row, form, by, at: service.refer(
            row, form.referred_to.data, text=form.referral_text.data or "", by=by, at=at
        ),
        _l("Der Hinweis ist unterwegs."),
        (State.REFERRED,),
    ),
    "vormerken": Verb(
        lambda row, form, by, at: service.wait(row, by=by, at=at),
        _l("Die Anfrage ist vorgemerkt."),
        (State.WAITING,),
    ),
    "nicht-moeglich": Verb(
        lambda row, form, by, at: service.reject(
            row, RejectReason(form.reject_reason.data), text=form.reject_text.data or "", by=by, at=at
        ),
        _l("Die Nachricht ist unterwegs."),
        (State.REJECTED,),
    ),
    "zurueckziehen": Verb(
        lambda row, form, by, at: service.withdraw(row, by=by, at=at, on_behalf_of=row.contact_id),
        _l("Die Anfrage ist zurückgezogen."),
        (State.WITHDRAWN,),
    ),
    "zusammenlegen": Verb(
        _merge, _l("Die Anfragen sind zusammengelegt. Beide Ansprechpersonen bekommen Bescheid."), (State.MERGED,)
    ),
    "ansprechperson": Verb(_new_contact, _l("Die neue Ansprechperson ist eingetragen.")),
    "wieder-oeffnen": Verb(
        lambda row, form, by, at: service.reopen(row, by=by, at=at, on_behalf_of=row.contact_id),
        _l("Die Anfrage ist wieder offen."),
        (State.SUBMITTED,),
    ),
}


@bp.post(f"/anfragen/<int:request_id>/<any({', '.join(repr(name) for name in VERBS)}):verb>")
@requires(Role.COORDINATOR)
def decide(request_id: int, verb: str) -> Any:
    """Do one thing about a request. Two at once: the second sees what happened; the same person twice: done."""
    row = get_or_404(HelpRequest, request_id)
    form, chosen = FORMS[verb](), VERBS[verb]
    if not form.validate():
        return desk_page(row, form, verb), 400
    try:
        with transaction():
            row = get_or_404(HelpRequest, request_id, version=form.version.data)
            chosen.run(row, form, current_user, now())
    except InvalidInput as error:
        db.session.rollback()
        refuse_text(form, error.code, error.message or _problem(error.code))
        return desk_page(get_or_404(HelpRequest, request_id), form, verb), 400
    except (Conflict, TransitionForbidden) as error:
        db.session.rollback()
        if not _done_by_me(request_id, chosen):
            raise Conflict(entity="help_request", entity_id=request_id) from error
    flash(str(chosen.said))
    return redirect(url_for(".detail", request_id=request_id))


def _problem(code: str) -> str:
    return {
        "not_verified": _(
            "Prüfen Sie zuerst die Organisation und diese Ansprechperson. Erst dann wird jemand gefragt."
        ),
        "no_contact": _("Geben Sie eine E-Mail-Adresse oder eine Telefonnummer ein."),
        "other": _("Wählen Sie eine andere laufende Anfrage dieser Organisation aus."),
        "not_cleared": _("Geben Sie zuerst den Kurztext frei. Nur ihn liest, wer gefragt wird."),
        **queries.GIVES_AWAY,
        "date": _("Geben Sie einen Tag in der Zukunft ein, höchstens ein Jahr voraus."),
    }.get(code, _("Bitte prüfen Sie Ihre Angabe."))


def _done_by_me(request_id: int, verb: Verb) -> bool:
    """Whether the last move of the request is just this one, made by this person."""
    row = get_or_404(HelpRequest, request_id)
    return row.state in verb.to and moved_by(row.entity, row.id, verb.to, current_user.id)
