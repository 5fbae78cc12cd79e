"""When something is due about an engagement."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.states import deadline, due

from .. import rules
from ..models import Engagement
from ..rules import State


def ask_after(meeting_at: datetime, *, at: datetime) -> datetime:
    """When both are asked how a meeting was: two days after it, on a working day in the morning."""
    step = rules.TIMEOUTS[State.FIRST_CONTACT][0]
    days = deadline("engagement", State.FIRST_CONTACT, step)
    day = calendar().next_working_day(local_date(meeting_at) + timedelta(days=days))
    return max(at, at_local(day, MORNING))


def ask_without_date(*, at: datetime) -> datetime:
    """When they are asked again as long as no date is known, or it is still open: after 10 WT."""
    return due(rules.TIMEOUTS[State.FIRST_CONTACT][1], "engagement", State.FIRST_CONTACT, at)


def running_due(ends_on: date | None, *, at: datetime) -> tuple[datetime, str]:
    """What comes first while it runs: the day after its end, or the monthly line."""
    monthly, end = rules.TIMEOUTS[State.RUNNING][:2]
    month = due(monthly, "engagement", State.RUNNING, at)
    if ends_on is not None:
        after = timedelta(days=deadline("engagement", State.RUNNING, end))
        last = at_local(calendar().next_working_day(max(ends_on, local_date(at)) + after), MORNING)
        if last <= month:
            return last, end.name
    return month, monthly.name


def due_ids(at: datetime, *, limit: int = 500) -> Sequence[int]:
    """Engagements whose time-out has come, oldest first."""
    return db.session.scalars(
        select(Engagement.id).where(Engagement.due_at <= at).order_by(Engagement.due_at, Engagement.id).limit(limit)
    ).all()


def next_due() -> datetime | None:
    """When the next time-out of an engagement comes."""
    return db.session.scalar(select(func.min(Engagement.due_at)))
