"""What is kept, as people read it: dates, states and codes in words. The file for programs keeps the codes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lotsen.audit.queries.words import PHRASES, entity_word, phrase
from lotsen.core.access import ROLE_LABELS, Role
from lotsen.core.i18n import language_name, locale_code, plain_date, plain_datetime, slots_in_words
from lotsen.core.states import state_words
from lotsen.core.tokens import Purpose
from lotsen.engagements.queries import BREAK_OFF_REASONS, DECLINE_REASONS, ENDED_BY, REFUSE_REASONS
from lotsen.followups.queries import ANSWERS, QUESTIONS
from lotsen.help_requests.queries import REJECT_REASONS
from lotsen.pilots.queries import block_label, end_reason_label
from lotsen.privacy.register import Entry
from lotsen.proposals.forms import COMPONENTS

# Codes that mean the same wherever they stand.
WORDS: Mapping[str, Any] = {
    "de": _l("Deutsch"),
    "en": _l("Englisch"),
    "on_site": _l("vor Ort"),
    "remote": _l("online oder am Telefon"),
    "either": _l("vor Ort oder online"),
    "business": _l("Unternehmen"),
    "club": _l("Verein"),
    "institution": _l("Einrichtung"),
    "web": _l("im Internet"),
    "phone": _l("am Telefon"),
    "login": _l("angemeldet"),
    "mail_link": _l("über einen Link"),
    "letter": _l("per Brief"),
    "in_person": _l("im Gespräch"),
    "pilot_application": _l("Bewerbung als Lotsin oder Lotse"),
    "help_request": _l("Anfrage"),
    "public_profile": _l("öffentliches Profil"),
    "normal": _l("normal"),
    "high": _l("dringend"),
    "yes": _l("ja"),
    "no": _l("nein"),
    "asking": _l("wird gefragt"),
    "female": _l("weiblich"),
    "male": _l("männlich"),
    "note": _l("Notiz"),
    "reached": _l("Anruf, erreicht"),
    "not_reached": _l("Anruf, nicht erreicht"),
    "solved": _l("gelöst"),
    "partly": _l("zum Teil gelöst"),
    "not_solved": _l("nicht gelöst"),
    "fits": _l("passt"),
    "fits_not": _l("passt nicht"),
    "still_open": _l("noch offen"),
    "done": _l("erledigt"),
    "no_time": _l("keine Zeit"),
    "wish": _l("auf eigenen Wunsch"),
    "waiting": _l("wartet"),
    "sent": _l("versendet"),
    "failed": _l("kam nicht an"),
    "recalled": _l("zurückgeholt"),
    "call": _l("anrufen"),
    "called": _l("angerufen"),
    "held": _l("angehalten"),
    "pilot": _l("Lotsin oder Lotse"),
    "member": _l("Ansprechperson"),
    "office": _l("Koordination"),
    "suggested": _l("vorgeschlagen"),
    "brought": _l("mitgebracht"),
    "split": _l("aus einer Anfrage mit mehreren Anliegen"),
    "problem": _l("ein Problem"),
    "hours": _l("viele Stunden"),
}
LINKS = {
    Purpose.CONFIRM_EMAIL: _l("Adresse bestätigen"),
    Purpose.CHANGE_EMAIL: _l("neue Adresse bestätigen"),
    Purpose.RESET_PASSWORD: _l("neues Passwort wählen"),
    Purpose.SUBMIT_REQUEST: _l("Anfrage absenden"),
    Purpose.REQUEST_STATUS: _l("Stand der Anfrage ansehen"),
    Purpose.ANSWER_ASK: _l("auf eine Bitte um Hilfe antworten"),
    Purpose.CONFIRM_PILOT: _l("zu einer Lotsin oder einem Lotsen Ja sagen"),
    Purpose.ENGAGEMENT: _l("Seite der Begleitung"),
    Purpose.FOLLOW_UP: _l("auf eine Nachfrage antworten"),
    Purpose.PILOT_PROFILE: _l("eigenes Profil prüfen"),
    Purpose.WITHDRAW: _l("zurückziehen"),
    Purpose.OWN_DATA: _l("eigene Daten ansehen"),
    Purpose.DECISION: _l("eine Aufgabe der Koordination"),
}
BANDS = {"passt": _l("passt"), "moeglich": _l("möglich"), "fern": _l("eher nicht"), "hand": _l("von Hand")}
LEARNED = {
    "chosen": _l("genommen"),
    "passed_over": _l("nicht genommen"),
    "accepted": _l("beide haben Ja gesagt"),
    "expertise": _l("passt fachlich nicht"),
    "other": _l("anderer Grund"),
    "random": _l("zur Probe dazugenommen"),
}


def _of(words: Mapping[Any, Any]) -> Callable[[str], str]:
    return lambda code: str(words.get(code, WORDS.get(code, code)))


# Codes that mean something in their column only.
IN_COLUMN: Mapping[tuple[str, str], Callable[[str], str]] = {
    ("links", "purpose"): _of(LINKS),
    ("questions", "kind"): _of(QUESTIONS),
    ("questions", "answer"): _of(ANSWERS),
    ("helping", "pilot_says"): _of(ANSWERS),
    ("helped", "member_says"): _of(ANSWERS),
    ("helping", "break_off_reason"): _of(BREAK_OFF_REASONS),
    ("helped", "break_off_reason"): _of(BREAK_OFF_REASONS),
    ("helping", "broken_off_by"): _of(ENDED_BY),
    ("helped", "broken_off_by"): _of(ENDED_BY),
    ("proposals", "band"): _of(BANDS),
    ("proposals", "answer_reason"): _of({**REFUSE_REASONS, **DECLINE_REASONS, **LEARNED}),
    ("decisions", "outcome"): _of(LEARNED),
    ("requests", "reject_reason"): _of(REJECT_REASONS),
    ("profile", "end_reason"): end_reason_label,
    ("exclusions", "reason"): block_label,
    ("request_blocks", "reason"): block_label,
    ("readings_own", "entity"): entity_word,
}
FOR_PROGRAMS = frozenset({("log", "before"), ("log", "after")})  # the sentence of the log says it


def as_data(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def in_words(entry: Entry, column: str, value: Any) -> str:
    """As people read it; empty for what is not known."""
    if value is None or value == "" or value == [] or (entry.name, column) in FOR_PROGRAMS:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, float):
        return str(format_decimal(round(value, 2)))
    if isinstance(value, datetime):
        return plain_datetime(value)
    if isinstance(value, date):
        return plain_date(value)
    if column in BY_COLUMN:
        return BY_COLUMN[column](value)
    if isinstance(value, Role):
        return str(ROLE_LABELS[value])
    code = as_data(value)
    if (entry.name, column) in IN_COLUMN:
        return IN_COLUMN[entry.name, column](code)
    kind = getattr(entry.model, "entity", "")
    if column == "state" and (label := state_words(kind)) is not None:
        return label(value)
    known = PHRASES.get(f"{kind}.{code}") if column == "state" else None
    return str(known) if known else "; ".join(_flat(code))


def _flat(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from (f"{key}: {text}" for text in _flat(item))
    elif isinstance(value, list):
        for item in value:
            yield from _flat(item)
    else:
        yield str(WORDS.get(value, value)) if isinstance(value, str) else str(value)


def _parts(value: Any) -> str:
    """The parts of a score, each with its name."""
    numbers = value if isinstance(value, dict) else {part["component"]: part["value"] for part in value}
    return ", ".join(
        f"{COMPONENTS.get(name, name)} {format_decimal(round(number, 2))}" for name, number in numbers.items()
    )


def _reasons(value: Any) -> str:
    """The sentences the coordinators read, in the language of the file."""
    return " ".join(value.get("coordinator", {}).get(locale_code(), []))


BY_COLUMN: Mapping[str, Callable[[Any], str]] = {
    "slots": slots_in_words,
    "languages": lambda codes: ", ".join(language_name(code) for code in codes),
    "action": phrase,
    "shares": _parts,
    "features": _parts,
    "reasons": _reasons,
}
