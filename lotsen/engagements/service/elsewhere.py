"""What happens to a request, a pilot or a contact person and reaches its engagements."""

from datetime import date, datetime

from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.states import Moved, state_moved
from lotsen.core.tokens import Purpose
from lotsen.core.waiting import give_task
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Channel
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Member
from lotsen.outbox import service as outbox
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import GONE, EndReason
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import queries as proposals

from .. import mails, queries, rules
from ..models import Engagement
from ..rules import BreakOffReason, Side
from .ending import break_off
from .handing import hand_over, stop_seeking
from .pause import pause
from .post import take_back_at_the_end, tell
from .standing import set_due
from .words import task_done

# Nothing that waits leaves any more, not even what was written before.
NOT_IN_HER_NAME = frozenset({EndReason.DECEASED.value, EndReason.TITLE_WITHDRAWN.value})

NOT_IN_USE, STILL_STUCK = "not_in_use", "still_stuck"


@state_moved.connect
def on_moved(row: object, moved: Moved) -> None:
    """The organisation withdrew, or the pilot is gone or back: nobody waits for what will not come."""
    if isinstance(row, HelpRequest) and row.state is RequestState.WITHDRAWN:
        _withdrawn(row, by=moved.by, at=moved.at)
    elif isinstance(row, Pilot) and row.state in GONE:
        all_back = row.state is PilotState.SUSPENDED or moved.reason in NOT_IN_HER_NAME
        _pilot_gone(row, all_back=all_back, by=moved.by, at=moved.at)
    elif isinstance(row, Pilot) and row.state is PilotState.AWARDED and moved.before not in (PilotState.PAUSED,):
        _pilot_back(row, by=moved.by, at=moved.at)


def _withdrawn(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    for engagement in queries.live_of_request(request.id):
        if engagement.state in rules.HOLDS_PLACE:
            break_off(engagement, BreakOffReason.CALLED_OFF, Side.MEMBER, by=by, at=at)


@help_requests.submitted.connect
def on_submitted(request: HelpRequest, by: Actor, at: datetime) -> None:
    """Filled in from an old one of its organisation, it settles the call about that help.

    Where it is stuck, only the office's does: the same pilot comes first.
    """
    settled = {NOT_IN_USE, STILL_STUCK} if request.channel is Channel.PHONE else {NOT_IN_USE}
    for engagement in queries.of_request(request.template_id) if request.template_id is not None else ():
        same = engagement.help_request.organisation_id == request.organisation_id  # not another club of the same person
        if same and engagement.task in settled:
            audit.record("engagement.asked_again", engagement, by=by, at=at, request=request.id)
            task_done(engagement, by=by, at=at)


def _pilot_gone(pilot: Pilot, *, all_back: bool, by: Actor, at: datetime) -> None:
    for engagement in queries.live_of_pilot(pilot.id):
        if all_back:
            outbox.recall(engagement, by=by, at=at)
        else:
            take_back_at_the_end(engagement, by=by, at=at)
        if engagement.state not in rules.HOLDS_PLACE:
            continue
        engagement.due_at, engagement.due_step = None, ""  # nobody asks a pilot who is gone; the task stands until then
        hand_over(engagement, None, by=by, at=at)


def _pilot_back(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    for engagement in queries.held_by_pilot(pilot.id):
        if engagement.due_at is None:
            set_due(engagement, at=at)
        if engagement.handing_over_by == "office" and not proposals.open_ladders(engagement.help_request_id):
            stop_seeking(engagement.help_request, by=by, at=at)


@help_requests.rested.connect
def on_rested(request: HelpRequest, until: date, by: Actor, at: datetime) -> None:
    """The organisation lets its case rest: what goes on pauses until the day, and the pilot is told."""
    for engagement in queries.live_of_request(request.id):
        if engagement.state in rules.HOLDS_PLACE:
            pause(engagement, until, Side.MEMBER, by=by, at=at)


@organisations.contact_left.connect
def on_contact_left(member: Member, by: Actor, at: datetime) -> None:
    """The contact person has gone: the own links are dead, and a coordinator finds out who follows."""
    for engagement in queries.of_contact(member.organisation_id, member.user_id):
        _shut_out(engagement, by=by, at=at)
        if engagement.state not in rules.LIVE:
            continue
        give_task(engagement, rules.CONTACT_GONE, at=at)
        audit.record("engagement.contact_gone", engagement, by=by, at=at)


@help_requests.contact_followed.connect
def on_contact_followed(request: HelpRequest, by: Actor, at: datetime) -> None:
    """Somebody else speaks for the organisation: what was sent to the one before opens nothing any more."""
    for engagement in queries.of_request(request.id):
        _shut_out(engagement, by=by, at=at)


def _shut_out(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """Whoever spoke for the organisation before: no link acts, and what waits does not leave any more."""
    outbox.recall(engagement, by=by, at=at, but_to=engagement.pilot.user_id)
    tokens.revoke(f"engagement:{Side.MEMBER.value}", engagement.id, at=at)
    tokens.revoke("proposal", engagement.proposal_id, at=at, purpose=Purpose.CONFIRM_PILOT)


def contact_follows(engagement: Engagement, person: User, *, by: Actor, at: datetime) -> None:
    """Another contact person of the organisation follows; the pilot is told who, with what may be told.

    Raises
    ------
    InvalidInput
        This person is not verified for the organisation (``not_verified``).
    """
    request = engagement.help_request
    help_requests.contact_follows(request, person, by=by, at=at)
    for case in queries.live_of_request(request.id):
        if case.task == rules.CONTACT_GONE:
            case.task = ""
        case.member_phone = case.member_email = None
        audit.record("engagement.contact_follows", case, by=by, at=at, person=person.id)
        tell(case, mails.contact_follows, Side.PILOT, step="contact_follows", at=at, nonce=str(person.id))
        if case.due_at is None:
            set_due(case, at=at)
