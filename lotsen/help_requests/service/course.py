"""What proposals and engagements say about their request."""

from datetime import date, datetime

from lotsen.core.access import Actor
from lotsen.core.clock import MORNING, at_local, calendar
from lotsen.core.waiting import give_task
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import CONTACT_GONE, GOING_ON, Further, State

from .moving import go

_COMES_BACK_FROM = frozenset({State.ASKING, State.MATCHED, State.RUNNING})
_NEEDS_SOMEBODY_NOW = frozenset({CONTACT_GONE, "undeliverable"})  # whether the case rests or not


def to_asking(request: HelpRequest, *, expected_on: date, by: Actor, at: datetime) -> None:
    """A ladder was approved; the member is told when she knows more at the latest.

    While an engagement stands, its state is the request's too.
    """
    if request.seeks_further:
        _look_again(request, "", at=at)
        request.version += 1
    else:
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

    A request that was withdrawn, held or ended meanwhile stays as it is; so does one whose engagement stands while
    somebody further is sought.
    """
    if request.seeks_further:
        _look_again(request, task, at=at)
        request.answer_expected_on = request.yes_since = None
    elif request.state in _COMES_BACK_FROM:
        go(request, State.OPEN, by=by, at=at, reason=task, task=task)
    elif request.state is State.OPEN:
        _look_again(request, task, at=at)


def _look_again(request: HelpRequest, task: str, *, at: datetime) -> None:
    if request.task == CONTACT_GONE:
        return  # until somebody speaks for the organisation again
    if task:
        give_task(request, task, at=at)
    else:
        request.task = ""


def it_fits_somebody(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """A pilot fits a waiting request, or raised a hand: it is open again, with a task."""
    if request.state is State.WAITING:
        go(request, State.OPEN, by=by, at=at, task="fits")


def hand_raised(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """A pilot could do it: a waiting request is open again; an open one is looked at once more."""
    it_fits_somebody(request, by=by, at=at)
    if request.state is State.OPEN and request.task in ("", "fits", "exhausted"):
        give_task(request, "hand", at=at)


def to_matched(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """Both sides said yes. A further engagement of a running request ends the search beside it."""
    if request.state not in GOING_ON:
        go(request, State.MATCHED, by=by, at=at)
    seek_nobody(request)


def back_to_matched(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """What ran has ended; another engagement is still at its beginning."""
    if request.state is State.RUNNING:
        _along(request, State.MATCHED, by=by, at=at)


def seek_further(request: HelpRequest, what: Further, *, by: Actor, at: datetime) -> None:
    """Somebody more, or a successor, is sought while the engagement stands: the matcher looks, a coordinator decides.

    Sought already: a successor is more urgent than somebody more.
    """
    if request.state not in GOING_ON or request.further in (what, Further.SUCCESSOR):
        return
    searched = request.seeks_further
    request.further = what
    if searched:
        search_wakes(request, at=at)
    else:
        give_task(request, what.value, at=at)
        request.revision += 1
    request.version += 1


def search_rests(request: HelpRequest, until: date, *, instead_of: date | None = None) -> None:
    """The organisation lets its case rest: whom else to ask is decided by a coordinator when that day has come.

    ``instead_of``: the day until which the case rested before; a search that did not rest with it stays as it is.
    """
    if not request.seeks_further or request.task in _NEEDS_SOMEBODY_NOW:
        return
    if instead_of is None or request.task_since == _rest_ends(instead_of):
        request.task, request.task_since = request.further.value, _rest_ends(until)


def search_wakes(request: HelpRequest, *, at: datetime) -> None:
    """The case goes on, or somebody is needed: the search that rested with it is a coordinator's task now."""
    if request.task_since is not None and request.task_since > at:
        request.task_since = at


def _rest_ends(day: date) -> datetime:
    return at_local(calendar().next_working_day(day), MORNING)


def seek_nobody(request: HelpRequest) -> None:
    """The search beside an engagement is over: somebody was found, or nobody is needed."""
    if request.further is not Further.NOBODY:
        request.further, request.task = Further.NOBODY, ""
        request.answer_expected_on = request.yes_since = None
        request.version += 1


def search_goes_on(request: HelpRequest, *, asking: bool, task: str, by: Actor, at: datetime) -> None:
    """The last engagement ended while somebody further was sought: from now on this is an ordinary search."""
    request.further = Further.NOBODY
    search_wakes(request, at=at)
    if asking:
        go(request, State.ASKING, by=by, at=at, only_from=GOING_ON)
    else:
        go(request, State.OPEN, by=by, at=at, reason=task, task=task)


def to_running(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """It fits: the engagement has begun."""
    if request.state is not State.RUNNING:
        _along(request, State.RUNNING, by=by, at=at)


def _along(request: HelpRequest, to: State, *, by: Actor, at: datetime) -> None:
    """The request follows its engagement; a search beside it, with its task and its dates, stays as it was."""
    beside = request.seeks_further
    kept = request.task_since, request.answer_expected_on, request.yes_since
    go(request, to, by=by, at=at, task=request.task if beside else "")
    if beside:
        request.task_since, request.answer_expected_on, request.yes_since = kept


def to_completed(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """Its engagements have ended well."""
    if request.state is not State.COMPLETED:
        go(request, State.COMPLETED, by=by, at=at)
