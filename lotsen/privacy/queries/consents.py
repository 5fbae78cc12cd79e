"""What people may agree to, in words: what for, what they agree to, what happens when they take it back."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from lotsen.accounts import queries as people
from lotsen.accounts.models import Consent, User
from lotsen.accounts.rules import FREE_CONSENTS, ConsentFor
from lotsen.core.access import Role


@dataclass(frozen=True)
class Words:
    """The words of one consent."""

    title: Any
    text: Any
    afterwards: Any


WORDS = {
    ConsentFor.PILOT_APPLICATION: Words(
        _l("Bewerbung und Mitarbeit"),
        people.CONSENT_TEXTS[ConsentFor.PILOT_APPLICATION],
        _l(
            "Danach fragen wir Sie nicht mehr, und Ihre Mitarbeit endet. "
            "Die Koordination gibt laufende Begleitungen weiter."
        ),
    ),
    ConsentFor.HELP_REQUEST: Words(
        _l("Anfrage"),
        people.CONSENT_TEXTS[ConsentFor.HELP_REQUEST],
        _l("Danach ziehen wir Ihre offenen Anfragen zurück. Zu einer laufenden Begleitung rufen wir Sie an."),
    ),
    ConsentFor.PUBLIC_PROFILE: Words(
        _l("Öffentliches Profil"),
        people.CONSENT_TEXTS[ConsentFor.PUBLIC_PROFILE],
        _l("Danach ist Ihr Profil sofort nicht mehr öffentlich. Sonst ändert sich nichts."),
    ),
}


@dataclass(frozen=True)
class Standing:
    """How it stands with one consent of one person."""

    purpose: ConsentFor
    words: Words
    row: Consent | None
    may_give: bool


def standing(user: User) -> list[Standing]:
    """Every consent that the person gave or may give, in a fixed order."""
    found = []
    for purpose, words in WORDS.items():
        row = people.consent(user.id, purpose)
        may_give = row is None and purpose in FREE_CONSENTS and Role.PILOT in user.roles
        if row is not None or may_give:
            found.append(Standing(purpose, words, row, may_give))
    return found


def log(purpose: str = "", *, withdrawn: bool = False) -> Select[Consent]:
    """Every consent ever given, the newest first; of one purpose, or only those taken back."""
    statement = select(Consent).order_by(Consent.id.desc())
    if purpose in set(ConsentFor):
        statement = statement.where(Consent.purpose == purpose)
    if withdrawn:
        statement = statement.where(Consent.withdrawn_at.is_not(None))
    return statement
