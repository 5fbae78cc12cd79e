"""Time that pilots gave: of an engagement, of a pilot, for a business in a year."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from lotsen.core.clock import local_date
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import town
from lotsen.organisations.rules import Kind

from ..models import Engagement, HoursEntry
from ..rules import State
from .appointments import appointments_of


def hours_of(engagement_id: int) -> Sequence[HoursEntry]:
    """The hours entered for an engagement, newest first."""
    return db.session.scalars(
        select(HoursEntry)
        .where(HoursEntry.engagement_id == engagement_id)
        .order_by(HoursEntry.on.desc(), HoursEntry.id.desc())
    ).all()


def day_to_enter(engagement_id: int, today: date) -> date:
    """The day of the latest meeting whose hours are not entered yet, else today."""
    entered = {row.on for row in hours_of(engagement_id)}
    met = {local_date(row.starts_at) for row in appointments_of(engagement_id)}
    return max((day for day in met - entered if day <= today), default=today)


def minutes_of_pilot(pilot_id: int) -> int:
    """All minutes a pilot gave."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(HoursEntry.minutes), 0))
            .join(Engagement, Engagement.id == HoursEntry.engagement_id)
            .where(Engagement.pilot_id == pilot_id)
        )
        or 0
    )


def same_hours(engagement_id: int, on: date, minutes: int, note: str, *, since: datetime) -> HoursEntry | None:
    """An entry that says the same, made since an instant: the button was pressed twice."""
    return db.session.scalar(
        select(HoursEntry)
        .where(
            HoursEntry.engagement_id == engagement_id,
            HoursEntry.on == on,
            HoursEntry.minutes == minutes,
            HoursEntry.note == note,
            HoursEntry.created_at >= since,
        )
        .limit(1)
    )


def hours_of_business_a_year() -> int:
    """From how many hours a year on a coordinator decides about a business (a setting of the town)."""
    return town().business_hours_a_year


def business_minutes(engagement: Engagement, year: int) -> int | None:
    """All minutes that the business of an engagement had in a year; None when it is no business."""
    request = engagement.help_request
    if request.org_kind is not Kind.BUSINESS or request.organisation_id is None:
        return None
    same = select(HelpRequest.id).where(HelpRequest.organisation_id == request.organisation_id)
    first, last = date(year, 1, 1), date(year, 12, 31)
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(HoursEntry.minutes), 0))
            .join(Engagement, Engagement.id == HoursEntry.engagement_id)
            .where(Engagement.help_request_id.in_(same), HoursEntry.on.between(first, last))
        )
        or 0
    )


def ended_of_pilot(pilot_id: int) -> int:
    """How many engagements a pilot has brought to their end."""
    ended = (Engagement.pilot_id == pilot_id, Engagement.state == State.COMPLETED)
    return db.session.scalar(select(func.count()).select_from(Engagement).where(*ended)) or 0
