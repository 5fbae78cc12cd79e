"""Writing to the sides of an engagement: every mail carries a link that opens the own page without a log-in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.service import Mail

from .. import queries
from ..models import Engagement
from ..rules import Side


def case_token(engagement: Engagement, side: Side, *, at: datetime) -> str:
    """What opens the own page of an engagement without a log-in."""
    person = queries.person(engagement, side)
    user_id = person.id if person is not None else None
    return tokens.issue(Purpose.ENGAGEMENT, f"engagement:{side.value}", engagement.id, at=at, user_id=user_id)


def case_link(engagement: Engagement, side: Side, *, at: datetime) -> str:
    """A link that shows one side its engagement without a log-in."""
    return link("engagements.by_link", token=case_token(engagement, side, at=at))


def tell(
    engagement: Engagement,
    mail: Callable[..., Mail],
    side: Side,
    *args: Any,
    step: str,
    at: datetime,
    at_once: bool = False,
    not_before: datetime | None = None,
    nonce: str = "",
) -> OutboxMessage | None:
    """Write to one side: ``mail(engagement, side, *args, url)``. Whoever has nobody on this side is left out (None)."""
    person = queries.reader(engagement, side)
    if person is None:
        return None
    url = case_link(engagement, side, at=at)
    return outbox.enqueue(
        mail,
        engagement,
        side,
        *args,
        url,
        to=person,
        about=engagement,
        step=f"{step}-{side.value}",
        at=at,
        at_once=at_once,
        not_before=not_before,
        nonce=nonce,
    )


NO_NEWS_ANY_MORE = ("engagements.paused", "engagements.goes_on", "engagements.handing_over")


def take_back_news(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """What nobody has read yet of a pause or of a search for somebody who follows is not so any more."""
    outbox.recall(engagement, by=by, at=at, kinds=NO_NEWS_ANY_MORE)


def take_back_at_the_end(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """What waits speaks of help that ends here; only what the two wrote each other leaves all the same."""
    outbox.recall(engagement, by=by, at=at, but_kinds=(queries.MESSAGE_MAIL,))


def tell_others(
    engagement: Engagement, mail: Callable[..., Mail], said_by: Side | None, *, step: str, at: datetime
) -> None:
    """Write to the side that has not said it; to both when the office did."""
    for side in Side:
        if side is not said_by:
            tell(engagement, mail, side, step=step, at=at, nonce=at.strftime("%Y%m%d%H%M"))
