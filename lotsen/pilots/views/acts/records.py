"""What is kept about a pilot besides the course: when to ask again, the ceremony, the certificate of good conduct."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from lotsen.core.clock import today
from lotsen.pilots import service
from lotsen.pilots.forms import CeremonyForm, ClearanceForm, NotBeforeForm
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State

from .base import IN_TALKS, WITH_US, Act, by_now, plain


def _not_before_form(pilot: Pilot) -> NotBeforeForm:
    day = pilot.not_before if pilot.not_before and pilot.not_before > today() else None
    return NotBeforeForm(version=pilot.visit, day=day)


def _not_before(pilot: Pilot, form: NotBeforeForm, at: datetime) -> None:
    service.set_not_before(pilot, form.day.data, **by_now(at))


def _clearance_form(pilot: Pilot) -> ClearanceForm:
    return ClearanceForm(version=pilot.visit, seen_on=today())


def _clearance(pilot: Pilot, form: ClearanceForm, at: datetime) -> None:
    service.record_clearance(pilot, form.seen_on.data or today(), **by_now(at))


LATER = Act(
    "spaeter",
    _l("Erst später wieder fragen"),
    _l("Vor diesem Tag wird nicht gefragt. Ohne Tag darf sofort wieder gefragt werden."),
    _l("Eintragen"),
    _l("Eingetragen."),
    WITH_US,
    _not_before_form,
    _not_before,
)
STAFF = (
    LATER,
    Act(
        "feier",
        _l("Tag der Feier"),
        _l("An diesem Tag wird der Titel überreicht. Die Person liest den Tag im Profil. Es geht keine E-Mail hinaus."),
        _l("Eintragen"),
        _l("Eingetragen."),
        WITH_US,
        lambda pilot: CeremonyForm(version=pilot.visit, ceremony_on=pilot.ceremony_on),
        lambda pilot, form, at: service.set_ceremony(pilot, form.ceremony_on.data, **by_now(at)),
    ),
    Act(
        "fuehrungszeugnis",
        _l("Führungszeugnis gesehen"),
        _l("Tragen Sie ein, wann Sie es gesehen haben. Behalten Sie keine Kopie. Das Zeugnis bleibt bei der Person."),
        _l("Gesehen eintragen"),
        _l("Eingetragen. Wir erinnern Sie, bevor es neu gezeigt werden muss."),
        IN_TALKS | WITH_US | {State.SUSPENDED},
        _clearance_form,
        _clearance,
        by_others=True,
    ),
    Act(
        "fuehrungszeugnis-streichen",
        _l("Führungszeugnis streichen"),
        _l("Ab sofort wird die Person nicht mehr gefragt, wenn Kinder oder Jugendliche dabei sind."),
        _l("Eintrag streichen"),
        _l("Der Eintrag ist gestrichen."),
        IN_TALKS | WITH_US | {State.SUSPENDED},
        plain,
        lambda pilot, form, at: service.revoke_clearance(pilot, **by_now(at)),
        fits=lambda pilot: pilot.clearance_until is not None,
    ),
)
OWN = (LATER,)
