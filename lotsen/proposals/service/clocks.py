"""When the time to answer starts, and reminders."""

from collections.abc import Sequence
from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.states import move, start_anew, start_clock, step_again
from lotsen.core.tokens import Purpose
from lotsen.core.waiting import give_task
from lotsen.core.web import link
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import contact_now
from lotsen.help_requests.rules import CONTACT_GONE
from lotsen.municipality.queries import town
from lotsen.outbox import queries as outbox_queries
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals import mails, queries, rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State

from .answers import expire
from .ladder import latest_answer

ASKS = queries.ASKS_PILOT | queries.YES_TOLD


@outbox.delivered.connect
def on_delivered(message: OutboxMessage, at: datetime) -> None:
    """The ask, its reminder or the question to the organisation was handed over: what waited for it counts from now.

    So does a call about any mail that had come back. Who was reached by telephone has the whole time from that call,
    however often it had rung in vain. While a pilot's question is open, the clock stands.
    """
    if message.about_entity != "proposal":
        return
    proposal = db.session.get(Proposal, message.about_id)
    if proposal is None or proposal.state not in rules.ASK_LIVE:
        return
    came_back = proposal.task == "undeliverable"
    if came_back:
        proposal.task = ""
    if proposal.task in rules.STOPS_CLOCK or not (message.starts_clock or came_back):
        return
    if message.state is MailState.CALLED and message.kind in ASKS:
        start_anew(proposal, rules, at=at)
    elif message.state is MailState.CALLED and message.starts_clock:
        proposal.due_at = None
    start_clock(proposal, rules, at=at)
    if proposal.state is State.ASKED and proposal.help_request.urgency == "high" and message.kind == "proposals.ask":
        end = calendar().nth_working_day(local_date(at), town().urgent_days)
        proposal.due_at, proposal.due_step = queries.end_of_day(end), "expire"


@outbox.recalled.connect
def on_recalled(message: OutboxMessage, at: datetime) -> None:
    """A reminder was taken back before it left: it comes again, and nobody is passed over before."""
    if message.about_entity != "proposal":
        return
    proposal = db.session.get(Proposal, message.about_id)
    if proposal is not None and proposal.state in rules.ASK_LIVE:
        stands = proposal.task in rules.STOPS_CLOCK | {"undeliverable"}
        step_again(proposal, rules, at=at, only=rules.REMINDERS, stands=stands)
        if proposal.state is State.ASKED and proposal.ladder is not None:
            places = 1 + len(queries.approved_on(proposal.ladder))
            help_requests.asks_on(proposal.help_request, expected_on=latest_answer(places, at))


@outbox.undeliverable.connect
def on_undeliverable(message: OutboxMessage, at: datetime) -> None:
    """A mail came back: never silence of the pilot, but a telephone call for the coordinator."""
    if message.about_entity != "proposal":
        return
    proposal = db.session.get(Proposal, message.about_id)
    if proposal is not None and proposal.state in rules.ASK_LIVE:
        if proposal.task not in rules.STOPS_CLOCK:  # there somebody is at it already, and the clock stands
            give_task(proposal, "undeliverable", at=at)
        proposal.due_at = None


@outbox.unreached.connect
def on_unreached(message: OutboxMessage, by: Actor, at: datetime) -> None:
    """Three calls, nobody there: the next pilot is asked; an organisation's word is waited for by a person."""
    if message.about_entity != "proposal":
        return
    proposal = db.session.get(Proposal, message.about_id)
    if proposal is None or proposal.task in ("question", "member_question"):
        return
    if proposal.state is State.ASKED:
        expire(proposal, by=by, at=at, reason="not_reached")
    elif proposal.state is State.ACCEPTED and proposal.task != CONTACT_GONE:
        give_task(proposal, "not_confirmed", at=at)


@help_requests.edited.connect
def on_request_edited(request: HelpRequest, fields: Sequence[str], by: Actor, at: datetime) -> None:
    """The request changed while somebody is asked: the page shows what, the time to answer starts anew.

    Whoever said yes already said it to something else and is asked once more. Whether a hard rule fails now is found
    by ``proposals.jobs`` through the request's revision.
    """
    news = rules.TO_BE_READ.intersection(fields)
    if not news:
        return
    for proposal in queries.on_ladders_of(request.id):
        if proposal.state not in rules.ASK_LIVE:
            continue
        proposal.changed = sorted({*proposal.changed, *news})
        if proposal.state is State.ACCEPTED:
            _confirm_again(proposal, by=by, at=at)
            continue
        reminder_on_its_way = proposal.due_step == "expire" and proposal.task in ("", "urgent")
        if proposal.due_at is not None or reminder_on_its_way:
            proposal.due_at, proposal.due_step = None, ""
            start_clock(proposal, rules, at=at)


def _confirm_again(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """The organisation's link dies; the pilot reads what changed and says yes, or not, once more."""
    outbox.recall(proposal, by=by, at=at)
    tokens.revoke("proposal", proposal.id, at=at, purpose=Purpose.CONFIRM_PILOT)
    move(proposal, State.ASKED, rules, by=by, at=at, reason="edited")
    proposal.task = ""
    request = proposal.help_request
    help_requests.asks_on(request, expected_on=latest_answer(1, at))
    raw = tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=at, user_id=proposal.pilot.user_id)
    outbox.enqueue(
        mails.still_yes,
        proposal,
        link("engagements.answer", token=raw),
        to=proposal.pilot.user,
        about=proposal,
        step="still_yes",
        at=at,
        starts_clock=True,
    )


def rule_broken(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """After an edit a hard rule says no: nothing goes on by itself, a coordinator calls or takes the ask back."""
    give_task(proposal, "hard_rule", at=at)
    proposal.due_at = None
    audit.record("proposal.rule_broken", proposal, by=by, at=at)


def rules_hold(proposal: Proposal) -> None:
    """The pilot was measured against the request as it is now."""
    proposal.checked_revision = proposal.help_request.revision


def remind(proposal: Proposal, *, at: datetime) -> None:
    """Remind whoever must answer now: the asked pilot, or the organisation that has a yes waiting."""
    request = proposal.help_request
    if proposal.state is State.ASKED and outbox_queries.call_is_open("proposal", proposal.id, "proposals.ask"):
        return  # the first call is still being tried: one call, not two
    if proposal.state is State.ASKED:
        raw = tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=at, user_id=proposal.pilot.user_id)
        url = link("engagements.answer", token=raw)
        outbox.enqueue(
            mails.ask_reminder,
            proposal,
            url,
            to=proposal.pilot.user,
            about=proposal,
            step="remind",
            at=at,
            starts_clock=True,
            nonce=local_date(at).isoformat(),
        )
    elif proposal.state is State.ACCEPTED and (contact := contact_now(request)) is not None:
        raw = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", proposal.id, at=at, user_id=contact.id)
        url = link("engagements.confirm", token=raw)
        outbox.enqueue(mails.confirm_reminder, proposal, url, to=contact, about=proposal, step="remind", at=at)


def tell_pilot(proposal: Proposal, *, at: datetime) -> None:
    """Tell the pilot who said yes that the organisation has not answered yet."""
    outbox.enqueue(mails.still_waiting, proposal, to=proposal.pilot.user, about=proposal, step="tell_pilot", at=at)
