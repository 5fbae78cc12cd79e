"""What a pilot answers, and what follows from it."""

from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import CapacityExhausted, Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import move, start_clock
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.help_requests import service as help_requests
from lotsen.outbox import service as outbox
from lotsen.pilots import service as pilots
from lotsen.proposals import mails, queries, rules
from lotsen.proposals.models import Proposal, RequestBlock
from lotsen.proposals.rules import DeclineReason, State

from .ladder import go_on, recall_ask


def accept(
    proposal: Proposal,
    *,
    by: Actor,
    at: datetime,
    from_date: date | None = None,
    on_behalf_of: int | None = None,
    note: str = "",
) -> None:
    """The pilot says yes. Said twice: nothing more happens. A yes after somebody else was asked is kept as a task.

    Raises
    ------
    InvalidInput
        ``from_date`` lies in the past.
    """
    if from_date is not None and from_date < local_date(at):
        raise InvalidInput("", field="from_date", code="past")
    if proposal.state in (State.ACCEPTED, State.CONFIRMED):
        return
    if proposal.state is State.DECLINED and not _take_next_ask_back(proposal, by=by, at=at):
        keep_late_yes(proposal, by=by, at=at)
        return
    if proposal.state not in (State.ASKED, State.DECLINED):
        keep_late_yes(proposal, by=by, at=at)
        return
    outbox.recall(proposal, by=by, at=at)
    move(proposal, State.ACCEPTED, rules, by=by, at=at, on_behalf_of=on_behalf_of)
    proposal.answered_at, proposal.available_from, proposal.answer_text = at, from_date, note
    proposal.answer_reason = proposal.task = ""
    request = proposal.help_request
    if request.takes_whoever or request.contact is None:
        return
    help_requests.yes_waits(request, at=at)
    raw = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", proposal.id, at=at, user_id=request.contact_id)
    outbox.enqueue(
        mails.pilot_says_yes,
        proposal,
        link("engagements.confirm", token=raw),
        to=request.contact,
        about=proposal,
        step="confirm",
        at=at,
        starts_clock=True,
    )


def _take_next_ask_back(proposal: Proposal, *, by: Actor, at: datetime) -> bool:
    """A no becomes a yes while the next pilot's mail is still held: take that ask back."""
    following = queries.live_ask(proposal.ladder_id)
    if following is None or not queries.ask_still_held(following):
        return False
    try:
        pilots.reserve(proposal.pilot_id, at=at)
    except CapacityExhausted:
        return False
    recall_ask(following, by=by, at=at)
    return True


def keep_late_yes(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Somebody else was asked meanwhile; the yes is kept and shown to the coordinator."""
    if proposal.wants_anyway_at is None:
        proposal.wants_anyway_at = at
        audit.record("proposal.late_yes", proposal, by=by, at=at)


def ask_question(proposal: Proposal, text: str, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """The pilot has a question: the clock stops, the coordinator answers."""
    if proposal.state is not State.ASKED:
        raise Conflict(entity="proposal", entity_id=proposal.id)
    outbox.recall(proposal, by=by, at=at)  # a reminder on its way would cross the question
    proposal.task, proposal.answer_text, proposal.due_at = "question", text, None
    audit.record("proposal.question", proposal, by=by, at=at, on_behalf_of=on_behalf_of)


def question_answered(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """The coordinator has answered; the clock starts anew."""
    if proposal.state is not State.ASKED or proposal.task != "question":
        raise Conflict(entity="proposal", entity_id=proposal.id)
    proposal.task, proposal.due_step = "", ""
    start_clock(proposal, rules, at=at)
    audit.record("proposal.question_answered", proposal, by=by, at=at)


def decline(
    proposal: Proposal,
    reason: DeclineReason,
    *,
    by: Actor,
    at: datetime,
    until: date | None = None,
    text: str = "",
    on_behalf_of: int | None = None,
) -> None:
    """The pilot says no, or takes a yes back; what follows depends on the reason; the next pilot is asked.

    Raises
    ------
    Conflict
        The next step went out already.
    InvalidInput
        ``until`` lies in the past.
    """
    if until is not None and until < local_date(at):
        raise InvalidInput("", field="until", code="past")
    if proposal.state is State.DECLINED:
        return
    outbox.recall(proposal, by=by, at=at)
    tokens.revoke("proposal", proposal.id, at=at, purpose=Purpose.CONFIRM_PILOT)
    move(proposal, State.DECLINED, rules, by=by, at=at, reason=reason.value, on_behalf_of=on_behalf_of)
    proposal.answered_at, proposal.answer_reason, proposal.answer_text, proposal.task = at, reason.value, text, ""
    pilots.release(proposal.pilot_id, at=at)
    _block(proposal, reason, until, by=by, at=at)
    go_on(proposal, by=by, at=at)


def _block(proposal: Proposal, reason: DeclineReason, until: date | None, *, by: Actor, at: datetime) -> None:
    organisation = proposal.help_request.organisation
    if reason in rules.NOT_BEFORE_REASONS:
        day = until or local_date(at) + timedelta(days=rules.DEFAULT_PAUSE_DAYS)
        pilots.not_before(proposal.pilot, day, by=by, at=at)
    elif reason in rules.BLOCKS_REQUEST:
        db.session.add(
            RequestBlock(
                pilot_id=proposal.pilot_id,
                help_request_id=proposal.help_request_id,
                reason=reason.value,
                created_at=at,
            )
        )
    elif reason in rules.BLOCKS_ORGANISATION and organisation is not None:
        pilots.exclude_organisation(proposal.pilot, organisation, reason.value, until=None, by=by, at=at)


def expire(proposal: Proposal, *, by: Actor, at: datetime, reason: str = "") -> None:
    """No answer in time, or not reached (``reason``): nobody is blamed, the next pilot is asked."""
    outbox.recall(proposal, by=by, at=at)
    move(proposal, State.EXPIRED, rules, by=by, at=at, reason=reason)
    pilots.release(proposal.pilot_id, at=at)
    if not reason:
        pilots.unanswered(proposal.pilot, by=by, at=at)
    go_on(proposal, by=by, at=at)
