"""Somebody more, or somebody who follows: another search while the engagement stands."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.core.states import move
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import Further
from lotsen.proposals import service as proposals

from .. import mails, queries, rules
from ..models import Engagement
from ..rules import BreakOffReason, Side, State
from .post import take_back_at_the_end, take_back_news, tell
from .standing import free_place, set_due


def seek_more(
    engagement: Engagement, side: Side | None, *, by: Actor, at: datetime, on_behalf_of: int | None = None
) -> None:
    """Somebody more is wanted: the coordinator approves another order while this one goes on. Twice: nothing more.

    Raises
    ------
    Conflict
        It is at its end already.
    """
    if engagement.state not in rules.HOLDS_PLACE:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    if engagement.help_request.seeks_further:
        return
    help_requests.seek_further(engagement.help_request, Further.MORE, by=by, at=at)
    said = side.value if side is not None else "office"
    audit.record("engagement.more_wanted", engagement, by=by, at=at, on_behalf_of=on_behalf_of, side=said)


def hand_over(
    engagement: Engagement,
    side: Side | None,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    on_behalf_of: int | None = None,
) -> None:
    """The pilot cannot go on: somebody is sought who follows; until then it stands. Twice: nothing more.

    Raises
    ------
    Conflict
        It is at its end already.
    """
    if engagement.state not in rules.HOLDS_PLACE:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    if engagement.handing_over_at is not None:
        return
    engagement.handing_over_at, engagement.handing_over_text = at, text.strip()[: rules.MAX_WORDS]
    engagement.handing_over_by = side.value if side is not None else "office"
    if engagement.task == rules.PILOT_RESTS:
        engagement.task = ""
    if engagement.due_step == rules.PILOT_RESTS:
        set_due(engagement, at=at)
    help_requests.seek_further(engagement.help_request, Further.SUCCESSOR, by=by, at=at)
    said = engagement.handing_over_by
    audit.record("engagement.handing_over", engagement, by=by, at=at, on_behalf_of=on_behalf_of, side=said)
    tell(engagement, mails.handing_over, Side.MEMBER, step="handing_over", at=at, nonce=at.strftime("%Y%m%d%H%M"))


def stop_seeking(request: HelpRequest, *, by: Actor, at: datetime) -> None:
    """Nobody else is needed after all: whoever was asked is thanked, the engagements go on as they were."""
    if request.seeks_further:
        proposals.stop_ladder(request, by=by, at=at)
    help_requests.seek_nobody(request)
    for engagement in queries.live_of_request(request.id):
        if engagement.handing_over_at is not None:
            engagement.handing_over_at, engagement.handing_over_by = None, ""
            engagement.handing_over_text = ""
            take_back_news(engagement, by=by, at=at)
            audit.record("engagement.kept", engagement, by=by, at=at)
            if engagement.due_at is None:
                set_due(engagement, at=at)


def followed_by(old: Engagement, new: Engagement, *, by: Actor, at: datetime) -> None:
    """The successor is there: the old engagement ends with thanks; who else waits for one is searched for anew."""
    take_back_at_the_end(old, by=by, at=at)
    reason = BreakOffReason.HANDED_OVER.value
    move(old, State.BROKEN_OFF, rules, by=by, at=at, reason=reason)
    old.break_off_reason, old.broken_off_by = reason, old.handing_over_by
    old.handing_over_at, old.task, new.follows_id = None, "", old.id
    new.goal = old.goal
    free_place(old, at=at)
    tell(old, mails.handed_over, Side.PILOT, step="handed_over", at=at)
    if queries.handing_over(new.help_request_id) is not None:
        help_requests.seek_further(new.help_request, Further.SUCCESSOR, by=by, at=at)
