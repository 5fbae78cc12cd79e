"""Reading the weights of the matcher and what may be learned from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from lotsen.core.extensions import db
from lotsen.proposals.models import Decision, Proposal, Weighting
from lotsen.proposals.rules import State


def active_weighting() -> Weighting | None:
    """The weights in use; None: the shipped ones."""
    return db.session.scalar(select(Weighting).where(Weighting.active))


def weightings(limit: int = 10) -> Sequence[Weighting]:
    """The latest sets of weights, newest first."""
    return db.session.scalars(select(Weighting).order_by(Weighting.id.desc()).limit(limit)).all()


def newest_learned() -> Weighting | None:
    """The latest proposal of the machine."""
    statement = select(Weighting).where(Weighting.origin == "learned")
    return db.session.scalar(statement.order_by(Weighting.id.desc()).limit(1))


def decisions() -> Sequence[Decision]:
    """Everything frozen so far, oldest first."""
    return db.session.scalars(select(Decision).order_by(Decision.at, Decision.id)).all()


def decisions_since(at: datetime | None) -> int:
    """How many decisions of people were frozen since an instant."""
    statement = select(func.count()).select_from(Decision).where(Decision.outcome != "random")
    return db.session.scalar(statement if at is None else statement.where(Decision.at > at)) or 0


def decisions_of(proposal_id: int) -> Sequence[Decision]:
    """What was frozen of one proposal."""
    return db.session.scalars(select(Decision).where(Decision.proposal_id == proposal_id)).all()


def request_ids_without_sample(since: datetime) -> Sequence[int]:
    """Requests decided on since an instant for which nobody at random was frozen yet."""
    other = aliased(Decision)
    sampled = exists().where(other.help_request_id == Decision.help_request_id, other.outcome == "random")
    statement = select(Decision.help_request_id).where(Decision.at >= since, ~sampled).distinct()
    return db.session.scalars(statement.order_by(Decision.help_request_id)).all()


def decided_pilots(request_id: int) -> set[int]:
    """The pilots of a request of whom something was frozen."""
    return set(db.session.scalars(select(Decision.pilot_id).where(Decision.help_request_id == request_id)))


def undecided(request_id: int, limit: int) -> Sequence[Proposal]:
    """The suggestions of a request that nobody decided on, best first."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id == request_id, Proposal.state == State.SUGGESTED)
        .order_by(Proposal.rank, Proposal.id)
        .limit(limit)
    ).all()
