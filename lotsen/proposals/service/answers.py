"""What a pilot answers, and what follows from it."""

from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import CapacityExhausted, Conflict, InvalidInput, TransitionForbidden
from lotsen.core.extensions import db
from lotsen.core.states import move, start_clock
from lotsen.core.tokens import Purpose
from lotsen.core.waiting import give_task
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.queries import contact_now
from lotsen.help_requests.rules import CONTACT_GONE
from lotsen.municipality.queries import town
from lotsen.outbox import service as outbox
from lotsen.pilots import service as pilots
from lotsen.proposals import queries, rules
from lotsen.proposals.models import Proposal, RequestBlock
from lotsen.proposals.rules import DeclineReason, State

from .blocks import lift_block
from .ladder import go_on, latest_answer, recall_ask
from .yes import tell_organisation, tell_yes_is_gone, twin_gives_way


def accept(
    proposal: Proposal,
    *,
    by: Actor,
    at: datetime,
    from_date: date | None = None,
    on_behalf_of: int | None = None,
    note: str = "",
) -> None:
    """The pilot says yes. Said twice: nothing more happens.

    A yes after somebody else was asked, or for the own organisation, is kept as a task.

    Raises
    ------
    InvalidInput
        ``from_date`` lies in the past.
    TransitionForbidden
        Nobody ever asked.
    """
    if from_date is not None and from_date < local_date(at):
        raise InvalidInput("", field="from_date", code="past")
    if proposal.state in rules.NEVER_ASKED:
        raise TransitionForbidden(code="never_asked", entity=proposal.entity, entity_id=proposal.id)
    if proposal.state in (State.ACCEPTED, State.CONFIRMED):
        return
    if proposal.state is State.DECLINED:
        _lift(proposal, by=by, at=at)
    if proposal.state is State.DECLINED and not _still_in_time(proposal, by=by, at=at):
        keep_late_yes(proposal, by=by, at=at)
        return
    if proposal.state not in (State.ASKED, State.DECLINED):
        keep_late_yes(proposal, by=by, at=at)
        return
    outbox.recall(proposal, by=by, at=at)
    if queries.speaks_for(proposal.pilot, proposal.help_request):
        _own_organisation(proposal, by=by, at=at, on_behalf_of=on_behalf_of)
        return
    move(proposal, State.ACCEPTED, rules, by=by, at=at, on_behalf_of=on_behalf_of)
    proposal.answered_at, proposal.available_from, proposal.answer_text = at, from_date, note
    proposal.answer_reason = proposal.task = ""
    proposal.changed = []
    tell_organisation(proposal, at=at)


def _own_organisation(proposal: Proposal, *, by: Actor, at: datetime, on_behalf_of: int | None) -> None:
    """Who was asked speaks for the organisation by now: the yes does not count, a coordinator takes the ask back."""
    give_task(proposal, "own_organisation", at=at)
    proposal.due_at = None
    audit.record("proposal.own_organisation", proposal, by=by, at=at, on_behalf_of=on_behalf_of)


def _still_in_time(proposal: Proposal, *, by: Actor, at: datetime) -> bool:
    """A no becomes a yes before the next step went out: nobody was asked since, or nobody could read it yet."""
    if queries.bars_yes(proposal.pilot, proposal.help_request, at=at) or not twin_gives_way(proposal):
        return False
    return _take_next_ask_back(proposal, by=by, at=at) or _back_on_the_empty_ladder(proposal, by=by, at=at)


def _back_on_the_empty_ladder(proposal: Proposal, *, by: Actor, at: datetime) -> bool:
    """The no was the last on its ladder, and no coordinator has done anything since: the search comes to life again."""
    request, ladder = proposal.help_request, queries.latest_ladder(proposal.help_request_id)
    if ladder is None or ladder.id != proposal.ladder_id or request.task != "exhausted":
        return False
    try:
        pilots.reserve(proposal.pilot_id, at=at)
    except CapacityExhausted:
        return False
    ladder.closed_at = None
    help_requests.to_asking(request, expected_on=latest_answer(1, at), by=by, at=at)
    return True


def _lift(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """What the no had made goes with it: the block of this request or organisation, the day before which not to ask."""
    for block in queries.blocks_of_pair(proposal.help_request_id, proposal.pilot_id):
        lift_block(block, by=by, at=at)
    pilot = proposal.pilot
    for exclusion in pilot.exclusions:
        same = exclusion.organisation_id == proposal.help_request.organisation_id
        if same and exclusion.lifted_at is None and exclusion.created_at == proposal.answered_at:
            pilots.lift_exclusion(pilot, exclusion, by=by, at=at)
    if proposal.pause_until is not None and pilot.not_before == proposal.pause_until:
        pilots.set_not_before(pilot, proposal.pause_before, by=by, at=at)
    proposal.pause_until = proposal.pause_before = None


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
    give_task(proposal, "question", at=at)
    proposal.answer_text, proposal.due_at = text, None
    audit.record("proposal.question", proposal, by=by, at=at, on_behalf_of=on_behalf_of)


def question_answered(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """The coordinator has answered, or it fits all the same; the clock starts anew, once somebody could say yes."""
    if proposal.state is not State.ASKED or proposal.task not in rules.STOPS_CLOCK:
        raise Conflict(entity="proposal", entity_id=proposal.id)
    proposal.task, proposal.due_step = "", ""
    request = proposal.help_request
    if request.contact is not None and contact_now(request) is None:
        give_task(proposal, CONTACT_GONE, at=at)
    elif not queries.ask_reached_nobody(proposal):
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
    tell_yes_is_gone(proposal, at=at)
    move(proposal, State.DECLINED, rules, by=by, at=at, reason=reason.value, on_behalf_of=on_behalf_of)
    proposal.answered_at, proposal.answer_reason, proposal.answer_text, proposal.task = at, reason.value, text, ""
    pilots.release(proposal.pilot_id, at=at)
    _block(proposal, reason, until, by=by, at=at)
    go_on(proposal, by=by, at=at)


def _block(proposal: Proposal, reason: DeclineReason, until: date | None, *, by: Actor, at: datetime) -> None:
    organisation = proposal.help_request.organisation
    if reason in rules.NOT_BEFORE_REASONS:
        day = until or local_date(at) + timedelta(days=town().decline_pause_days)
        proposal.pause_before = proposal.pilot.not_before
        pilots.not_before(proposal.pilot, day, by=by, at=at)
        proposal.pause_until = proposal.pilot.not_before
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
    tell_yes_is_gone(proposal, at=at)
    move(proposal, State.EXPIRED, rules, by=by, at=at, reason=reason)
    pilots.release(proposal.pilot_id, at=at)
    if not reason:
        pilots.unanswered(proposal.pilot, by=by, at=at)
    go_on(proposal, by=by, at=at)
