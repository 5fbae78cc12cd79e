"""A pause with a date, and the way back."""

from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.states import move
from lotsen.help_requests import service as help_requests
from lotsen.proposals import service as proposals

from .. import mails, queries, rules
from ..models import Engagement
from ..rules import Side, State
from .post import take_back_news, tell_others
from .standing import next_step, set_due, settle, settled, take_place


def pause(
    engagement: Engagement,
    until: date | None,
    side: Side | None,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
) -> None:
    """It rests until a day, or until somebody says so; the other side is told. A new day replaces the old one.

    Raises
    ------
    InvalidInput
        The day is not in the future, or more than a year away.
    Conflict
        It is at its end already.
    """
    today = local_date(at)
    if until is not None and not today < until <= today + timedelta(days=rules.LONGEST_PAUSE_DAYS):
        raise InvalidInput("", field="until", code="past" if until <= today else "far")
    if engagement.state is State.PAUSED:
        if engagement.paused_until == until:
            return
        audit.record("engagement.paused_again", engagement, by=by, at=at, on_behalf_of=on_behalf_of)
        if side is not Side.PILOT and engagement.paused_until is not None and until is not None:
            help_requests.search_rests(engagement.help_request, until, instead_of=engagement.paused_until)
    elif engagement.state in rules.CAN_PAUSE:
        engagement.paused_from = engagement.state
        move(engagement, State.PAUSED, rules, by=by, at=at, on_behalf_of=on_behalf_of)
        if side is not Side.PILOT and until is not None and not _goes_on_elsewhere(engagement):
            proposals.rest_search(engagement.help_request, until, by=by, at=at)
    else:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    engagement.paused_until, engagement.paused_by = until, side.value if side is not None else "office"
    settled(engagement)
    set_due(engagement, at=at)
    settle(engagement.help_request, by=by, at=at)
    take_back_news(engagement, by=by, at=at)
    tell_others(engagement, mails.paused, side, step="paused", at=at)


def _goes_on_elsewhere(engagement: Engagement) -> bool:
    """Whether the request has an engagement that does not rest: then whom to ask besides does not rest either."""
    return any(row.state in rules.CAN_PAUSE for row in queries.live_of_request(engagement.help_request_id))


def resume(
    engagement: Engagement, side: Side | None, *, by: Actor, at: datetime, on_behalf_of: int | None = None
) -> None:
    """It goes on where it was; the other side is told. Said twice: nothing more happens.

    Raises
    ------
    Conflict
        It is at its end already.
    """
    if engagement.state in rules.CAN_PAUSE:
        return
    if engagement.state is not State.PAUSED:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    to = engagement.paused_from or State.RUNNING
    move(engagement, to, rules, by=by, at=at, on_behalf_of=on_behalf_of, reason="resumed")
    engagement.paused_until = engagement.paused_from = None
    engagement.paused_by = ""
    settled(engagement)
    take_place(engagement, at=at)
    take_back_news(engagement, by=by, at=at)
    set_due(engagement, at=at)
    help_requests.search_wakes(engagement.help_request, at=at)
    settle(engagement.help_request, by=by, at=at)
    tell_others(engagement, mails.goes_on, side, step="goes_on", at=at)


def no_more_asking(engagement: Engagement, *, at: datetime) -> None:
    """The pilot rests, but this goes on: it is as before."""
    if engagement.task == rules.PILOT_RESTS:
        engagement.task = ""
    if engagement.due_step == rules.PILOT_RESTS or engagement.due_at is None:
        set_due(engagement, at=at)


def expect_word(engagement: Engagement, *, at: datetime) -> None:
    """The pilot rests and was asked about this case: without an answer a coordinator calls."""
    next_step(engagement, queries.answer_until(at), rules.PILOT_RESTS)
