"""The order of the coordinators' tasks, and who is told when nobody touches one. Pure."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from lotsen.core.tasks import Task


class Stage(StrEnum):
    """Who is told that a task lies there untouched."""

    DEPUTY = "deputy"
    ADMINISTRATOR = "administrator"


def pressing(task: Task) -> tuple[bool, bool, datetime, str]:
    """Sort key: what was promised first, then what is urgent, then what is due longest."""
    return (not task.promised, not task.urgent, task.due_at or task.waiting_since, task.title)


def untouched_days(
    waiting_since: datetime,
    touched_at: datetime | None,
    at: datetime,
    working_days: Callable[[datetime, datetime], int],
) -> int:
    """How many working days nobody did anything about it: not moved, nothing noted since."""
    return working_days(max(waiting_since, touched_at or waiting_since), at)


def stages(days: int, *, deputy_after: int, administrator_after: int) -> tuple[Stage, ...]:
    """Who must have been told by now, the nearest first."""
    told = []
    if days >= deputy_after:
        told.append(Stage.DEPUTY)
    if days >= administrator_after:
        told.append(Stage.ADMINISTRATOR)
    return tuple(told)
