"""When something is due about an engagement."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.states import deadline, due
from lotsen.municipality.queries import town

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


def planned_end(engagement: Engagement) -> date | None:
    """The planned last day, where the next step does not say it: nothing is planned once the help has ended."""
    said = engagement.state is State.RUNNING and engagement.handing_over_at is None
    return None if said or engagement.state not in rules.HOLDS_PLACE else engagement.ends_on


def contact_until(engagement: Engagement) -> date | None:
    """The last day on which the sides read how to reach each other: the last question's; None while it goes on."""
    if engagement.state is not State.COMPLETED:
        return None
    steps = rules.TIMEOUTS[State.COMPLETED]
    days = sum(deadline("engagement", State.COMPLETED, step) for step in steps)
    return local_date(engagement.state_since) + timedelta(days=days)


def shows_contact(engagement: Engagement, today: date) -> bool:
    """Whether the sides read how to reach each other: not once it was broken off, nor long after its end."""
    until = contact_until(engagement)
    return engagement.state is not State.BROKEN_OFF and (until is None or today <= until)


def due_ids(at: datetime, *, limit: int = 500) -> Sequence[int]:
    """Engagements whose time-out has come, oldest first."""
    return db.session.scalars(
        select(Engagement.id).where(Engagement.due_at <= at).order_by(Engagement.due_at, Engagement.id).limit(limit)
    ).all()


def next_due() -> datetime | None:
    """When the next time-out of an engagement comes."""
    return db.session.scalar(select(func.min(Engagement.due_at)))


def first_contact_due(meeting_at: datetime | None, *, at: datetime) -> tuple[datetime, str]:
    """While they get to know each other: how was it, two days after the meeting; without a date, after 10 WT."""
    ask, again = rules.TIMEOUTS[State.FIRST_CONTACT][:2]
    if meeting_at is None:
        return ask_without_date(at=at), again.name
    return ask_after(meeting_at, at=at), ask.name


def answer_until(at: datetime) -> datetime:
    """Until when somebody may answer before a coordinator calls."""
    return at_local(calendar().nth_working_day(local_date(at), town().days_to_answer), MORNING)


def paused_due(engagement: Engagement, *, at: datetime, after: str = "") -> tuple[datetime | None, str]:
    """What comes next in a pause, after a step of this name: asked on the date; the place is free; a task.

    Without a date the task comes after somebody last said that it rests; with one, when the question stays open.
    """
    free, task = rules.TIMEOUTS[State.PAUSED]
    cal, today = calendar(), local_date(at)
    days_free, days_task = (deadline("engagement", State.PAUSED, step) for step in (free, task))
    free_on = cal.next_working_day(local_date(engagement.state_since) + timedelta(days=days_free))
    ask_on = cal.next_working_day(engagement.paused_until) if engagement.paused_until is not None else None
    asked = ask_on is not None and (after == rules.ASK_BACK or (after == free.name and ask_on <= free_on))
    plan: dict[str, date] = {}
    if ask_on is not None and not asked and (after != task.name or ask_on > today):
        plan[rules.ASK_BACK] = ask_on
    if engagement.holds_place:
        plan[free.name] = free_on
    if asked:
        plan[task.name] = cal.nth_working_day(today, town().days_to_answer)
    elif after != task.name:
        said_on = local_date(engagement.state_since) if after == free.name else today
        plan[task.name] = cal.next_working_day(said_on + timedelta(days=days_free + days_task))
    if not plan:
        return None, ""
    step, day = min(plan.items(), key=lambda item: (item[1], item[0]))
    return max(at, at_local(day, MORNING)), step
