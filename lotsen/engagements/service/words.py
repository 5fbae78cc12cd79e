"""What one side says that needs the coordinator, and the coordinator's "done"."""

from datetime import datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.waiting import give_task

from .. import queries
from ..models import Engagement
from ..rules import TASKS, Side, State
from .course import _says
from .standing import set_due


def needs_office(
    engagement: Engagement, side: Side, word: str, *, by: Actor, at: datetime, on_behalf_of: int | None = None
) -> None:
    """It does not fit, it does not go on, somebody did not come: the coordinator is told, nobody else.

    Raises
    ------
    ValueError
        ``word`` is none of `rules.TASKS`: a programming error.
    """
    if word not in TASKS:
        raise ValueError(word)
    _says(engagement, side, word)
    give_task(engagement, word, at=at)
    audit.record(f"engagement.{word}", engagement, by=by, at=at, on_behalf_of=on_behalf_of, side=side.value)


def task_done(engagement: Engagement, *, by: Actor, at: datetime) -> None:
    """The coordinator has taken care of what stood in the task list; nothing waits for ever afterwards."""
    if not engagement.task:
        return
    audit.record("engagement.task_done", engagement, by=by, at=at, reason=engagement.task)
    engagement.task = ""
    if engagement.due_at is not None or engagement.state is State.BROKEN_OFF:
        return
    if engagement.state in (State.AGREED, State.FIRST_CONTACT):
        engagement.due_at, engagement.due_step = queries.ask_without_date(at=at), "task"
    else:
        set_due(engagement, at=at)
