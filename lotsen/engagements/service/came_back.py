"""A mail about an engagement came back: never silence. The clock stops until somebody has called."""

from datetime import datetime

from lotsen.core.extensions import db
from lotsen.core.states import due, step_again
from lotsen.core.waiting import give_task_if_free
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage

from .. import queries, rules
from ..models import Engagement
from .standing import set_due


@outbox.undeliverable.connect
def on_undeliverable(message: OutboxMessage, at: datetime) -> None:
    """News of an engagement came back."""
    if message.about_entity == Engagement.entity:
        stop_clock(db.session.get(Engagement, message.about_id), at=at)


@outbox.delivered.connect
def on_delivered(message: OutboxMessage, at: datetime) -> None:
    """Somebody called, or the mail arrived after all."""
    if message.about_entity == Engagement.entity:
        clock_goes_on(db.session.get(Engagement, message.about_id), at=at)


def reminds_again(engagement: Engagement, *, at: datetime) -> None:
    """A reminder was taken back before it left: it comes again before the case goes on without a word."""
    stands = engagement.task == rules.UNDELIVERABLE
    step_again(engagement, rules, at=at, only=rules.REMINDERS, stands=stands)


def stop_clock(engagement: Engagement | None, *, at: datetime) -> None:
    """Nothing is due, and somebody must call; what else stands in the task list goes first."""
    if engagement is None or (engagement.due_at is None and engagement.state not in rules.LIVE):
        return
    engagement.due_at = None
    give_task_if_free(engagement, rules.UNDELIVERABLE, at=at)


def clock_goes_on(engagement: Engagement | None, *, at: datetime) -> None:
    """The person knows what the mail said: the step that was next counts from now, or from the day somebody named."""
    if engagement is None or engagement.task != rules.UNDELIVERABLE:
        return
    engagement.task = ""
    if engagement.due_at is not None:
        return
    was_next = engagement.due_step
    if was_next == rules.PILOT_RESTS:
        engagement.due_at = queries.answer_until(at)
        return
    set_due(engagement, at=at)  # by the day that was named: of the meeting, of the end, of the pause
    steps = rules.TIMEOUTS.get(engagement.state, ())
    names = [step.name for step in steps]
    if was_next in names and (engagement.due_step not in names or _later(was_next, engagement.due_step, names)):
        step = steps[names.index(was_next)]
        engagement.due_at, engagement.due_step = due(step, engagement.entity, engagement.state, at), was_next


def _later(step: str, other: str, names: list[str]) -> bool:
    return names.index(step) > names.index(other)
