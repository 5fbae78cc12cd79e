"""From the first call to "done": dates, "it fits", a new end."""

from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.states import move
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests import service as help_requests
from lotsen.pilots import service as pilots

from .. import queries, rules
from ..models import Engagement
from ..rules import Side, State

OLDEST_MEETING = timedelta(days=14)
LATEST_MEETING = timedelta(days=366)
LONGEST = timedelta(days=730)


def set_meeting(
    engagement: Engagement,
    meeting_at: datetime,
    place: str,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
) -> None:
    """Keep the date of the meeting; the first contact is made. A new date replaces the old one.

    Raises
    ------
    InvalidInput
        The date lies more than two weeks back or more than a year ahead.
    Conflict
        The engagement is further already.
    """
    if not at - OLDEST_MEETING < meeting_at < at + LATEST_MEETING:
        raise InvalidInput("", field="day", code="past" if meeting_at < at else "far")
    due = queries.ask_after(meeting_at, at=at)
    if engagement.state is State.AGREED:
        move(engagement, State.FIRST_CONTACT, rules, by=by, at=at, due_at=due, on_behalf_of=on_behalf_of)
    elif engagement.state is State.FIRST_CONTACT:
        engagement.due_at, engagement.due_step = due, rules.TIMEOUTS[State.FIRST_CONTACT][0].name
    else:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    engagement.meeting_at, engagement.meeting_place = meeting_at, place.strip()[: rules.MAX_PLACE]
    engagement.task = ""
    engagement.version += 1
    audit.record(
        "engagement.meeting", engagement, by=by, at=at, on_behalf_of=on_behalf_of, meeting_at=meeting_at.isoformat()
    )


def contact_made(engagement: Engagement, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """They spoke to each other, without a date yet: asked again after 10 WT. Said twice: nothing more."""
    if engagement.state is State.AGREED:
        due = queries.ask_without_date(at=at)
        move(engagement, State.FIRST_CONTACT, rules, by=by, at=at, due_at=due, on_behalf_of=on_behalf_of)
        engagement.task = ""


def still_open(engagement: Engagement, side: Side, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """Nobody can say yet: asked once more after 10 WT, then it is the coordinator's turn."""
    _says(engagement, side, "still_open")
    if engagement.state is State.AGREED:
        contact_made(engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    elif engagement.state is State.FIRST_CONTACT:
        engagement.due_at = queries.ask_without_date(at=at)
        engagement.due_step = engagement.due_step if engagement.due_step == "task" else "ask_again"
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
        engagement.task = ""
        request = engagement.help_request
        if request.state is request_rules.State.MATCHED:
            help_requests.to_running(request, by=by, at=at)
    if engagement.state is State.RUNNING:
        engagement.due_at, engagement.due_step = due, step


def extend(engagement: Engagement, ends_on: date, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """It goes on, until a new day.

    Raises
    ------
    InvalidInput
        The end lies in the past or more than two years ahead.
    Conflict
        It does not run.
    """
    _check_end(ends_on, at)
    if engagement.state is State.CLOSING:
        back_to_running(engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    if engagement.state is not State.RUNNING:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    engagement.ends_on, engagement.task = ends_on, ""
    engagement.due_at, engagement.due_step = queries.running_due(ends_on, at=at)
    audit.record(
        "engagement.extended", engagement, by=by, at=at, on_behalf_of=on_behalf_of, ends_on=ends_on.isoformat()
    )


def done(engagement: Engagement, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """The work is done: the place is free, both sides are asked once for their word. Said twice: nothing more."""
    if engagement.state in (State.CLOSING, State.COMPLETED):
        return
    move(engagement, State.CLOSING, rules, by=by, at=at, on_behalf_of=on_behalf_of)
    engagement.task = ""
    pilots.release(engagement.pilot_id, at=at)


def back_to_running(engagement: Engagement, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """It is not done after all: the place is taken again.

    Raises
    ------
    CapacityExhausted
        The pilot has no free place any more.
    """
    pilots.reserve(engagement.pilot_id, at=at)
    move(engagement, State.RUNNING, rules, by=by, at=at, on_behalf_of=on_behalf_of)
    engagement.due_at, engagement.due_step = queries.running_due(None, at=at)


def _check_end(ends_on: date | None, at: datetime) -> None:
    if ends_on is not None and not local_date(at) <= ends_on <= local_date(at) + LONGEST:
        raise InvalidInput("", field="ends_on", code="past" if ends_on < local_date(at) else "far")


def _says(engagement: Engagement, side: Side, word: str) -> None:
    if side is Side.PILOT:
        engagement.pilot_says = word
    else:
        engagement.member_says = word
