"""What a pilot may raise a hand for: open and waiting requests, by their cleared short text only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select

from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Member
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import CAN_BE_ASKED
from lotsen.proposals import rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State

from .blocks import block_stands


def open_for(pilot: Pilot, *, at: datetime) -> Select[HelpRequest]:
    """Requests for which this pilot may say „das könnte ich“, the longest waiting first."""
    return select(HelpRequest).where(*_may(pilot, at)).order_by(HelpRequest.state_since, HelpRequest.id)


def may_raise_hand(request: HelpRequest, pilot: Pilot, *, at: datetime) -> bool:
    """Whether nothing bars this pilot from this request."""
    return bool(db.session.scalar(select(HelpRequest.id).where(HelpRequest.id == request.id, *_may(pilot, at))))


def _may(pilot: Pilot, at: datetime) -> list[ColumnElement[bool]]:
    today = local_date(at)
    earlier = exists().where(
        Proposal.pilot_id == pilot.id,
        Proposal.help_request_id == HelpRequest.id,
        Proposal.state.in_([State.NOT_CHOSEN, State.REFUSED]),
    )
    own = exists().where(
        Member.organisation_id == HelpRequest.organisation_id,
        Member.user_id == pilot.user_id,
        Member.left_at.is_(None),
    )
    conditions: list[ColumnElement[bool]] = [
        HelpRequest.state.in_(rules.HANDS_FOR),
        HelpRequest.short_text_cleared_at.is_not(None),
        *(~each for each in (block_stands(pilot.id, at=at), earlier, own)),
    ]
    if pilot.state not in CAN_BE_ASKED:
        conditions.append(HelpRequest.id < 0)
    if not pilot.is_cleared(today):
        conditions.append(HelpRequest.with_children.is_(False))
    return conditions


def hands_of(pilot_id: int, request_ids: Sequence[int]) -> frozenset[int]:
    """For which of these requests the pilot has raised a hand."""
    return frozenset(
        db.session.scalars(
            select(Proposal.help_request_id).where(
                Proposal.pilot_id == pilot_id,
                Proposal.help_request_id.in_(request_ids),
                Proposal.raised_at.is_not(None),
                Proposal.state == State.SUGGESTED,
            )
        )
    )
