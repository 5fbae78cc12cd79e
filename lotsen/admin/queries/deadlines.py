"""All deadlines of all lifecycles, with words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lotsen.audit.queries.words import entity_word, phrase
from lotsen.core.states import state_words
from lotsen.core.steps import Step, Unit
from lotsen.engagements import rules as engagements
from lotsen.help_requests import rules as help_requests
from lotsen.municipality.queries import town
from lotsen.pilots import rules as pilots
from lotsen.proposals import rules as proposals

LIFECYCLES: dict[str, Any] = {
    "pilot": pilots,
    "help_request": help_requests,
    "proposal": proposals,
    "engagement": engagements,
}
STEPS = {
    "remind": _l("erinnern"),
    "remind_again": _l("noch einmal erinnern"),
    "remind_unconfirmed": _l("an die Bestätigung erinnern"),
    "delete": _l("Entwurf löschen"),
    "delete_unconfirmed": _l("unbestätigten Entwurf löschen"),
    "tell": _l("sagen, wie es steht"),
    "tell_again": _l("noch einmal sagen, wie es steht"),
    "tell_pilot": _l("der Lotsin oder dem Lotsen sagen, wie es steht"),
    "task": _l("Aufgabe für die Koordination"),
    "deputy": _l("Aufgabe für die Vertretung"),
    "put_aside": _l("zur Seite legen"),
    "ask_keep": _l("fragen, ob es weiter gilt"),
    "ask_again": _l("noch einmal fragen"),
    "decide": _l("Aufgabe: entscheiden"),
    "ask_result": _l("nach dem Ergebnis fragen"),
    "task_no_result": _l("Aufgabe: Ergebnis fehlt"),
    "ask_back": _l("fragen, ob es weitergeht"),
    "call": _l("Aufgabe: anrufen"),
    "expire": _l("die nächste Person fragen"),
    "ask_pilot": _l("Lotsin oder Lotse fragen"),
    "ask_member": _l("Organisation fragen"),
    "ask_how_it_was": _l("fragen, wie es war"),
    "monthly": _l("monatlich nachfragen"),
    "complete": _l("abschließen"),
    "still_in_use": _l("fragen: Nutzen Sie es noch?"),
    "still_in_use_again": _l("noch einmal fragen: Nutzen Sie es noch?"),
    "asked": _l("am Termin fragen"),
    "end": _l("nach dem Ende fragen"),
    "ask": _l("fragen"),
    "free_place": _l("Platz freigeben"),
    "thanks": _l("den Dank weitergeben"),
    "end_again": _l("noch einmal fragen"),
    "no_date": _l("Aufgabe: Termin fehlt"),
    "overdue": _l("Aufgabe: zu lange offen"),
    "silent": _l("Aufgabe: keine Antwort"),
    "still_right": _l("fragen: Stimmt noch alles?"),
    "call_right": _l("Aufgabe: anrufen"),
    "anonymise": _l("persönliche Angaben löschen"),
    "forget": _l("Bewerbung löschen"),
}
CONFIRMED_DRAFT = ("pilot.draft.remind", "pilot.draft.remind_again", "pilot.draft.delete")
SPECIAL = {  # the same step, but here it means something else
    "help_request.on_hold.ask": _l("fragen, ob es weitergeht, wenn kein Tag genannt ist"),
    "proposal.asked.remind": _l("die gefragte Person erinnern"),
    "proposal.accepted.remind": _l("die Organisation erinnern"),
    "engagement.agreed.ask_pilot": _l("Lotsin oder Lotse nach dem Termin fragen"),
    "engagement.agreed.ask_member": _l("die Organisation nach dem Termin fragen"),
    "engagement.running.end": _l("nach dem vereinbarten Ende fragen, ob es geschafft ist"),
    "engagement.closing.remind": _l("an die Rückmeldung erinnern"),
}


@dataclass(frozen=True)
class Deadline:
    """One number of days that the town may change."""

    key: str
    group: str
    stage: str
    step: str
    unit: str
    default: int
    value: int

    @property
    def label(self) -> str:
        """Where a row stands and what happens then, in one line."""
        return f"{self.stage}: {self.step}"


def all_deadlines() -> list[Deadline]:
    """Every step that counts days, in the order of the lifecycles."""
    own = town().deadlines
    return [
        Deadline(
            key=key,
            group=entity_word(entity),
            stage=_stage(entity, state, key),
            step=str(SPECIAL.get(key, step_word(step.name))),
            unit=_unit(step, begins),
            default=step.after,
            value=own.get(key, step.after),
        )
        for entity, state, step, key, begins in _steps()
    ]


def _unit(step: Step, begins: bool) -> str:
    """What is counted, and from when."""
    if step.unit is Unit.WT:
        return _("Arbeitstage vom Beginn an") if begins else _("Arbeitstage nach dem Schritt davor")
    return _("Tage vom Beginn an") if begins else _("Tage nach dem Schritt davor")


def _stage(entity: str, state: Any, key: str) -> str:
    """Where a row stands; a proposal's states are on no page, so the log's words serve."""
    if key in CONFIRMED_DRAFT:
        return _("Bewerbung angefangen, E-Mail bestätigt")
    label = state_words(entity)
    return label(state) if label else phrase(f"{entity}.{state.value}")


def step_word(name: str) -> str:
    """What happens at a step."""
    return str(STEPS.get(name, _("nächster Schritt")))


def _steps() -> Iterator[tuple[str, Any, Step, str, bool]]:
    """Entity, state, step and key, and whether the step counts from the beginning of the state."""
    for entity, rules in LIFECYCLES.items():
        for state, steps in rules.TIMEOUTS.items():
            for step in steps:
                key = f"{entity}.{state.value}.{step.name}"
                if step.unit in (Unit.WT, Unit.DAYS) and step.after:
                    yield entity, state, step, key, step is steps[0] or key == CONFIRMED_DRAFT[0]
