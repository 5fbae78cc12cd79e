"""From the first call to "done": "it fits", a new end."""

from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.states import move
from lotsen.help_requests.rules import GOING_ON

from .. import queries, rules
from ..models import Engagement
from ..rules import Side, State
from .post import take_back_news
from .standing import free_place, next_step, set_due, settle, settled, take_place

LONGEST = timedelta(days=730)


def contact_made(engagement: Engagement, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """They spoke to each other, without a date yet: asked again after 10 WT. Said twice: nothing more."""
    if engagement.state is State.AGREED:
        due = queries.ask_without_date(at=at)
        move(engagement, State.FIRST_CONTACT, rules, by=by, at=at, due_at=due, on_behalf_of=on_behalf_of)
        settled(engagement)


def still_open(engagement: Engagement, side: Side, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """Nobody can say yet: asked once more after 10 WT, then it is the coordinator's turn."""
    _says(engagement, side, "still_open")
    if engagement.state is State.AGREED:
        contact_made(engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    elif engagement.state is State.FIRST_CONTACT:
        step = engagement.due_step if engagement.due_step == "task" else "ask_again"
        next_step(engagement, queries.ask_without_date(at=at), step)
    audit.record("engagement.still_open", engagement, by=by, at=at, on_behalf_of=on_behalf_of, side=side.value)


def fits(
    engagement: Engagement,
    side: Side,
    *,
    by: Actor,
    at: datetime,
    goal: str = "",
    ends_on: date | None = None,
    on_behalf_of: int | None = None,
) -> None:
    """It fits: the goal in one sentence and an end date make it running. The second side's word is only kept.

    Raises
    ------
    InvalidInput
        The end lies in the past or more than two years ahead.
    """
    _check_end(ends_on, at)
    _says(engagement, side, "fits")
    if goal.strip():
        engagement.goal = goal.strip()[: rules.MAX_GOAL]
    if ends_on is not None:
        engagement.ends_on = ends_on
    if engagement.state is State.AGREED:
        contact_made(engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    due, step = queries.running_due(engagement.ends_on, at=at)
    if engagement.state is State.FIRST_CONTACT:
        move(engagement, State.RUNNING, rules, by=by, at=at, on_behalf_of=on_behalf_of)
        settled(engagement)
        settle(engagement.help_request, by=by, at=at)
    if engagement.state is State.RUNNING:
        next_step(engagement, due, step)


def extend(engagement: Engagement, ends_on: date, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """It goes on, until a new day; until that day already: nothing more.

    Raises
    ------
    InvalidInput
        The end lies in the past or more than two years ahead.
    Conflict
        It does not run, or its request was withdrawn.
    """
    _check_end(ends_on, at)
    before = _end(engagement)
    if engagement.state is State.CLOSING:
        back_to_running(engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    if engagement.state is not State.RUNNING:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    engagement.ends_on = ends_on
    settled(engagement)
    set_due(engagement, at=at)
    if _end(engagement) == before:
        return
    audit.record(
        "engagement.extended", engagement, by=by, at=at, on_behalf_of=on_behalf_of, ends_on=ends_on.isoformat()
    )


def done(engagement: Engagement, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """The work is done: the place is free, both sides are asked once for their word. Said twice: nothing more."""
    if engagement.state in (State.CLOSING, State.COMPLETED):
        return
    move(engagement, State.CLOSING, rules, by=by, at=at, on_behalf_of=on_behalf_of)
    settled(engagement)
    engagement.paused_until = engagement.paused_from = None
    free_place(engagement, at=at)
    settle(engagement.help_request, by=by, at=at)
    take_back_news(engagement, by=by, at=at)


def back_to_running(engagement: Engagement, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """It is not done after all: the place is taken again.

    Raises
    ------
    Conflict
        The organisation has withdrawn its request meanwhile: that must be opened again first.
    """
    if engagement.help_request.state not in GOING_ON:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    take_place(engagement, at=at)
    move(engagement, State.RUNNING, rules, by=by, at=at, on_behalf_of=on_behalf_of)
    set_due(engagement, at=at)


def _check_end(ends_on: date | None, at: datetime) -> None:
    if ends_on is not None and not local_date(at) <= ends_on <= local_date(at) + LONGEST:
        raise InvalidInput("", field="ends_on", code="past" if ends_on < local_date(at) else "far")


def _end(engagement: Engagement) -> tuple[object, ...]:
    return engagement.state, engagement.ends_on, engagement.task, engagement.due_at, engagement.due_step


def _says(engagement: Engagement, side: Side, word: str) -> None:
    if side is Side.PILOT:
        engagement.pilot_says = word
    else:
        engagement.member_says = word
