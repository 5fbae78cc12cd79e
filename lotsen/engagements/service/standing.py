"""What an engagement keeps in step: the pilot's place, what is due next, the state of its request."""

from datetime import datetime

from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.states import start_anew
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import GOING_ON, Further
from lotsen.pilots import service as pilots
from lotsen.proposals import queries as proposals

from .. import queries, rules
from ..models import Engagement
from ..rules import State


def free_place(engagement: Engagement, *, at: datetime) -> None:
    """The pilot's place is free for somebody else. Twice: nothing more happens."""
    if engagement.holds_place:
        engagement.holds_place = False
        pilots.release(engagement.pilot_id, at=at)


def take_place(engagement: Engagement, *, at: datetime) -> None:
    """It goes on and takes its place back, be there a free one or not. Twice: nothing more happens."""
    if not engagement.holds_place:
        engagement.holds_place = True
        pilots.occupy(engagement.pilot_id, at=at)


def settled(engagement: Engagement) -> None:
    """What was said just now settles what waited for a coordinator; not who speaks for the organisation from now on."""
    if engagement.task != rules.CONTACT_GONE:
        engagement.task = ""


def next_step(engagement: Engagement, due_at: datetime | None, step: str) -> None:
    """What comes next, and when; while a mail that came back holds the clock, only what."""
    engagement.due_at = None if engagement.task == rules.UNDELIVERABLE else due_at
    engagement.due_step = step


def set_due(engagement: Engagement, *, at: datetime) -> None:
    """What comes next in the state it is in, counted from now."""
    if engagement.state is State.RUNNING:
        ends_on = engagement.ends_on
        ahead = ends_on if ends_on is not None and ends_on >= local_date(at) else None
        next_step(engagement, *queries.running_due(ahead, at=at))
    elif engagement.state is State.FIRST_CONTACT:
        next_step(engagement, *queries.first_contact_due(engagement.meeting_at, at=at))
    elif engagement.state is State.PAUSED:
        next_step(engagement, *queries.paused_due(engagement, at=at))
    else:
        start_anew(engagement, rules, at=at)
        next_step(engagement, engagement.due_at, engagement.due_step)


def settle(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """The request takes the state of its most active engagement."""
    live = queries.live_of_request(request.id)
    if request.state not in GOING_ON or not live:
        return
    if any(row.state in rules.AT_WORK for row in live):
        help_requests.to_running(request, by=by, at=at)
    else:
        help_requests.back_to_matched(request, by=by, at=at)


def after_the_end(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """An engagement is over: the request goes on with the others, or with the search beside it, or is over too."""
    request, broken = engagement.help_request, engagement.state is State.BROKEN_OFF
    if request.state not in GOING_ON:
        return
    if queries.live_of_request(request.id):
        settle(request, by=by, at=at)
    elif request.further is Further.MORE or (broken and request.further is Further.SUCCESSOR):
        asking = bool(proposals.open_ladders(request.id))
        task = "broken_off" if broken else request.task or Further.MORE.value
        help_requests.search_goes_on(request, asking=asking, task=task, by=by, at=at)
    elif broken:
        help_requests.back_to_open(request, task="broken_off", by=by, at=at)
    else:
        help_requests.to_completed(request, by=by, at=at)
