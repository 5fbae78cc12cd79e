"""What a coordinator must look at in confidence: a problem that somebody reports, many hours in a year."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import PRESSED_TWICE
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db

from .. import queries, rules
from ..models import Concern, Engagement
from ..rules import ConcernKind, Side


def report_problem(
    engagement: Engagement,
    side: Side,
    text: str,
    phone: str,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
) -> Concern:
    """One side reports a problem: an urgent task, read by nobody but the coordinators. Sent twice it is kept once.

    Raises
    ------
    InvalidInput
        Nothing was written.
    """
    words = text.strip()[: rules.MAX_WORDS]
    if not words:
        raise InvalidInput("", field="text", code="empty")
    twin = queries.same_concern(engagement.id, side, words, since=at - PRESSED_TWICE)
    if twin is not None:
        return twin
    person = queries.person(engagement, side)
    row = Concern(
        engagement_id=engagement.id,
        kind=ConcernKind.PROBLEM,
        side=side,
        reporter_id=person.id if person is not None else None,
        text=words,
        phone=phone.strip()[: rules.MAX_PHONE],
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("engagement.problem", engagement, by=by, at=at, on_behalf_of=on_behalf_of, concern=row.id)
    return row


def many_hours(engagement: Engagement, *, before: int, after: int, by: Actor, at: datetime) -> Concern | None:
    """A business has had many hours this year: is it still advice? Asked again at each further multiple."""
    limit = queries.hours_of_business_a_year() * 60
    if after // limit == before // limit:
        return None
    row = Concern(engagement_id=engagement.id, kind=ConcernKind.HOURS, created_at=at)
    db.session.add(row)
    db.session.flush()
    audit.record("engagement.many_hours", engagement, by=by, at=at, concern=row.id, minutes=after)
    return row


def settle_concern(concern: Concern, text: str, *, by: Actor, at: datetime) -> None:
    """A coordinator has looked and decided. Twice: nothing more happens."""
    if concern.settled_at is None:
        concern.settled_at, concern.settled_text = at, text.strip()[: rules.MAX_WORDS]
        audit.record("engagement.concern_settled", concern.engagement, by=by, at=at, concern=concern.id)
