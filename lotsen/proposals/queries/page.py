"""What the coordinator's queue and candidate page show."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, load_only

from lotsen.accounts.models import User
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import rules
from lotsen.proposals.models import Matching, Proposal
from lotsen.proposals.rules import State

from .asking import asks_this_month, obstacle
from .ladders import ladder_history
from .wished import wished

NEVER = datetime.min.replace(tzinfo=UTC)


def suggestions(request_id: int, *, limit: int = rules.SHOWN_MOST, first: Collection[int] = ()) -> Sequence[Proposal]:
    """The suggested proposals of a request with their pilots: wished for, hand raised, then the best."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id == request_id, Proposal.state == State.SUGGESTED)
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
        .order_by(Proposal.pilot_id.not_in(sorted(first)), Proposal.raised_at.is_(None), Proposal.rank, Proposal.id)
        .limit(limit)
    ).all()


def matching_of(request_id: int) -> Matching | None:
    """What the last sweep found for a request."""
    return db.session.scalar(select(Matching).where(Matching.help_request_id == request_id))


def is_behind(row: HelpRequest, found: Matching | None) -> bool:
    """Whether a request was changed after its suggestions were found: they are not to be approved any more."""
    return found is not None and found.request_revision < row.revision


CARD = (
    HelpRequest.title,
    HelpRequest.organisation_name,
    HelpRequest.urgency,
    HelpRequest.submitted_at,
    HelpRequest.created_at,
)


def queue() -> Select[HelpRequest]:
    """Requests that wait for a coordinator's look, most urgent and oldest first."""
    return (
        select(HelpRequest)
        .where(HelpRequest.state.in_([RequestState.SUBMITTED, RequestState.OPEN]))
        .options(load_only(*CARD))
        .order_by(HelpRequest.urgency != "high", HelpRequest.state_since, HelpRequest.id)
    )


def first_looks(request_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """What the last sweep found for each request: ``nobody``, ``uncertain``.

    And of its first suggestion ``band``, ``reasons`` and ``pilot``, the name; None without one.
    """
    rows = db.session.execute(_first_looks(), {"requests": request_ids})
    return {row.help_request_id: row for row in rows}


@cache
def _first_looks() -> Any:
    """Built once; columns, because a card shows five of the seventy that the rows have."""
    first = Proposal.id == stands_first(Matching.help_request_id)
    found = (Matching.help_request_id, Matching.nobody, Matching.uncertain)
    return (
        select(*found, Proposal.band, Proposal.reasons, User.name.label("pilot"))
        .select_from(Matching)
        .outerjoin(Proposal, first)
        .outerjoin(Pilot, Pilot.id == Proposal.pilot_id)
        .outerjoin(User, User.id == Pilot.user_id)
        .where(Matching.help_request_id.in_(bindparam("requests", expanding=True)))
    )


def stands_first(request_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The suggestion of a request that its page shows first among those that fit best: asked least recently."""
    best, equal = aliased(Proposal), aliased(Proposal)
    return (
        select(equal.id)
        .join(best, best.help_request_id == equal.help_request_id)
        .join(Pilot, Pilot.id == equal.pilot_id)
        .where(equal.help_request_id == request_id, equal.state == State.SUGGESTED)
        .where(best.state == State.SUGGESTED, best.rank == 1)
        .where(equal.band == best.band, func.round(equal.score * 100) == func.round(best.score * 100))
        .order_by(Pilot.last_asked_at.is_not(None), Pilot.last_asked_at, equal.rank, equal.id)
        .limit(1)
        .correlate(request_id.class_)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class Candidate:
    """One suggested pilot as the coordinator's page shows one."""

    proposal: Proposal
    asked: int
    obstacle: str
    place: int
    earlier: Proposal | None = None
    """What came of it when this pilot was asked for the same request before: silence, or a no."""

    @property
    def is_worth_a_look(self) -> bool:
        """Whether it lies open: it may fit, somebody raised a hand, or it has a place in the order."""
        return self.proposal.band in rules.WISH_COUNTS or self.proposal.raised_at is not None or self.place > 0


def candidates(
    request: HelpRequest,
    *,
    at: datetime,
    places: dict[int, int] | None = None,
    history: Sequence[Proposal] | None = None,
) -> list[Candidate]:
    """The suggestions with load and obstacles; ``places`` are those chosen in the form, else the clear ones first.

    Among equals who was asked least recently comes first. Whoever was asked for this request before comes behind those
    of the same band who were not, and has a place only by the coordinator's choice: asked, not pestered. Nor does who
    cannot be asked now stand before who can.
    ``history``: `ladder_history`, where it was read already.
    """
    wishes = frozenset(pilot.id for pilot in wished(request.wished_pilot))
    asked_before = ladder_history(request.id) if history is None else history
    before = {row.pilot_id: row for row in asked_before if row.state in rules.LATE_YES}
    shown = suggestions(request.id, first=wishes)
    asked = asks_this_month([row.pilot_id for row in shown], at=at)
    hindrances = {
        row.id: obstacle(row.pilot, at=at, asked=asked.get(row.pilot_id, 0), request=request) for row in shown
    }
    same_band = groupby(shown, key=lambda row: (row.pilot_id in wishes, row.raised_at is not None, row.band))
    rows = [
        row
        for _key, alike in same_band
        for row in sorted(
            _least_recently_asked_first(alike), key=lambda one: (one.pilot_id in before, bool(hindrances[one.id]))
        )
    ]
    found, free = [], 1
    for row in rows:
        hindrance = hindrances[row.id]
        if places is not None:
            place = places.get(row.id, 0)
        else:
            clear = row.band == "passt" or (row.pilot_id in wishes and row.band in rules.WISH_COUNTS)
            fresh = row.pilot_id not in before or row.raised_at is not None
            place = free if clear and fresh and not hindrance and free <= rules.MAX_LADDER else 0
            free += place > 0
        found.append(Candidate(row, asked.get(row.pilot_id, 0), hindrance, place, before.get(row.pilot_id)))
    return found


def _least_recently_asked_first(same_band: Iterable[Proposal]) -> list[Proposal]:
    """Among neighbours whose scores are the same to a hundredth, who was never or longest not asked comes first."""
    equals = groupby(same_band, key=lambda row: round(row.score, 2))
    return [row for _key, alike in equals for row in sorted(alike, key=_last_asked)]


def _last_asked(row: Proposal) -> datetime:
    return row.pilot.last_asked_at or NEVER


def pilots_named(words: str, *, limit: int = 5) -> Sequence[Pilot]:
    """Awarded, paused and suspended pilots whose name holds the words, for "why not …?"."""
    statement = (
        select(Pilot)
        .join(User, User.id == Pilot.user_id)
        .options(joinedload(Pilot.user))
        .where(Pilot.state.in_([PilotState.AWARDED, PilotState.PAUSED, PilotState.SUSPENDED]))
    )
    for word in words.split()[:5]:
        statement = statement.where(User.name.icontains(word, autoescape=True))
    return db.session.scalars(statement.order_by(User.name, Pilot.id).limit(limit)).all()


def pilot_names(pilot_ids: Iterable[int]) -> dict[int, str]:
    """The names of some pilots by their ids."""
    ids = sorted(set(pilot_ids))
    if not ids:
        return {}
    rows = db.session.execute(select(Pilot.id, User.name).join(User, User.id == Pilot.user_id).where(Pilot.id.in_(ids)))
    return {pilot_id: name for pilot_id, name in rows}
