"""„Das könnte ich“: a pilot raises a hand for an open request. A coordinator decides, as for any suggestion."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict, Forbidden
from lotsen.core.extensions import db
from lotsen.core.states import enter
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries, rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State


def raise_hand(request: HelpRequest, pilot: Pilot, *, plain_member: bool, by: Actor, at: datetime) -> Proposal:
    """The pilot could do this: a suggestion and a task; a waiting request is open again. Said twice: nothing more.

    Raises
    ------
    Forbidden
        The pilot must not be asked for this request: blocked, contact person there, or no certificate for children.
    Conflict
        The request is not looked at any more, or the pilot is in its order already.
    """
    if request.state not in rules.HANDS_FOR:
        raise Conflict(entity=request.entity, entity_id=request.id)
    if not queries.may_raise_hand(request, pilot, at=at):
        raise Forbidden(code="hand")
    proposal = queries.live_pair(request.id, pilot.id)
    if proposal is None:
        proposal = Proposal(help_request_id=request.id, pilot_id=pilot.id, band="hand", created_at=at, rank=999)
        enter(proposal, State.SUGGESTED, rules, at=at)
        db.session.add(proposal)
    elif proposal.state is not State.SUGGESTED:
        raise Conflict(entity=proposal.entity, entity_id=proposal.id)
    if proposal.raised_at is None:
        proposal.raised_at, proposal.plain_member = at, plain_member
        db.session.flush()
        audit.record("proposal.hand_raised", proposal, by=by, at=at, request=request.id)
        help_requests.hand_raised(request, by=by, at=at)
    return proposal


def lower_hand(request: HelpRequest, pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The pilot takes it back before anybody was asked. Said twice: nothing more happens."""
    proposal = queries.live_pair(request.id, pilot.id)
    if proposal is None or proposal.raised_at is None or proposal.state is not State.SUGGESTED:
        return
    audit.record("proposal.hand_lowered", proposal, by=by, at=at, request=request.id)
    proposal.raised_at, proposal.plain_member = None, False
    if proposal.band == "hand":
        db.session.delete(proposal)
