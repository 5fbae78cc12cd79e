"""What the scheduler finds: due rows, ladders out of step."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots.models import Pilot
from lotsen.proposals import rules
from lotsen.proposals.models import Proposal


def due_ids(at: datetime, *, limit: int = 500) -> Sequence[int]:
    """Proposals whose time-out has come, oldest first."""
    return db.session.scalars(
        select(Proposal.id)
        .where(Proposal.due_at <= at, Proposal.state.in_(rules.ASK_LIVE))
        .order_by(Proposal.due_at)
        .limit(limit)
    ).all()


def next_due() -> datetime | None:
    """When the next time-out of a proposal comes."""
    return db.session.scalar(
        select(func.min(Proposal.due_at)).where(Proposal.due_at.is_not(None), Proposal.state.in_(rules.ASK_LIVE))
    )


def out_of_step_ids(limit: int = 200) -> Sequence[int]:
    """Proposals on a ladder although the request is not being asked for any more, or asked pilots who are gone."""
    request_left = and_(Proposal.state.in_(rules.ON_LADDER), HelpRequest.state.in_(_NOT_ASKING))
    pilot_left = and_(Proposal.state.in_(rules.ASK_LIVE), Pilot.state.in_(["ended", "suspended"]))
    return db.session.scalars(
        select(Proposal.id)
        .join(HelpRequest, HelpRequest.id == Proposal.help_request_id)
        .join(Pilot, Pilot.id == Proposal.pilot_id)
        .where(or_(request_left, pilot_left))
        .order_by(Proposal.id)
        .limit(limit)
    ).all()


_NOT_ASKING = [
    RequestState.ON_HOLD,
    RequestState.WITHDRAWN,
    RequestState.ANSWERED,
    RequestState.REFERRED,
    RequestState.REJECTED,
    RequestState.MERGED,
    RequestState.PUT_ASIDE,
]
