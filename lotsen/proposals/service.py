"""The verbs of proposals: approve an order, ask one pilot after the other, take the answers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import calendar, local_date
from lotsen.core.errors import CapacityExhausted, Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import enter, move, start_clock
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import deadline, town
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot

from . import mails, queries, rules
from .models import Ladder, Proposal, RequestBlock
from .rules import DeclineReason, State


def approve_ladder(
    request: HelpRequest, proposals: Sequence[Proposal], *, by: Actor, at: datetime, own_case_reason: str = ""
) -> Ladder:
    """Put one to three pilots on the request's ladder, in order, and ask the first.

    Raises
    ------
    InvalidInput
        No pilot, too many, one twice; or the coordinator's own case without a reason (code ``own_case``).
    Conflict
        The request is not open any more, or a proposal went meanwhile.
    """
    if not 1 <= len(proposals) <= town().ladder_size or len({p.pilot_id for p in proposals}) != len(proposals):
        raise InvalidInput("", field="places", code="ladder_size")
    if request.state is not request_rules.State.OPEN:
        raise Conflict(entity="help_request", entity_id=request.id)
    if queries.is_own_case(request, proposals, by.actor_id) and not own_case_reason.strip():
        raise InvalidInput("", field="own_case_reason", code="own_case")
    ladder = Ladder(help_request_id=request.id, approved_by=by.actor_id or 0, approved_at=at)
    db.session.add(ladder)
    db.session.flush()
    for position, proposal in enumerate(proposals, start=1):
        if proposal.help_request_id != request.id:
            raise Conflict(entity="help_request", entity_id=request.id)
        proposal.ladder_id, proposal.position = ladder.id, position
        move(proposal, State.APPROVED, rules, by=by, at=at)
    audit.record(
        "ladder.approved", ladder, by=by, at=at, reason=own_case_reason, request=request.id, places=len(proposals)
    )
    help_requests.to_asking(request, expected_on=latest_answer(len(proposals), at), by=by, at=at)
    ask_next(ladder, by=by, at=at)
    return ladder


def ask_next(ladder: Ladder, *, by: Actor, at: datetime) -> Proposal | None:
    """Ask the next pilot who can be asked now; whoever cannot is skipped. None: the ladder is empty."""
    request = db.session.get_one(HelpRequest, ladder.help_request_id)
    waiting = queries.approved_on(ladder)
    for index, proposal in enumerate(waiting):
        obstacle = queries.obstacle(proposal.pilot, at=at)
        if not obstacle:
            try:
                pilots.reserve(proposal.pilot_id, at=at)
            except CapacityExhausted:
                obstacle = "capacity"
        if obstacle:
            move(proposal, State.SKIPPED, rules, by=by, at=at, reason=obstacle)
            continue
        _ask(proposal, request, by=by, at=at)
        help_requests.asks_on(request, expected_on=latest_answer(len(waiting) - index, at))
        return proposal
    ladder.closed_at = at
    help_requests.back_to_open(request, task="exhausted", by=by, at=at)
    return None


def _ask(proposal: Proposal, request: HelpRequest, *, by: Actor, at: datetime) -> None:
    move(proposal, State.ASKED, rules, by=by, at=at)
    proposal.asked_at = at
    pilots.mark_asked(proposal.pilot_id, at=at)
    raw = tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=at, user_id=proposal.pilot.user_id)
    outbox.enqueue(
        mails.ask,
        proposal,
        link("engagements.answer", token=raw),
        to=proposal.pilot.user,
        about=proposal,
        step="ask",
        at=at,
        starts_clock=True,
    )


def latest_answer(places: int, at: datetime) -> date:
    """The local day on which the member knows more at the latest, with this many pilots still to be asked."""
    days = sum(deadline(f"proposal.asked.{s.name}", s.after) for s in rules.TIMEOUTS[State.ASKED])
    return calendar().nth_working_day(local_date(at), (days + 1) * places)


@outbox.delivered.connect
def on_delivered(message: OutboxMessage, at: datetime) -> None:
    """The ask, or the question to the organisation, was handed over: its clock starts now."""
    if message.about_entity != "proposal" or not message.starts_clock:
        return
    proposal = db.session.get(Proposal, message.about_id)
    if proposal is None or proposal.state not in rules.ASK_LIVE:
        return
    if proposal.task == "undeliverable":
        proposal.task = ""
    start_clock(proposal, rules, at=at)
    if proposal.state is State.ASKED and proposal.help_request.urgency == "high":
        end = calendar().nth_working_day(local_date(at), town().urgent_days)
        proposal.due_at, proposal.due_step = queries.end_of_day(end), "expire"


@outbox.undeliverable.connect
def on_undeliverable(message: OutboxMessage, at: datetime) -> None:
    """A mail came back: never silence of the pilot, but a telephone call for the coordinator."""
    if message.about_entity != "proposal":
        return
    proposal = db.session.get(Proposal, message.about_id)
    if proposal is not None and proposal.state in rules.ASK_LIVE:
        proposal.task, proposal.due_at = "undeliverable", None


@help_requests.edited.connect
def on_request_edited(request: HelpRequest, fields: object, by: Actor, at: datetime) -> None:
    """The request changed while somebody is asked: the time to answer starts anew."""
    for proposal in queries.on_ladders_of(request.id):
        if proposal.state is State.ASKED and proposal.due_at is not None:
            proposal.due_at, proposal.due_step = None, ""
            start_clock(proposal, rules, at=at)


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
    recall_ask(following, by=by, at=at)
    try:
        pilots.reserve(proposal.pilot_id, at=at)
    except CapacityExhausted:
        return False
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
    _go_on(proposal, by=by, at=at)


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


def _go_on(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    if proposal.ladder is not None and proposal.help_request.state is request_rules.State.ASKING:
        ask_next(proposal.ladder, by=by, at=at)


def expire(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """No answer in time: nobody is blamed, the next pilot is asked."""
    outbox.recall(proposal, by=by, at=at)
    move(proposal, State.EXPIRED, rules, by=by, at=at)
    pilots.release(proposal.pilot_id, at=at)
    _go_on(proposal, by=by, at=at)


def remind(proposal: Proposal, *, at: datetime) -> None:
    """Remind whoever must answer now: the asked pilot, or the organisation that has a yes waiting."""
    request = proposal.help_request
    if proposal.state is State.ASKED:
        raw = tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=at, user_id=proposal.pilot.user_id)
        url = link("engagements.answer", token=raw)
        outbox.enqueue(mails.ask_reminder, proposal, url, to=proposal.pilot.user, about=proposal, step="remind", at=at)
    elif proposal.state is State.ACCEPTED and request.contact is not None:
        raw = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", proposal.id, at=at, user_id=request.contact_id)
        url = link("engagements.confirm", token=raw)
        outbox.enqueue(mails.confirm_reminder, proposal, url, to=request.contact, about=proposal, step="remind", at=at)


def tell_pilot(proposal: Proposal, *, at: datetime) -> None:
    """Tell the pilot who said yes that the organisation has not answered yet."""
    outbox.enqueue(mails.still_waiting, proposal, to=proposal.pilot.user, about=proposal, step="tell_pilot", at=at)


def recall_ask(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Take an ask back: approved again; its link and its reservation are gone."""
    was_held = queries.ask_still_held(proposal)
    outbox.recall(proposal, by=by, at=at)
    tokens.revoke("proposal", proposal.id, at=at)
    move(proposal, State.APPROVED, rules, by=by, at=at)
    proposal.task = ""
    if was_held:
        proposal.asked_at = None
    pilots.release(proposal.pilot_id, at=at)


def not_this_one(proposal: Proposal, reason: rules.NotChosenReason, *, by: Actor, at: datetime) -> None:
    """The coordinator does not take this suggestion for this request."""
    move(proposal, State.NOT_CHOSEN, rules, by=by, at=at, reason=reason.value)


def refuse(
    proposal: Proposal,
    reason: rules.RefuseReason,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    on_behalf_of: int | None = None,
) -> None:
    """The organisation says no to a pilot who said yes: the ladder stops, the coordinator goes on."""
    if proposal.state is State.REFUSED:
        return
    outbox.recall(proposal, by=by, at=at)
    move(proposal, State.REFUSED, rules, by=by, at=at, reason=reason.value, on_behalf_of=on_behalf_of)
    proposal.answer_reason, proposal.answer_text = reason.value, text
    pilots.release(proposal.pilot_id, at=at)
    request = proposal.help_request
    if request.organisation is not None:
        until = local_date(at) + timedelta(days=rules.REFUSED_BLOCK_DAYS)
        pilots.exclude_organisation(proposal.pilot, request.organisation, "refused", until=until, by=by, at=at)
    _close_ladder(proposal.ladder, State.REMOVED, by=by, at=at)
    _thank(proposal, at=at)
    help_requests.back_to_open(request, task="refused", by=by, at=at)


def confirm(proposal: Proposal, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """Both said yes: the rest of the ladder is not needed. The engagement takes the place over."""
    outbox.recall(proposal, by=by, at=at)
    move(proposal, State.CONFIRMED, rules, by=by, at=at, on_behalf_of=on_behalf_of)
    _close_ladder(proposal.ladder, State.SUPERSEDED, by=by, at=at)


def stop_ladder(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """The request needs nobody now: asked and accepted pilots are thanked, unasked ones taken off."""
    for proposal in queries.on_ladders_of(request.id):
        if proposal.state is State.APPROVED:
            move(proposal, State.REMOVED, rules, by=by, at=at)
        else:
            withdraw(proposal, by=by, at=at)
    for ladder in queries.open_ladders(request.id):
        ladder.closed_at = at


def withdraw(proposal: Proposal, *, by: Actor, at: datetime, thank: bool = True) -> None:
    """An asked or accepted pilot is not needed any more; only who has got the ask is written to."""
    unread = queries.ask_still_held(proposal)
    outbox.recall(proposal, by=by, at=at)
    tokens.revoke("proposal", proposal.id, at=at, purpose=Purpose.CONFIRM_PILOT)
    move(proposal, State.WITHDRAWN, rules, by=by, at=at)
    pilots.release(proposal.pilot_id, at=at)
    if thank and not unread:
        _thank(proposal, at=at)


def _thank(proposal: Proposal, *, at: datetime) -> None:
    outbox.enqueue(mails.thanks_not_needed, proposal, to=proposal.pilot.user, about=proposal, step="thanks", at=at)


def pilot_gone(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """The pilot ended or was suspended while asked or accepted: the next one is asked."""
    withdraw(proposal, by=by, at=at, thank=False)
    _go_on(proposal, by=by, at=at)


def suggest_by_hand(request: HelpRequest, pilot: Pilot, *, by: Actor, at: datetime) -> Proposal:
    """The coordinator puts a pilot among the suggestions whom the matcher did not propose."""
    existing = queries.live_pair(request.id, pilot.id)
    if existing is not None:
        return existing
    proposal = Proposal(help_request_id=request.id, pilot_id=pilot.id, band="hand", created_at=at, rank=999)
    enter(proposal, State.SUGGESTED, rules, at=at)
    db.session.add(proposal)
    audit.record("proposal.by_hand", proposal, by=by, at=at)
    return proposal


def _close_ladder(ladder: Ladder | None, to: State, *, by: Actor, at: datetime) -> None:
    if ladder is None:
        return
    for proposal in queries.approved_on(ladder):
        move(proposal, to, rules, by=by, at=at)
    ladder.closed_at = at
