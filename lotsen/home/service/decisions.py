"""Which one button settles a task, where there is one; the same from the morning mail as from the page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.i18n import locale_code, plain_date
from lotsen.core.models import Token
from lotsen.core.tasks import Task
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.help_requests import queries as request_queries
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.help_requests.rules import draft_short_text
from lotsen.help_requests.service import gives_away
from lotsen.notes import service as notes
from lotsen.notes.models import Note
from lotsen.organisations import service as organisations
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries as proposal_queries
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal

from .. import queries

ROWS: dict[str, Any] = {
    "help_request": HelpRequest,
    "proposal": Proposal,
    "pilot": Pilot,
    "engagement": Engagement,
    "outbox_message": OutboxMessage,
    "note": Note,
}

ONLY_ON_THE_PAGE = frozenset({"help_request.undeliverable", "help_request.contact_gone"})


@dataclass(frozen=True)
class Verb:
    """The obvious answer to a task: its button, what to know before pressing, and what pressing does.

    ``first``: the words of the way to the whole page, where that comes before the button: what was answered.
    """

    label: str
    run: Callable[[User, datetime], object]
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    first: str = ""


def task_behind(kind: str, row_id: int, *, reader: User, at: datetime) -> Task | None:
    """The task that a link was about; None when it is settled meanwhile."""
    for task in queries.office_tasks(at, reader=reader):
        if task.kind == kind and task.row is not None and task.row[1] == row_id:
            return task
    return None


def verb_for(task: Task, *, by: User, at: datetime) -> Verb | None:
    """The one button for a task, or None: then only the whole page will do. Nobody decides about oneself."""
    if task.row is None or (task.about in queries.own_rows(by)):
        return None
    entity, row_id = task.row
    finder = _BY_ENTITY.get(entity)
    row = db.session.get(ROWS[entity], row_id) if finder is not None else None
    return finder(row, task, by, at) if finder is not None and row is not None else None


def decide(token: Token, *, by: User, at: datetime) -> None:
    """Do what the link's button says, once, in the coordinator's name; the log says that it came from the mail.

    Raises
    ------
    Conflict
        The link is spent, or the task is settled meanwhile.
    """
    tokens.use(token, at=at)
    task = task_behind(token.entity, token.entity_id, reader=by, at=at)
    verb = verb_for(task, by=by, at=at) if task is not None else None
    if task is None or task.row is None or verb is None:
        raise Conflict(code="settled")
    audit.record("desk.by_mail", db.session.get_one(ROWS[task.row[0]], task.row[1]), by=by, at=at, kind=task.kind)
    verb.run(by, at)


def _note(row: Note, task: Task, by: User, at: datetime) -> Verb:
    return Verb(_("Erledigt"), lambda who, when: notes.done(row, by=who, at=when))


def _message(row: OutboxMessage, task: Task, by: User, at: datetime) -> Verb | None:
    if task.kind not in ("outbox.call", "outbox.failed"):
        return None
    return Verb(
        _("Ich habe angerufen"),
        lambda who, when: outbox.record_call(row, by=who, at=when),
        facts=_said_until(row, at),
        text=outbox.read_aloud(row, at=at),
        first=_("Antwort oder „Niemand erreicht“ eintragen") if row.about_entity in ("proposal", "followup") else "",
    )


def _said_until(row: OutboxMessage, at: datetime) -> tuple[tuple[str, str], ...]:
    """Until when whoever is called now can answer: it counts from the call, whatever day the text was written with."""
    day = proposals.answer_until(row, at=at)
    if day is None:
        return ()  # whoever is called has nothing to answer
    words = _("Bis %(day)s. Sie zählt ab Ihrem Anruf.", day=plain_date(day))
    return ((_("Frist für die Antwort"), words),)


def _engagement(row: Engagement, task: Task, by: User, at: datetime) -> Verb | None:
    if not row.task:
        return None
    return Verb(
        _("Ist erledigt"),
        lambda who, when: engagements.task_done(row, by=who, at=when),
        facts=((_("Was zu tun ist"), _("Rufen Sie bitte an. Ist alles geklärt, drücken Sie auf „Ist erledigt“.")),),
    )


def _pilot(row: Pilot, task: Task, by: User, at: datetime) -> Verb | None:
    if task.kind == "pilot.ask_result" and not row.award_conditions.missing():
        return Verb(_("Titel verleihen"), lambda who, when: pilots.award(row, by=who, at=when))
    if task.kind in ("pilot.call", "pilot.decide"):
        label = _("Gesprochen, später wieder erinnern")
        return Verb(label, lambda who, when: pilots.spoken(row, by=who, at=when))
    return None


def _proposal(row: Proposal, task: Task, by: User, at: datetime) -> Verb | None:
    if task.kind == "proposal.question":
        label = _("Frage ist beantwortet")
        return Verb(
            label,
            lambda who, when: proposals.question_answered(row, by=who, at=when),
            facts=((_("Die Frage"), row.answer_text),),
        )
    if task.kind == "proposal.stopped" and row.ladder is not None:
        return Verb(
            _("Mit der Reihenfolge weitermachen"),
            lambda who, when: _go_on(row, who, when),
            facts=((_("Als Nächstes"), row.pilot.user.name),),
        )
    return None


def _go_on(row: Proposal, by: User, at: datetime) -> None:
    if row.ladder is not None:
        proposals.ask_next(row.ladder, by=by, at=at)


def _help_request(row: HelpRequest, task: Task, by: User, at: datetime) -> Verb | None:
    """Approve the order the matcher proposes, when it is clear and its short text gives nobody away."""
    if row.state not in (RequestState.SUBMITTED, RequestState.OPEN) or task.kind in ONLY_ON_THE_PAGE:
        return None
    if task.kind == "help_request.brought":
        return _brought(row, by)
    if proposal_queries.is_behind(row, proposal_queries.matching_of(row.id)):
        return None
    shown = proposal_queries.candidates(row, at=at)
    order = [c.proposal for c in sorted((c for c in shown if c.place), key=lambda c: c.place)]
    text = row.short_text or draft_short_text(row.description)  # nothing masked: whose name it says needs the page
    if not order or gives_away(row, text):
        return None
    if proposal_queries.is_own_case(row, order, by.id):
        return None
    verified = organisations.contact_verified(row.organisation_id, row.contact_id)
    names = {"who": row.organisation_name, "person": row.contact_name}
    to_check = (_("Noch zu prüfen"), _("%(who)s und %(person)s. Mit dem Knopf sind beide geprüft.", **names))
    advice = (_("Noch zu prüfen"), _("Geht es um Rat und nicht um fertige Arbeit? Mit dem Knopf sagen Sie Ja."))
    return Verb(
        _("Reihenfolge freigeben") if verified else _("Ist geprüft, Reihenfolge freigeben"),
        lambda who, when: _approve(row, order, text, verified, who, when),
        facts=(
            (_("Organisation"), row.organisation_name),
            *(() if verified else (to_check,)),
            *((advice,) if request_queries.advice_to_check(row) else ()),
            (_("Das liest, wer gefragt wird"), text),
            *((_("Wir fragen"), _named(place, p)) for place, p in enumerate(order)),
        ),
    )


def _brought(row: HelpRequest, by: User) -> Verb | None:
    """Approve what a pilot brought along: one tap, and the two may begin."""
    if row.brought_by is None or row.brought_by.user_id == by.id or proposal_queries.is_own_case(row, [], by.id):
        return None
    return Verb(
        _("Freigeben"),
        lambda who, when: engagements.approve_brought(row, by=who, at=when),
        facts=(
            (_("Organisation"), row.organisation_name),
            (_("Ansprechperson"), row.contact_name),
            (_("Mitgebracht von"), row.brought_by.user.name),
            (_("Darum geht es"), row.description),
        ),
    )


def _approve(row: HelpRequest, order: list[Proposal], text: str, verified: bool, by: User, at: datetime) -> None:
    proposals.check_and_approve(row, order, short_text=text, verified=not verified, advice=True, by=by, at=at)


def _named(place: int, row: Proposal) -> str:
    when = (_("zuerst"), _("als Zweites"), _("als Drittes"))[place]
    reasons = row.reasons.get("coordinator", {}).get(locale_code(), [])
    return f"{when}: {row.pilot.user.name}" + (f" – {reasons[0]}" if reasons else "")


_BY_ENTITY: dict[str, Callable[..., Verb | None]] = {
    "note": _note,
    "outbox_message": _message,
    "engagement": _engagement,
    "pilot": _pilot,
    "proposal": _proposal,
    "help_request": _help_request,
}
