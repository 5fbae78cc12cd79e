"""Engagements in words: states, reasons, the next step, what happened."""

from datetime import datetime

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lotsen.accounts import queries as people
from lotsen.audit.models import AuditEvent
from lotsen.core.clock import local_date
from lotsen.core.errors import Change
from lotsen.core.i18n import plain_date, plain_datetime
from lotsen.core.states import names_states_of
from lotsen.proposals.rules import DeclineReason, RefuseReason

from ..models import Engagement
from ..rules import HOLDS_PLACE, OF_ORGANISATION, BreakOffReason, Outcome, Side, State
from .cases import name_of
from .hours import ended_of_pilot, minutes_of_pilot
from .reaching import first_word

STATES = {
    State.AGREED: _l("zugesagt"),
    State.FIRST_CONTACT: _l("lernen sich kennen"),
    State.RUNNING: _l("läuft"),
    State.PAUSED: _l("macht Pause"),
    State.CLOSING: _l("wird abgeschlossen"),
    State.BROKEN_OFF: _l("früh beendet"),
    State.COMPLETED: _l("abgeschlossen"),
}
TONES = {State.RUNNING: "success", State.COMPLETED: "success", State.BROKEN_OFF: "warning"}
SIDES = {Side.PILOT: _l("Lotsin oder Lotse"), Side.MEMBER: _l("Ansprechperson")}
OUTCOMES = {
    Outcome.SOLVED: _l("Ja, ganz"),
    Outcome.PARTLY: _l("Zum Teil"),
    Outcome.NOT_SOLVED: _l("Nein"),
}
BREAK_OFF_REASONS = {
    BreakOffReason.CALLED_OFF: _l("Das Anliegen hat sich erledigt"),
    BreakOffReason.NO_CONTACT: _l("Wir haben uns nicht erreicht"),
    BreakOffReason.DOES_NOT_FIT: _l("Es passt nicht"),
    BreakOffReason.NO_TIME: _l("Die Zeit reicht nicht"),
    BreakOffReason.OTHER_HELP: _l("Jemand anderes hilft schon"),
    BreakOffReason.OTHER: _l("Anderer Grund"),
    BreakOffReason.HANDED_OVER: _l("Jemand anderes macht weiter"),
}
CHOSEN_REASONS = [(reason, word) for reason, word in BREAK_OFF_REASONS.items() if reason != BreakOffReason.HANDED_OVER]
ENDED_BY = {
    Side.PILOT.value: _l("Lotsin oder Lotse"),
    Side.MEMBER.value: _l("Ansprechperson"),
    "office": _l("Koordination"),
}
DECLINE_REASONS = {
    DeclineReason.NO_TIME: _l("Ich habe gerade keine Zeit"),
    DeclineReason.NOT_MY_FIELD: _l("Das ist nicht mein Gebiet"),
    DeclineReason.TOO_FAR: _l("Der Weg ist mir zu weit"),
    DeclineReason.NOT_THIS_ORGANISATION: _l("Nicht mit dieser Organisation"),
    DeclineReason.CONFLICT: _l("Ich habe dort eigene Interessen"),
    DeclineReason.OTHER: _l("Anderer Grund"),
}
REFUSE_REASONS = {
    RefuseReason.TIMES: _l("Die Zeiten passen nicht"),
    RefuseReason.EXPECTED_OTHER: _l("Wir haben etwas anderes erwartet"),
    RefuseReason.SOLVED: _l("Das Anliegen hat sich erledigt"),
    RefuseReason.KNOWN: _l("Wir kennen uns und möchten lieber jemand anderen"),
    RefuseReason.OTHER: _l("Anderer Grund"),
}


@names_states_of("engagement")
def state_label(state: State) -> str:
    """One to three words for a list."""
    return str(STATES[state])


def state_tone(state: State) -> str:
    """The tone of the badge."""
    return TONES.get(state, "info")


def next_step(engagement: Engagement, side: Side | None, at: datetime) -> str:
    """The next step of an engagement as one sentence, as one side (or the office) reads it."""
    meeting = engagement.meeting_at
    if engagement.handing_over_at is not None and engagement.state in HOLDS_PLACE:
        return _("Wir suchen jemanden, der die Begleitung weiterführt.")
    if engagement.state is State.PAUSED and engagement.paused_until is not None:
        return _("Pause bis %(day)s. Dann fragen wir nach.", day=plain_date(engagement.paused_until))
    if engagement.break_off_reason == BreakOffReason.HANDED_OVER:
        return _("Jemand anderes führt die Begleitung weiter.")
    if engagement.state is State.AGREED:
        return first_word(engagement, side)
    if engagement.state is State.FIRST_CONTACT and meeting is not None:
        if meeting < at:
            if side is None:
                return _("Das Treffen war am %(day)s. Wir fragen beide, wie es war.", day=plain_datetime(meeting))
            return _("Ihr Treffen war am %(day)s. Wie es war, fragen wir per E-Mail.", day=plain_datetime(meeting))
        return _("Treffen am %(day)s.", day=plain_datetime(meeting))
    if engagement.state is State.FIRST_CONTACT:
        return _("Sie haben gesprochen, der Termin folgt.")
    if engagement.state is State.RUNNING and engagement.ends_on is not None:
        day = plain_date(engagement.ends_on)
        over = engagement.ends_on < local_date(at)
        return _("Sollte bis %(day)s fertig sein.", day=day) if over else _("Läuft bis %(day)s.", day=day)
    if engagement.state is State.CLOSING:
        return _missing_feedback(engagement, side)
    return {
        State.RUNNING: _("Die Begleitung läuft."),
        State.PAUSED: _("Die Begleitung macht Pause."),
        State.BROKEN_OFF: _("Die Begleitung endete früh."),
        State.COMPLETED: _("Die Begleitung ist abgeschlossen."),
    }[engagement.state]


def _missing_feedback(engagement: Engagement, side: Side | None) -> str:
    said = {word.side for word in engagement.feedback}
    silent = [of for of in Side if of not in said]
    if side in silent:
        return _("Es fehlt noch Ihre Rückmeldung. Der Link dazu steht in unserer E-Mail.")
    if side is not None or not silent:
        return _("Es fehlt noch eine Rückmeldung.")
    who = _(" und ").join(name_of(engagement, of) for of in silent)
    return _("Es fehlt noch die Rückmeldung von %(who)s.", who=who)


def task_title(row: Engagement, task: str = "") -> str:
    """What a coordinator must take care of, as one line."""
    names = {
        "pilot": row.pilot.user.name,
        "organisation": row.help_request.organisation_name,
        "case": row.help_request.case_number,
    }
    task = task or row.task or "pilot_gone"
    if row.pilot.has_died and task not in OF_ORGANISATION:
        return _("%(pilot)s ist verstorben: bitte mit %(organisation)s sprechen, Anfrage %(case)s", **names)
    titles = {
        "no_date": _("%(pilot)s und %(organisation)s haben noch keinen Termin", **names),
        "no_contact": _("%(pilot)s und %(organisation)s haben sich noch nicht erreicht", **names),
        "no_answer": _("Niemand sagt, wie das Treffen war: %(pilot)s und %(organisation)s", **names),
        "fits_not": _("Es passt nicht: %(pilot)s und %(organisation)s", **names),
        "no_show": _("Jemand ist nicht gekommen: %(pilot)s und %(organisation)s", **names),
        "stuck": _("Es hakt: %(pilot)s und %(organisation)s", **names),
        "silent": _("Lange keine Nachricht: %(pilot)s und %(organisation)s", **names),
        "still_stuck": _("Nach dem Ende hakt es wieder: %(organisation)s, Anfrage %(case)s", **names),
        "not_in_use": _("Es wird nicht mehr genutzt: %(organisation)s, Anfrage %(case)s", **names),
        "paused_long": _("Lange Pause: %(pilot)s und %(organisation)s", **names),
        "pause_over": _("Die Pause ist vorbei, und es geht nicht weiter: %(pilot)s und %(organisation)s", **names),
        "pilot_rests": _("%(pilot)s macht Pause. Was wird aus der Begleitung? %(organisation)s", **names),
        "contact_gone": _("Die Ansprechperson ist nicht mehr da. Wer folgt bei %(organisation)s?", **names),
        "undeliverable": _("E-Mail kam nicht an, bitte anrufen: %(pilot)s und %(organisation)s", **names),
        "clearance": _("Kinder sind dabei, %(pilot)s hat kein gesehenes Führungszeugnis: %(organisation)s", **names),
        "pilot_gone": _("%(pilot)s kann nicht weiter helfen: %(organisation)s, Anfrage %(case)s", **names),
    }
    return titles[task]


def history(engagement: Engagement, *, limit: int = 50) -> list[Change]:
    """Everything that happened, newest first: when, who, what."""
    return people.history(engagement.entity, engagement.id, limit=limit, detail=_why)


def _why(event: AuditEvent) -> str:
    if event.action == "engagement.broken_off" and event.reason in list(BreakOffReason):
        return str(BREAK_OFF_REASONS[BreakOffReason(event.reason)])
    return ""


def what_counts(engagement: Engagement) -> list[tuple[str, str]]:
    """What the programme counts about the pilot of an engagement, as she may read it herself."""
    pilot = engagement.pilot
    ended = ended_of_pilot(pilot.id)
    return [
        (_("Alle Ihre Stunden"), in_hours(minutes_of_pilot(pilot.id))),
        (_("Abgeschlossene Begleitungen"), str(ended)),
        (_("So viele gleichzeitig"), _("%(now)d, höchstens %(most)d", now=pilot.reserved, most=pilot.capacity)),
    ]


def in_hours(minutes: int) -> str:
    """Minutes as hours in words: ``1,5 Stunden``."""
    number = format_decimal(round(minutes / 60, 2))
    return _("1 Stunde") if minutes == 60 else _("%(number)s Stunden", number=number)
