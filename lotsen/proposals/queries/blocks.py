"""Who must not be proposed for a request."""

from sqlalchemy import select

from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Member
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal, RequestBlock
from lotsen.proposals.rules import State


def blocked_pilots(request: HelpRequest) -> frozenset[int]:
    """Pilots who must not be proposed for this request: blocks, earlier "not this one", members of the organisation."""
    blocks = select(RequestBlock.pilot_id).where(
        RequestBlock.help_request_id == request.id, RequestBlock.lifted_at.is_(None)
    )
    earlier = select(Proposal.pilot_id).where(
        Proposal.help_request_id == request.id, Proposal.state.in_([State.NOT_CHOSEN, State.REFUSED])
    )
    own = (
        select(Pilot.id)
        .join(Member, Member.user_id == Pilot.user_id)
        .where(Member.organisation_id == request.organisation_id, Member.left_at.is_(None))
    )
    return frozenset(db.session.scalars(blocks.union(earlier, own)))
