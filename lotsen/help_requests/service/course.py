"""What proposals and engagements say about their request."""

from datetime import date, datetime

from lotsen.core.access import Actor
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State

from .moving import go

_COMES_BACK_FROM = frozenset({State.ASKING, State.MATCHED, State.RUNNING})


def to_asking(request: HelpRequest, *, expected_on: date, by: Actor, at: datetime) -> None:
    """A ladder was approved; the member is told when she knows more at the latest."""
    go(request, State.ASKING, by=by, at=at)
    request.answer_expected_on = expected_on


def yes_waits(request: HelpRequest, *, at: datetime) -> None:
    """A pilot said yes: now the organisation's word is waited for."""
    request.yes_since = at


def asks_on(request: HelpRequest, *, expected_on: date) -> None:
    """The next pilot is asked: the member knows more on this day at the latest."""
    request.answer_expected_on, request.yes_since = expected_on, None


def back_to_open(request: HelpRequest, *, task: str, by: Actor, at: datetime) -> None:
    """Nobody is left, the organisation wants somebody else, or an engagement ended early: the coordinator's turn.

    A request that was withdrawn, held or ended meanwhile stays as it is.
    """
    if request.state in _COMES_BACK_FROM:
        go(request, State.OPEN, by=by, at=at, reason=task, task=task)
    elif request.state is State.OPEN:
        request.task = task


def it_fits_somebody(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """A pilot fits a waiting request, or raised a hand: it is open again, with a task."""
    if request.state is State.WAITING:
        go(request, State.OPEN, by=by, at=at, task="fits")


def to_matched(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """Both sides said yes. A further engagement of a running request changes nothing."""
    if request.state not in (State.MATCHED, State.RUNNING):
        go(request, State.MATCHED, by=by, at=at)


def to_running(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """It fits: the engagement has begun."""
    if request.state is not State.RUNNING:
        go(request, State.RUNNING, by=by, at=at)


def to_completed(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """Its engagements have ended well."""
    if request.state is not State.COMPLETED:
        go(request, State.COMPLETED, by=by, at=at)
