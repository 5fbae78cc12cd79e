"""Reading proposals: who can be asked, what stands on a ladder, what the coordinator must look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from lotsen.accounts.models import User
from lotsen.core.clock import END_OF_DAY, at_local, local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations.models import Member
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import CAN_BE_ASKED
from lotsen.pilots.rules import State as PilotState

from . import rules
from .models import Ladder, Matching, Proposal, RequestBlock
from .rules import State


def end_of_day(day: date) -> datetime:
    """23:59 local of a day."""
    return at_local(day, END_OF_DAY)


def month_start(at: datetime) -> datetime:
    """The instant at which the local month of ``at`` began."""
    return at_local(local_date(at).replace(day=1), datetime.min.time())


def asks_this_month(pilot_ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    """How often each pilot was asked in this calendar month."""
    rows = db.session.execute(
        select(Proposal.pilot_id, func.count())
        .where(Proposal.pilot_id.in_(pilot_ids), Proposal.asked_at >= month_start(at))
        .group_by(Proposal.pilot_id)
    )
    return {pilot_id: count for pilot_id, count in rows}


def obstacle(pilot: Pilot, *, at: datetime, asked: int | None = None) -> str:
    """Why a pilot cannot be asked right now, as a code; empty when nothing stands in the way."""
    if pilot.state not in CAN_BE_ASKED:
        return "not_available"
    if pilot.not_before is not None and pilot.not_before > local_date(at):
        return "not_before"
    if pilot.free_places == 0:
        return "capacity"
    asked = asks_this_month([pilot.id], at=at).get(pilot.id, 0) if asked is None else asked
    return "asked_enough" if asked >= pilot.asks_per_month else ""


def approved_on(ladder: Ladder) -> Sequence[Proposal]:
    """The pilots of a ladder who were not asked yet, in order."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.ladder_id == ladder.id, Proposal.state == State.APPROVED)
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
        .order_by(Proposal.position)
    ).all()


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


def ask_still_held(proposal: Proposal) -> bool:
    """Whether the ask's mail has not left yet, so that nobody has read it."""
    states = db.session.scalars(
        select(OutboxMessage.state).where(
            OutboxMessage.about_entity == "proposal",
            OutboxMessage.about_id == proposal.id,
            OutboxMessage.kind == "proposals.ask",
        )
    ).all()
    return bool(states) and all(state in (MailState.WAITING, MailState.RECALLED) for state in states)


def is_own_case(request: HelpRequest, proposals: Sequence[Proposal], person_id: int | None) -> bool:
    """Whether the person who approves is a pilot on the ladder or belongs to the organisation."""
    if person_id is None:
        return False
    on_ladder = exists().where(Pilot.id.in_([p.pilot_id for p in proposals]), Pilot.user_id == person_id)
    belongs = exists().where(
        Member.organisation_id == request.organisation_id, Member.user_id == person_id, Member.left_at.is_(None)
    )
    return bool(db.session.scalar(select(or_(on_ladder, belongs))))


def suggestions(request_id: int, *, limit: int = 12) -> Sequence[Proposal]:
    """The suggested proposals of a request, best first, with pilot and person."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id == request_id, Proposal.state == State.SUGGESTED)
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
        .order_by(Proposal.rank, Proposal.id)
        .limit(limit)
    ).all()


def matching_of(request_id: int) -> Matching | None:
    """What the last sweep found for a request."""
    return db.session.scalar(select(Matching).where(Matching.help_request_id == request_id))


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


def queue() -> Select[HelpRequest]:
    """Requests that wait for a coordinator's look, most urgent and oldest first."""
    return (
        select(HelpRequest)
        .where(HelpRequest.state.in_([RequestState.SUBMITTED, RequestState.OPEN]))
        .options(selectinload(HelpRequest.organisation))
        .order_by(HelpRequest.urgency != "high", HelpRequest.state_since, HelpRequest.id)
    )


def best_of(request_ids: Sequence[int]) -> dict[int, Proposal]:
    """The first suggestion of each request."""
    rows = db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id.in_(request_ids), Proposal.state == State.SUGGESTED, Proposal.rank == 1)
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user))
    )
    return {row.help_request_id: row for row in rows}


def matchings_of(request_ids: Sequence[int]) -> dict[int, Matching]:
    """What the last sweep found for each request."""
    rows = db.session.scalars(select(Matching).where(Matching.help_request_id.in_(request_ids)))
    return {row.help_request_id: row for row in rows}


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


def tasks(at: datetime) -> list[Task]:
    """What a coordinator must do about proposals now."""
    rows = db.session.scalars(
        select(Proposal)
        .where(
            or_(
                and_(Proposal.task != "", Proposal.state.in_(rules.ASK_LIVE)),
                _next_on_a_ladder_at_rest(),
                and_(
                    Proposal.wants_anyway_at.is_not(None),
                    Proposal.state.in_([State.DECLINED, State.EXPIRED]),
                    Proposal.help_request_id.in_(select(HelpRequest.id).where(HelpRequest.state.in_(_STILL_LOOKING))),
                ),
            )
        )
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user), joinedload(Proposal.help_request))
        .order_by(Proposal.id)
    ).all()
    return [_task(row) for row in rows]


def _next_on_a_ladder_at_rest() -> ColumnElement[bool]:
    """Somebody is approved but nobody is asked: an ask was taken back, and only a person goes on from there."""
    other = aliased(Proposal)
    ahead = and_(
        other.ladder_id == Proposal.ladder_id,
        or_(
            other.state.in_(rules.ASK_LIVE),
            and_(other.state == State.APPROVED, other.position < Proposal.position),
        ),
    )
    asking = select(HelpRequest.id).where(HelpRequest.state == RequestState.ASKING)
    return and_(
        Proposal.state == State.APPROVED,
        Proposal.help_request_id.in_(asking),
        ~exists().where(ahead).correlate(Proposal),
    )


_STILL_LOOKING = [RequestState.OPEN, RequestState.ASKING, RequestState.WAITING]


def _task(row: Proposal) -> Task:
    names = {"pilot": row.pilot.user.name, "case": row.help_request.case_number, "who": row.help_request.contact_name}
    titles = {
        "undeliverable": _("Mail kam nicht an: %(pilot)s zu Anfrage %(case)s anrufen", **names),
        "question": _("%(pilot)s hat eine Frage zu Anfrage %(case)s", **names),
        "member_question": _("%(who)s hat eine Frage zu Anfrage %(case)s", **names),
        "not_confirmed": _("%(who)s hat zu Anfrage %(case)s noch nicht geantwortet", **names),
    }
    if row.state is State.APPROVED:
        return Task(
            kind="proposal.stopped",
            title=_("Gerade ist niemand gefragt: Anfrage %(case)s", case=names["case"]),
            url=url_for("proposals.candidates", request_id=row.help_request_id),
            action=_("Ansehen"),
            waiting_since=row.state_since,
            urgent=row.help_request.urgency == "high",
            detail=row.help_request.title,
        )
    late = not row.task
    return Task(
        kind=f"proposal.{row.task or 'late_yes'}",
        title=_("%(pilot)s sagt doch noch Ja zu Anfrage %(case)s", **names) if late else titles.get(row.task, row.task),
        url=url_for("proposals.candidates", request_id=row.help_request_id),
        action=_("Ansehen") if late else _("Anrufen"),
        waiting_since=row.wants_anyway_at or row.state_since,
        urgent=row.help_request.urgency == "high",
        detail=row.help_request.title,
    )


@dataclass(frozen=True)
class Candidate:
    """One suggested pilot as the coordinator's page shows one."""

    proposal: Proposal
    asked: int
    obstacle: str
    place: int


def candidates(request: HelpRequest, *, at: datetime, places: dict[int, int] | None = None) -> list[Candidate]:
    """The suggestions with load and obstacles; ``places`` are those chosen in the form, else the clear ones first."""
    rows = suggestions(request.id)
    asked = asks_this_month([row.pilot_id for row in rows], at=at)
    found, free = [], 1
    for row in rows:
        hindrance = obstacle(row.pilot, at=at, asked=asked.get(row.pilot_id, 0))
        if places is not None:
            place = places.get(row.id, 0)
        else:
            place = free if row.band == "passt" and not hindrance and free <= rules.MAX_LADDER else 0
            free += place > 0
        found.append(Candidate(row, asked.get(row.pilot_id, 0), hindrance, place))
    return found


def latest_ladder(request_id: int) -> Ladder | None:
    """The ladder approved last for a request."""
    return db.session.scalar(
        select(Ladder).where(Ladder.help_request_id == request_id).order_by(Ladder.id.desc()).limit(1)
    )


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
