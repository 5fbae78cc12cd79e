"""What the scheduler finds: due rows, ladders out of step."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations.models import Member
from lotsen.pilots.models import Pilot
from lotsen.proposals import rules
from lotsen.proposals.models import Matching, Proposal
from lotsen.proposals.rules import State

from .asking import obstacle


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


def helped_before(pilot_ids: Collection[int]) -> dict[int, int]:
    """For how many requests each pilot was confirmed by both sides; who never was is left out."""
    rows = db.session.execute(
        select(Proposal.pilot_id, func.count())
        .where(Proposal.pilot_id.in_(pilot_ids), Proposal.state == State.CONFIRMED)
        .group_by(Proposal.pilot_id)
    )
    return {pilot_id: count for pilot_id, count in rows}


def out_of_step_ids(limit: int = 200) -> Sequence[int]:
    """On a ladder although nobody is asked any more; asked pilots who are gone; a yes to the own organisation."""
    request_left = and_(Proposal.state.in_(rules.ON_LADDER), HelpRequest.state.in_(_NOT_ASKING))
    pilot_left = and_(Proposal.state.in_(rules.ASK_LIVE), Pilot.state.in_(["ended", "suspended"]))
    speaks = exists().where(
        Member.user_id == Pilot.user_id,
        Member.organisation_id == HelpRequest.organisation_id,
        Member.left_at.is_(None),
    )
    return db.session.scalars(
        select(Proposal.id)
        .join(HelpRequest, HelpRequest.id == Proposal.help_request_id)
        .join(Pilot, Pilot.id == Proposal.pilot_id)
        .where(or_(request_left, pilot_left, and_(Proposal.state == State.ACCEPTED, speaks)))
        .order_by(Proposal.id)
        .limit(limit)
    ).all()


def waiting_that_fit(at: datetime) -> list[int]:
    """Waiting requests for which somebody fits who was not passed over when nobody was found."""
    ids = db.session.scalars(
        select(HelpRequest.id)
        .join(Proposal, Proposal.help_request_id == HelpRequest.id)
        .where(HelpRequest.state == RequestState.WAITING, *_FITS)
        .distinct()
        .order_by(HelpRequest.id)
    ).all()
    return [key for key in ids if fits_somebody(db.session.get_one(HelpRequest, key), at=at)]


def fits_somebody(request: HelpRequest, *, at: datetime) -> bool:
    """Whether a suggested pilot fits well, can be asked now and was not passed over; never where "niemand?" is said."""
    if db.session.scalar(select(Matching.nobody).where(Matching.help_request_id == request.id)):
        return False
    rows = db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id == request.id, *_FITS)
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
    )
    return any(not obstacle(row.pilot, at=at, request=request) for row in rows)


_FITS = (Proposal.state == State.SUGGESTED, Proposal.band == "passt", Proposal.passed_over_at.is_(None))
_NOT_ASKING = [
    RequestState.ON_HOLD,
    RequestState.WITHDRAWN,
    RequestState.ANSWERED,
    RequestState.REFERRED,
    RequestState.REJECTED,
    RequestState.MERGED,
    RequestState.PUT_ASIDE,
]
