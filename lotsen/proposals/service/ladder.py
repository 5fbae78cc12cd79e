"""Approving an order and going along it."""

from collections.abc import Sequence
from datetime import date, datetime

from lotsen.accounts.service.own_affairs import check_own_affair
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.clock import calendar, local_date
from lotsen.core.errors import CapacityExhausted, Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import enter, move
from lotsen.core.tokens import Purpose
from lotsen.core.waiting import give_task
from lotsen.core.web import link
from lotsen.help_requests import queries as request_queries
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import deadline, town
from lotsen.organisations import service as organisations
from lotsen.outbox import service as outbox
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals import mails, queries, rules
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State

from .learning import freeze
from .yes import take_late_yes, tell_yes_is_gone


def approve_ladder(
    request: HelpRequest, proposals: Sequence[Proposal], *, by: Actor, at: datetime, own_case_reason: str = ""
) -> Ladder:
    """Put one to three pilots on the request's ladder, in order, and ask the first.

    Raises
    ------
    InvalidInput
        No pilot, too many, one twice, somebody who speaks for the organisation (code ``own_organisation``); or the
        coordinator's own case, as `check_own_affair` says.
    Conflict
        The request is not open any more, or a proposal went meanwhile.
    """
    if not 1 <= len(proposals) <= town().ladder_size or len({p.pilot_id for p in proposals}) != len(proposals):
        raise InvalidInput("", field="places", code="ladder_size")
    if any(queries.speaks_for(proposal.pilot, request) for proposal in proposals):
        raise InvalidInput("", field="places", code="own_organisation")
    beside = request.seeks_further and not queries.open_ladders(request.id)
    if request.state is not request_rules.State.OPEN and not beside:
        raise Conflict(entity="help_request", entity_id=request.id)
    own = queries.is_own_case(request, proposals, by.actor_id)
    if own:
        check_own_affair(own_case_reason, by=by)
    ladder = Ladder(help_request_id=request.id, approved_by=by.actor_id or 0, approved_at=at)
    db.session.add(ladder)
    db.session.flush()
    for position, proposal in enumerate(proposals, start=1):
        if proposal.help_request_id != request.id:
            raise Conflict(entity="help_request", entity_id=request.id)
        proposal.ladder_id, proposal.position = ladder.id, position
        move(proposal, State.APPROVED, rules, by=by, at=at, only_from={State.SUGGESTED})
    freeze(request, proposals, at=at)
    audit.record(
        "ladder.approved",
        ladder,
        by=by,
        at=at,
        reason=own_case_reason.strip() if own else "",
        request=request.id,
        places=len(proposals),
    )
    help_requests.to_asking(request, expected_on=latest_answer(len(proposals), at), by=by, at=at)
    ask_next(ladder, by=by, at=at)
    return ladder


def check_and_approve(
    request: HelpRequest,
    proposals: Sequence[Proposal],
    *,
    short_text: str,
    verified: bool,
    by: Actor,
    at: datetime,
    own_case_reason: str = "",
    it_asked: bool = False,
    advice: bool = False,
    name_is_fine: bool = False,
) -> Ladder:
    """All decisions of the check page at once: verify who asks, clear the short text, open, approve the order.

    Raises
    ------
    InvalidInput, Conflict
        As the single steps do; or the town's own IT was not asked first (code ``it_asked``), or nobody looked whether
        a business wants advice (code ``advice``).
    """
    if advice:
        help_requests.is_advice(request, by=by, at=at)
    if request_queries.advice_to_check(request):
        raise InvalidInput("", field="advice", code="advice")
    if it_asked:
        help_requests.it_was_asked(request, by=by, at=at)
    if request.organisation is not None and request.organisation.municipal and not request.it_department_asked:
        raise InvalidInput("", field="it_asked", code="it_asked")
    if verified:
        organisations.verify_contact(request.organisation_id, request.contact_id, by=by, at=at)
    help_requests.clear_short_text(request, short_text, name_is_fine=name_is_fine, by=by, at=at)
    if request.state is request_rules.State.SUBMITTED:
        help_requests.open_request(request, by=by, at=at)
    return approve_ladder(request, proposals, by=by, at=at, own_case_reason=own_case_reason)


def ask_next(ladder: Ladder, *, by: Actor, at: datetime) -> Proposal | None:
    """Ask the next pilot who can be asked now; whoever cannot is skipped. None: the ladder is empty."""
    request = db.session.get_one(HelpRequest, ladder.help_request_id)
    waiting = queries.approved_on(ladder)
    for late in queries.late_yes_on(ladder):
        if take_late_yes(late, by=by, at=at):
            return late
    for index, proposal in enumerate(waiting):
        obstacle = queries.bars_ask(proposal.pilot, request, at=at)
        if not obstacle:
            try:
                pilots.reserve(proposal.pilot_id, at=at)
            except CapacityExhausted:
                obstacle = "capacity"
        if obstacle:
            tell_yes_is_gone(proposal, at=at)  # asked anew and taken back after a yes
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
    proposal.asked_at, proposal.changed, proposal.checked_revision = at, [], request.revision
    if request.urgency == "high":
        give_task(proposal, "urgent", at=at)  # the mail leaves too; somebody calls at once, or finds another way
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


def suggest_by_hand(request: HelpRequest, pilot: Pilot, *, by: Actor, at: datetime) -> Proposal:
    """The coordinator puts a pilot among the suggestions whom the matcher did not propose.

    Raises
    ------
    InvalidInput
        Children are there, and nobody has seen a certificate of good conduct (code ``clearance``); or the pilot speaks
        for the organisation (``own_organisation``), or a block between the two stands (``blocked``).
    """
    if queries.speaks_for(pilot, request):
        raise InvalidInput("", code="own_organisation")
    if request.with_children and not pilot.is_cleared(local_date(at)):
        raise InvalidInput("", code="clearance")
    if queries.is_blocked(pilot, request, at=at):
        raise InvalidInput("", code="blocked")
    existing = queries.live_pair(request.id, pilot.id)
    if existing is not None:
        return existing
    proposal = Proposal(help_request_id=request.id, pilot_id=pilot.id, band="hand", created_at=at, rank=999)
    enter(proposal, State.SUGGESTED, rules, at=at)
    db.session.add(proposal)
    audit.record("proposal.by_hand", proposal, by=by, at=at)
    return proposal


def close_ladder(ladder: Ladder | None, to: State, *, by: Actor, at: datetime) -> None:
    """Take the unasked pilots off a ladder and close it."""
    if ladder is None:
        return
    for proposal in queries.approved_on(ladder):
        if to is State.REMOVED:
            tell_yes_is_gone(proposal, at=at)  # asked anew after a yes, taken back, and overtaken
        move(proposal, to, rules, by=by, at=at)
    ladder.closed_at = at


def go_on(proposal: Proposal, *, by: Actor, at: datetime) -> None:
    """Ask the next pilot of the same ladder; when the request is not asked for any more, the ladder ends with this."""
    if proposal.ladder is not None and proposal.help_request.is_asked_for:
        ask_next(proposal.ladder, by=by, at=at)
    else:
        close_ladder(proposal.ladder, State.REMOVED, by=by, at=at)


def take_late_yes_now(proposal: Proposal, *, by: Actor, at: datetime) -> bool:
    """A coordinator takes a yes that came late. False: somebody else is asked already, or the pilot is not free."""
    request, ladder = proposal.help_request, proposal.ladder
    if ladder is None or any(queries.live_ask(each.id) for each in queries.open_ladders(request.id)):
        return False
    if request.state is request_rules.State.OPEN:
        help_requests.to_asking(request, expected_on=latest_answer(1, at), by=by, at=at)
    elif not request.is_asked_for:
        return False
    if take_late_yes(proposal, by=by, at=at):
        ladder.closed_at = None
        return True
    help_requests.back_to_open(request, task="exhausted", by=by, at=at)
    return False
