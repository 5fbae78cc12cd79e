"""Who must not be proposed for a request, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from lotsen.accounts.models import User
from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Member
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals.models import Proposal, RequestBlock
from lotsen.proposals.rules import State

MATCHABLE = (PilotState.AWARDED, PilotState.PAUSED, PilotState.SUSPENDED)


class Stand(NamedTuple):
    """What a profile was read as: its revision, and how many of its dated facts were over by then."""

    revision: int
    over: int


def as_of(day: date) -> dict[int, Stand]:
    """Every profile the matcher may read, and how it stands on a day: a block or a certificate ends without a word."""
    ended = select(func.count()).where(
        Exclusion.pilot_id == Pilot.id, Exclusion.lifted_at.is_(None), Exclusion.until < day
    )
    expired = case((Pilot.clearance_until < day, 1), else_=0)
    rows = db.session.execute(
        select(Pilot.id, Pilot.revision, ended.scalar_subquery() + expired)
        .where(Pilot.state.in_(MATCHABLE))
        .order_by(Pilot.id)
    )
    return {pilot_id: Stand(revision, over) for pilot_id, revision, over in rows}


def blocked_pilots(request: HelpRequest) -> frozenset[int]:
    """Pilots who must not be proposed for this request: blocks, earlier "not this one", members of the organisation.

    What the organisation refused stands as a block of the pair (`pilots.Exclusion`) that ends or is lifted.
    """
    blocks = select(RequestBlock.pilot_id).where(
        RequestBlock.help_request_id == request.id, RequestBlock.lifted_at.is_(None)
    )
    earlier = select(Proposal.pilot_id).where(
        Proposal.help_request_id == request.id, Proposal.state == State.NOT_CHOSEN
    )
    own = (
        select(Pilot.id)
        .join(Member, Member.user_id == Pilot.user_id)
        .where(Member.organisation_id == request.organisation_id, Member.left_at.is_(None))
    )
    return frozenset(db.session.scalars(blocks.union(earlier, own)))


def block_stands(pilot_id: int, *, at: datetime) -> ColumnElement[bool]:
    """Of a `HelpRequest` in the same statement: its organisation, or it alone, is barred for this pilot."""
    organisation = exists().where(
        Exclusion.pilot_id == pilot_id,
        Exclusion.organisation_id == HelpRequest.organisation_id,
        Exclusion.lifted_at.is_(None),
        or_(Exclusion.until.is_(None), Exclusion.until >= local_date(at)),
    )
    single = exists().where(
        RequestBlock.pilot_id == pilot_id,
        RequestBlock.help_request_id == HelpRequest.id,
        RequestBlock.lifted_at.is_(None),
    )
    return organisation | single


def is_blocked(pilot: Pilot, request: HelpRequest, *, at: datetime) -> bool:
    """Whether a block between this pilot and this request, or its organisation, stands now."""
    blocked = select(HelpRequest.id).where(HelpRequest.id == request.id, block_stands(pilot.id, at=at))
    return db.session.scalar(blocked) is not None


@dataclass(frozen=True)
class Block:
    """One pilot who is not proposed here; ``single``: for this request only, else for the whole organisation."""

    id: int
    single: bool
    pilot_id: int
    name: str
    reason: str
    until: date | None


def blocks_of_request(request: HelpRequest, *, at: datetime) -> list[Block]:
    """The blocks that stand in the way of a request, of itself and of its organisation, in one statement."""
    wanted = {"request": request.id, "organisation": request.organisation_id, "day": local_date(at)}
    rows: Sequence[Any] = db.session.execute(_of_request(), wanted).all()
    return sorted((Block(*row) for row in rows), key=lambda block: (block.name, block.id))


@cache
def _of_request() -> CompoundSelect[Any]:
    """Built once: two pages of a request ask it, and building it takes longer than its few rows."""
    own = (
        select(RequestBlock.id, literal(True), Pilot.id, User.name, RequestBlock.reason, null())
        .join(Pilot, Pilot.id == RequestBlock.pilot_id)
        .join(User, User.id == Pilot.user_id)
        .where(RequestBlock.help_request_id == bindparam("request"), RequestBlock.lifted_at.is_(None))
    )
    wider = (
        select(Exclusion.id, literal(False), Pilot.id, User.name, Exclusion.reason, Exclusion.until)
        .join(Pilot, Pilot.id == Exclusion.pilot_id)
        .join(User, User.id == Pilot.user_id)
        .where(
            Exclusion.organisation_id == bindparam("organisation"),
            Exclusion.lifted_at.is_(None),
            or_(Exclusion.until.is_(None), Exclusion.until >= bindparam("day")),
            Pilot.state.in_(MATCHABLE),
        )
    )
    return union_all(wider, own)


def blocks_of_pilot(pilot_id: int) -> Sequence[RequestBlock]:
    """The single requests for which a pilot is not proposed, with the request."""
    return db.session.scalars(
        select(RequestBlock)
        .where(RequestBlock.pilot_id == pilot_id, RequestBlock.lifted_at.is_(None))
        .options(joinedload(RequestBlock.help_request))
        .order_by(RequestBlock.id)
    ).all()


def blocks_of_pair(request_id: int, pilot_id: int) -> Sequence[RequestBlock]:
    """The blocks between one pilot and one request that stand."""
    return db.session.scalars(
        select(RequestBlock).where(
            RequestBlock.help_request_id == request_id,
            RequestBlock.pilot_id == pilot_id,
            RequestBlock.lifted_at.is_(None),
        )
    ).all()
