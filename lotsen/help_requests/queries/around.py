"""What lies around a request: the organisation's others, what was joined to it, its parts. One statement for a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import defer

from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import CAN_BE_JOINED, CLOSED, TAKES_OTHERS, State

MOST = 60
SHOWN = 10


@dataclass(frozen=True)
class Around:
    """``others`` of the organisation, what goes on first; those it can be ``joinable`` to; ``merged`` and ``parts``."""

    others: Sequence[HelpRequest]
    joinable: Sequence[HelpRequest]
    merged: Sequence[HelpRequest]
    parts: Sequence[HelpRequest]


def around(request: HelpRequest) -> Around:
    """Everything a coordinator's page shows beside a request."""
    joined = HelpRequest.merged_into_id == request.id
    belongs: list[ColumnElement[bool]] = [joined]
    if request.state is State.SPLIT or request.parent_id is not None:
        belongs.append(HelpRequest.parent_id == request.group_id)
    beside = [*belongs]
    if request.organisation_id is not None:
        beside.append(HelpRequest.organisation_id == request.organisation_id)
    ended = HelpRequest.state.in_(sorted(CLOSED | {State.COMPLETED}))
    rows = db.session.scalars(
        select(HelpRequest)
        .where(or_(*beside))
        .options(defer(HelpRequest.search_text), defer(HelpRequest.short_text))
        .order_by(or_(*belongs).is_not(True), ended, HelpRequest.id.desc())
        .limit(MOST)
    ).all()
    others = [row for row in rows if row.id != request.id and _is_of_the_same(row, request)]
    others.sort(key=lambda row: (_ended(row), -row.id))
    joinable = [row for row in others if row.state in TAKES_OTHERS] if request.state in CAN_BE_JOINED else []
    oldest_first = sorted(rows, key=lambda row: row.id)
    return Around(
        others=others[:SHOWN],
        joinable=joinable[:SHOWN],
        merged=[row for row in oldest_first if row.merged_into_id == request.id and row.state is State.MERGED],
        parts=[row for row in oldest_first if _is_part(row, request)],
    )


def _ended(row: HelpRequest) -> bool:
    return row.state in CLOSED or row.state is State.COMPLETED


def _is_of_the_same(row: HelpRequest, of: HelpRequest) -> bool:
    return of.organisation_id is not None and row.organisation_id == of.organisation_id


def _is_part(row: HelpRequest, of: HelpRequest) -> bool:
    split = of.state is State.SPLIT or of.parent_id is not None
    return split and row.parent_id == of.group_id and row.state is not State.SPLIT
