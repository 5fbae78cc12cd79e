"""Who can be asked now, and what an ask looks like from outside."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, ScalarSelect, exists, func, or_, select

from lotsen.core.clock import END_OF_DAY, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.states import deadline
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import town
from lotsen.organisations.models import Member
from lotsen.organisations.queries import organisation_ids
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.outbox.rules import is_reminder
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import CAN_BE_ASKED
from lotsen.proposals import rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State

from .blocks import is_blocked

ASKS_PILOT = frozenset({"proposals.ask", "proposals.still_yes"})
YES_TOLD = frozenset({"proposals.pilot_says_yes", "proposals.yes_holds"})
UNHEARD = frozenset({MailState.WAITING, MailState.HELD, MailState.CALL, MailState.FAILED})


def end_of_day(day: date) -> datetime:
    """23:59 local of a day."""
    return at_local(day, END_OF_DAY)


def month_start(at: datetime) -> datetime:
    """The instant at which the local month of ``at`` began."""
    return at_local(local_date(at).replace(day=1), datetime.min.time())


def answer_by(proposal: Proposal) -> date | None:
    """The last day on which the asked pilot can answer; None while the clock stands."""
    if proposal.state is not State.ASKED or proposal.due_at is None:
        return None
    day = local_date(proposal.due_at)
    if proposal.due_step == rules.TIMEOUTS[State.ASKED][-1].name:
        return day
    return calendar().nth_working_day(day, deadline(proposal.entity, State.ASKED, rules.TIMEOUTS[State.ASKED][-1]))


def confirm_by(proposal: Proposal) -> date | None:
    """The last day for the organisation's answer to a yes; None when it is past or the clock stands."""
    remind, tell = rules.TIMEOUTS[State.ACCEPTED][:2]
    if proposal.state is not State.ACCEPTED or proposal.due_at is None:
        return None
    day = local_date(proposal.due_at)
    if proposal.due_step == remind.name:
        return calendar().nth_working_day(day, deadline(proposal.entity, State.ACCEPTED, tell))
    return day if proposal.due_step == tell.name else None


def answer_by_if_told(proposal: Proposal, kind: str, at: datetime) -> date | None:
    """The last day for an answer when whoever must answer hears this kind of message at ``at``; None when nobody must.

    A reminder leaves the time that is left after it, or what of it still runs.
    """
    if proposal.state not in rules.ASK_LIVE:
        return None
    runs_until = confirm_by(proposal) if is_reminder(kind) else None
    if runs_until is not None and runs_until >= local_date(at):
        return runs_until
    steps = rules.TIMEOUTS[proposal.state][:2][1 if is_reminder(kind) else 0 :]
    days = sum(deadline(proposal.entity, proposal.state, step) for step in steps)
    if kind == "proposals.ask" and proposal.help_request.urgency == "high":
        days = town().urgent_days
    return calendar().nth_working_day(local_date(at), days)


def what_the_pilot_can_do(proposal: Proposal, language: str) -> list[str]:
    """The reasons as the organisation reads them."""
    return list(proposal.reasons.get("member", {}).get(language, []))


def asks_this_month(pilot_ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    """How often each pilot was asked in this calendar month."""
    rows = db.session.execute(
        select(Proposal.pilot_id, func.count())
        .where(Proposal.pilot_id.in_(pilot_ids), Proposal.asked_at >= month_start(at))
        .group_by(Proposal.pilot_id)
    )
    return {pilot_id: count for pilot_id, count in rows}


def obstacle(pilot: Pilot, *, at: datetime, asked: int | None = None, request: HelpRequest | None = None) -> str:
    """Why a pilot cannot be asked right now (for this request), as a code; empty when nothing stands in the way."""
    if pilot.state not in CAN_BE_ASKED:
        return "not_available"
    if not pilot.user.active:
        return "account_off"
    if request is not None and request.with_children and not pilot.is_cleared(local_date(at)):
        return "clearance"
    if pilot.is_silent:
        return "silent"
    if pilot.not_before is not None and pilot.not_before > local_date(at):
        return "not_before"
    if pilot.free_places == 0:
        return "capacity"
    asked = asks_this_month([pilot.id], at=at).get(pilot.id, 0) if asked is None else asked
    return "asked_enough" if asked >= pilot.asks_per_month else ""


def bars_ask(pilot: Pilot, request: HelpRequest, *, at: datetime) -> str:
    """Why this pilot cannot be asked for this request now, as a code; empty when nothing bars it.

    Since the order was approved the pilot may have joined the organisation, or a block between the two been made.
    """
    if speaks_for(pilot, request):
        return "own_organisation"
    return "blocked" if is_blocked(pilot, request, at=at) else obstacle(pilot, at=at, request=request)


def bars_yes(pilot: Pilot, request: HelpRequest, *, at: datetime) -> str:
    """Why a yes that was said already cannot count, as a code; empty when it can. How often she was asked does not."""
    if speaks_for(pilot, request):
        return "own_organisation"
    code = obstacle(pilot, at=at, asked=0, request=request)
    return code if code in rules.BARS_A_YES else ""


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


def ask_reached_nobody(proposal: Proposal) -> bool:
    """Whether the last ask is still on its way, or came back: no time to answer may run then."""
    latest = _last_message(proposal, ASKS_PILOT)
    return latest is not None and latest.state in UNHEARD


def leaves_at() -> ScalarSelect[datetime]:
    """When the mail leaves that somebody must answer before a proposal goes on: NULL when it has left, or is a call."""
    waiting = select(func.max(OutboxMessage.due_at)).where(
        OutboxMessage.about_entity == "proposal",
        OutboxMessage.about_id == Proposal.id,
        OutboxMessage.kind.in_([*ASKS_PILOT, *YES_TOLD]),
        OutboxMessage.state == MailState.WAITING,
    )
    return waiting.correlate(Proposal).scalar_subquery()


def leaving(proposals: Sequence[Proposal]) -> dict[int, datetime]:
    """For whom of these the mail has not left yet, and when it does."""
    ids = [row.id for row in proposals if row.state in rules.ASK_LIVE]
    if not ids:
        return {}
    rows = db.session.execute(select(Proposal.id, leaves_at()).where(Proposal.id.in_(ids)))
    return {row_id: at for row_id, at in rows if at is not None}


def ask_leaves_at(proposal: Proposal) -> datetime | None:
    """When the ask's mail leaves or left; None when it is to be said by telephone."""
    ask = _last_message(proposal, {"proposals.ask"}, OutboxMessage.state.in_([MailState.WAITING, MailState.SENT]))
    return ask.due_at if ask else None


def is_own_case(request: HelpRequest, proposals: Sequence[Proposal], person_id: int | None) -> bool:
    """Whether the person who approves is a pilot on the ladder or belongs to the organisation."""
    if person_id is None:
        return False
    on_ladder = exists().where(Pilot.id.in_([p.pilot_id for p in proposals]), Pilot.user_id == person_id)
    belongs = exists().where(
        Member.organisation_id == request.organisation_id, Member.user_id == person_id, Member.left_at.is_(None)
    )
    return bool(db.session.scalar(select(or_(on_ladder, belongs))))


def speaks_for(pilot: Pilot, request: HelpRequest) -> bool:
    """Whether the pilot is a contact person of the organisation that asks: nobody is proposed to the own one."""
    return request.organisation_id in organisation_ids(pilot.user_id)


def yes_stands(proposal: Proposal) -> bool:
    """Whether the last that the organisation's contact person read or heard of this pilot is the yes."""
    latest = _last_message(
        proposal,
        {*YES_TOLD, "proposals.yes_is_gone"},
        OutboxMessage.recipient_id == proposal.help_request.contact_id,
        OutboxMessage.state.in_([MailState.SENT, MailState.CALLED]),
    )
    return latest is not None and latest.kind in YES_TOLD


def _last_message(
    proposal: Proposal, kinds: Collection[str], *where: ColumnElement[bool]
) -> Row[str, MailState, datetime] | None:
    """Kind, state and due time of the last of these messages about a proposal; None when there is none."""
    return db.session.execute(
        select(OutboxMessage.kind, OutboxMessage.state, OutboxMessage.due_at)
        .where(
            OutboxMessage.about_entity == "proposal",
            OutboxMessage.about_id == proposal.id,
            OutboxMessage.kind.in_(kinds),
            *where,
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    ).first()
