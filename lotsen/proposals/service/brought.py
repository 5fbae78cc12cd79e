"""A pilot and an organisation that found each other: no ladder, both said yes already."""

from datetime import datetime

from lotsen.accounts.service.own_affairs import check_own_affair
from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import enter
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries, rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State


def brought(request: HelpRequest, pilot: Pilot, *, by: Actor, at: datetime, own_case_reason: str = "") -> Proposal:
    """The accepted proposal of a pair that found each other; it holds a place of the pilot.

    Raises
    ------
    InvalidInput
        The coordinator's own case, as `check_own_affair` says; or why the pilot cannot come (``not_available``,
        ``clearance``, ``own_organisation``).
    CapacityExhausted
        The pilot has no free place.
    """
    known = queries.live_pair(request.id, pilot.id)
    if known is not None and known.state is not State.SUGGESTED:
        raise Conflict(entity=known.entity, entity_id=known.id)
    proposal = Proposal(
        help_request_id=request.id,
        pilot_id=pilot.id,
        band="hand",
        channel="brought",
        created_at=at,
        asked_at=None,
        answered_at=at,
        rank=999,
        checked_revision=request.revision,
    )
    own = queries.is_own_case(request, [proposal], by.actor_id)
    if own:
        check_own_affair(own_case_reason, by=by)
    obstacle = queries.bars_yes(pilot, request, at=at)
    if obstacle:
        raise InvalidInput("", code=obstacle)
    pilots.reserve(pilot.id, at=at)
    if known is not None:
        db.session.delete(known)
        db.session.flush()
    enter(proposal, State.ACCEPTED, rules, at=at)
    db.session.add(proposal)
    db.session.flush()
    reason = own_case_reason.strip() if own else ""
    audit.record("proposal.brought", proposal, by=by, at=at, reason=reason, request=request.id)
    return proposal
