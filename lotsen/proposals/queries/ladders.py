"""What stands on the ladders of a request."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.models import Pilot
from lotsen.proposals import rules
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State

from .asking import is_own_case


def approved_on(ladder: Ladder) -> Sequence[Proposal]:
    """The pilots of a ladder who were not asked yet, in order."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.ladder_id == ladder.id, Proposal.state == State.APPROVED)
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
        .order_by(Proposal.position)
    ).all()


def is_own_order(ladder: Ladder, person_id: int | None) -> bool:
    """Whether somebody waits on this order, or belongs to the organisation that it is for."""
    return is_own_case(ladder.help_request, approved_on(ladder), person_id)


def live_ask(ladder_id: int | None) -> Proposal | None:
    """The one asked or accepted proposal of a ladder."""
    return db.session.scalar(
        select(Proposal).where(Proposal.ladder_id == ladder_id, Proposal.state.in_(rules.ASK_LIVE))
    )


def live_pair(request_id: int, pilot_id: int) -> Proposal | None:
    """The live proposal of a pair, if there is one."""
    return db.session.scalar(
        select(Proposal).where(
            Proposal.help_request_id == request_id, Proposal.pilot_id == pilot_id, Proposal.state.in_(rules.LIVE)
        )
    )


def waiting_yes(request_id: int) -> Proposal | None:
    """The pilot's yes that waits for the organisation's word, if there is one."""
    return db.session.scalar(
        select(Proposal)
        .where(Proposal.help_request_id == request_id, Proposal.state == State.ACCEPTED)
        .order_by(Proposal.id)
        .limit(1)
    )


def on_ladders_of(request_id: int) -> Sequence[Proposal]:
    """All approved, asked and accepted proposals of a request."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id == request_id, Proposal.state.in_(rules.ON_LADDER))
        .order_by(Proposal.position)
    ).all()


def open_ladders(request_id: int) -> Sequence[Ladder]:
    """The ladders of a request that are not closed."""
    return db.session.scalars(
        select(Ladder).where(Ladder.help_request_id == request_id, Ladder.closed_at.is_(None))
    ).all()


def ladder_history(request_id: int) -> Sequence[Proposal]:
    """Everybody who was ever on a ladder of a request, in the order of asking."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id == request_id, Proposal.ladder_id.is_not(None))
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
        .order_by(Proposal.ladder_id, Proposal.position)
    ).all()


def latest_ladder(request_id: int) -> Ladder | None:
    """The ladder approved last for a request."""
    return db.session.scalar(
        select(Ladder).where(Ladder.help_request_id == request_id).order_by(Ladder.id.desc()).limit(1)
    )


def late_yes_on(ladder: Ladder) -> Sequence[Proposal]:
    """Who said yes late on this ladder and may still be taken, who said so first first."""
    return db.session.scalars(
        select(Proposal)
        .where(
            Proposal.ladder_id == ladder.id,
            Proposal.wants_anyway_at.is_not(None),
            Proposal.state.in_(rules.LATE_YES),
        )
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
        .order_by(Proposal.wants_anyway_at, Proposal.id)
    ).all()


def broken_by_edit_ids(limit: int = 200) -> Sequence[int]:
    """Asked pilots whose request was edited since they were measured against the hard rules last."""
    return db.session.scalars(
        select(Proposal.id)
        .join(HelpRequest, HelpRequest.id == Proposal.help_request_id)
        .where(Proposal.state.in_(rules.ASK_LIVE), Proposal.checked_revision < HelpRequest.revision)
        .order_by(Proposal.id)
        .limit(limit)
    ).all()


def asked_of_pilot(pilot_id: int) -> Sequence[Proposal]:
    """For whom a pilot is asked, or has said yes."""
    return db.session.scalars(
        select(Proposal).where(Proposal.pilot_id == pilot_id, Proposal.state.in_(rules.ASK_LIVE)).order_by(Proposal.id)
    ).all()


def asked_for_contact(organisation_id: int, person_id: int) -> Sequence[Proposal]:
    """Asked and accepted pilots of the requests for which this person speaks."""
    return db.session.scalars(
        select(Proposal)
        .join(HelpRequest, HelpRequest.id == Proposal.help_request_id)
        .where(
            Proposal.state.in_(rules.ASK_LIVE),
            HelpRequest.organisation_id == organisation_id,
            HelpRequest.contact_id == person_id,
        )
        .order_by(Proposal.id)
    ).all()
