"""What lies there untouched: what, since when, who is responsible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lotsen.accounts import queries as people
from lotsen.accounts.models import User
from lotsen.core.access import Role
from lotsen.core.clock import calendar
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.municipality.queries import town
from lotsen.notes import queries as notes

from ..rules import untouched_days
from .desk import office_tasks


@dataclass(frozen=True)
class Untouched:
    """A task, and for how many working days nobody did anything about it."""

    task: Task
    days: int


def untouched(at: datetime, *, least: int) -> list[Untouched]:
    """Tasks that nobody touched for at least so many working days, most pressing first."""
    count, tasks = calendar().working_days_between, office_tasks(at)
    touched = notes.latest(task.about for task in tasks if task.about is not None)
    found = [
        Untouched(task, untouched_days(task.waiting_since, touched.get(task.about or ("", 0)), at, count))
        for task in tasks
    ]
    return [one for one in found if one.days >= least]


def deputy() -> User | None:
    """Who stands in for the coordinators; None when nobody is named, or who was is none any more."""
    person = db.session.get(User, town().deputy) if town().deputy else None
    return person if person is not None and person.active and Role.COORDINATOR in person.roles else None


def responsible() -> Sequence[User]:
    """Whose tasks these are: everybody who coordinates."""
    return people.with_role(Role.COORDINATOR)
