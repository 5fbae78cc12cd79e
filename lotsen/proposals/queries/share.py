"""Reading what the share of all open requests is worked out from."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import SCORED
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State

MOST_REQUESTS = 100


def to_share() -> Sequence[HelpRequest]:
    """The requests that look for somebody, longest waiting first."""
    return db.session.scalars(
        select(HelpRequest)
        .where(HelpRequest.state.in_(SCORED))
        .order_by(HelpRequest.created_at, HelpRequest.id)
        .limit(MOST_REQUESTS)
    ).all()


def suggested_for(request_ids: Sequence[int]) -> Sequence[Proposal]:
    """Their suggestions that are worth asking, best first, with pilots and names."""
    return db.session.scalars(
        select(Proposal)
        .where(
            Proposal.help_request_id.in_(request_ids),
            Proposal.state == State.SUGGESTED,
            Proposal.band.in_(["passt", "moeglich"]),
        )
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
        .order_by(Proposal.help_request_id, Proposal.rank, Proposal.id)
    ).all()
