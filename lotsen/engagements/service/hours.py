"""Time that a pilot gave."""

from datetime import date, datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import PRESSED_TWICE, local_date
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db

from .. import queries, rules
from ..models import Engagement, HoursEntry
from .concerns import many_hours


def log_hours(
    engagement: Engagement,
    on: date,
    minutes: int,
    note: str,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
) -> HoursEntry:
    """Keep time that the pilot gave. The same entry sent twice within minutes is kept once.

    Raises
    ------
    InvalidInput
        A day in the future or long before the engagement began, or not between 1 minute and 24 hours.
    """
    if not 0 < minutes <= rules.LONGEST_ENTRY_MINUTES:
        raise InvalidInput("", field="hours", code="hours")
    earliest = local_date(engagement.created_at) - timedelta(days=rules.HOURS_BEFORE_START_DAYS)
    if not earliest <= on <= local_date(at):
        raise InvalidInput("", field="day", code="future" if on > local_date(at) else "early")
    note = note.strip()[: rules.MAX_NOTE]
    twin = queries.same_hours(engagement.id, on, minutes, note, since=at - PRESSED_TWICE)
    if twin is not None:
        return twin
    entry = HoursEntry(
        engagement_id=engagement.id,
        on=on,
        minutes=minutes,
        note=note,
        entered_by=by.actor_id,
        created_at=at,
    )
    before = queries.business_minutes(engagement, on.year)
    db.session.add(entry)
    if before is not None:
        many_hours(engagement, before=before, after=before + minutes, by=by, at=at)
    audit.record("engagement.hours", engagement, by=by, at=at, on_behalf_of=on_behalf_of, minutes=minutes)
    return entry
