"""Ending, putting aside, going on again."""

from datetime import date, datetime

from blinker import Signal

from lotsen.audit import service as audit
from lotsen.core.access import SYSTEM, Actor
from lotsen.core.errors import TransitionForbidden
from lotsen.core.states import advance, start_anew
from lotsen.help_requests import mails, queries, rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.outbox import service as outbox

from .check import check_day
from .joining import check_parts_ended
from .moving import go
from .post import send, send_query, tell_who_brought

rested = Signal("the organisation lets a case rest that goes on (sender = HelpRequest): until=, by=, at=")


def withdraw(request: HelpRequest, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """The requester needs no help any more. Twice: nothing more happens. Nobody is asked why."""
    if request.state is State.WITHDRAWN:
        return
    outbox.recall(request, by=by, at=at)
    was_draft = request.state is State.DRAFT
    go(request, State.WITHDRAWN, by=by, at=at, on_behalf_of=on_behalf_of)
    if was_draft:
        tell_who_brought(request, at=at)
    else:
        send(request, mails.withdrawn, step="withdrawn", at=at, at_once=True)


def put_aside(request: HelpRequest, *, at: datetime) -> None:
    """No answer to our question for long: the request rests, one click opens it again."""
    go(request, State.PUT_ASIDE, by=SYSTEM, at=at)
    send(request, mails.put_aside, step="put_aside", at=at)


def reopen(request: HelpRequest, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """A closed request is needed again. Twice: nothing more happens.

    Raises
    ------
    TransitionForbidden
        It is not closed, or nothing of it is left but that it was.
    """
    if request.state is State.SUBMITTED:
        return
    if request.is_emptied:
        raise TransitionForbidden(code="emptied", entity=request.entity, entity_id=request.id)
    outbox.recall(request, by=by, at=at)
    if request.state is State.SPLIT:
        check_parts_ended(request, queries.parts_of(request))
    go(request, State.SUBMITTED, by=by, at=at, on_behalf_of=on_behalf_of, only_from=rules.CLOSED)
    request.reject_reason = request.referred_to = ""
    request.merged_into = request.merged_into_id = None


def resume(request: HelpRequest, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """A resting request goes on where it was; what was asked before the rest is asked anew by the coordinator."""
    if request.state is not State.ON_HOLD and request.state in rules.LIVE:
        return
    to = request.held_from or State.SUBMITTED
    if request.carrier == "asking":
        request.carrier = "yes"
    if to is State.QUERY and request.query_answer:
        to = State.SUBMITTED
    go(request, to, by=by, at=at, on_behalf_of=on_behalf_of, only_from={State.ON_HOLD})
    if to is State.QUERY:
        send_query(request, at=at)


def rest(request: HelpRequest, until: date, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """The organisation lets a case rest that is matched or running: its engagements pause until the day.

    Raises
    ------
    InvalidInput
        The day is not in the future, or more than a year away (``date``).
    TransitionForbidden
        Nothing goes on.
    """
    if request.state not in rules.GOING_ON:
        raise TransitionForbidden(code=f"rest in {request.state.value}")
    check_day(until, at=at)
    request.version += 1
    audit.record("help_request.rests", request, by=by, at=at, on_behalf_of=on_behalf_of, until=until.isoformat())
    rested.send(request, until=until, by=by, at=at)


def keep(request: HelpRequest, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """A waiting request is still wanted: noted, and the question whether it is comes later."""
    if request.state is not State.WAITING:
        return
    if request.due_step and request.task != "waiting":
        advance(request, rules, at=at)
    else:
        start_anew(request, rules, at=at)
    if request.due_at is None:  # kept just before the coordinator had to decide: the questions begin again
        start_anew(request, rules, at=at)
    if request.task == "waiting":
        request.task = ""
    audit.record("help_request.kept", request, by=by, at=at, on_behalf_of=on_behalf_of)
