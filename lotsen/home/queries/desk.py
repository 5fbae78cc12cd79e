"""The coordinators' desk: every feature's tasks in one order, due by office days."""

from dataclasses import replace
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.core.access import Role
from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Row, Task
from lotsen.engagements import queries as engagements
from lotsen.engagements.models import Engagement
from lotsen.followups import queries as followups
from lotsen.help_requests import queries as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.queries import organisation_ids
from lotsen.outbox import queries as outbox
from lotsen.pilots import queries as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries as proposals

from ..rules import pressing
from . import again

CAME_BACK, FOLLOW_UP = ".undeliverable", "followup"
SOURCES = (proposals.tasks, pilots.tasks, engagements.tasks, outbox.tasks, again.tasks)


def office_tasks(at: datetime, *, reader: User | None = None) -> list[Task]:
    """All tasks, most pressing first; without Wiedervorlagen about the reader."""
    return _in_order(help_requests.tasks(at), at, reader)


def first_office_tasks(at: datetime, *, reader: User, requests: int) -> tuple[list[Task], int, int]:
    """As `office_tasks`, of requests only the ``requests`` most pressing; how many come behind; how many are urgent."""
    first, more, urgent = help_requests.first_tasks(at, most=requests)
    return _in_order(first, at, reader), more, urgent


def _in_order(of_requests: list[Task], at: datetime, reader: User | None) -> list[Task]:
    hidden = own_rows(reader) if reader is not None else set()
    others = [task for part in (*SOURCES, current_app.extensions["lotsen.tasks"]) for task in part(at)]
    found = _told_once([*of_requests, *others])
    shown = [_with_due(task) for task in found if not (task.kind == "note.again" and task.about in hidden)]
    return sorted(shown, key=pressing)


def _told_once(tasks: list[Task]) -> list[Task]:
    """A mail that came back is one call: the case whose clock it stopped is no second task beside it."""
    if not any(task.kind == "outbox.failed" for task in tasks):
        return tasks
    stopped = [task for task in tasks if task.kind.endswith(CAME_BACK)]
    mails = outbox.failed_about() if stopped else set()
    mails |= {
        ("engagement", row_id) for row_id in followups.engagements_asked({i for of, i in mails if of == FOLLOW_UP})
    }
    return [task for task in tasks if task not in stopped or task.row not in mails]


def _with_due(task: Task) -> Task:
    if task.due_at is not None:
        return task
    return replace(task, due_at=at_local(calendar().next_office_day(local_date(task.waiting_since)), MORNING))


def own_rows(person: User) -> set[Row]:
    """Everything that is a person's own affair: as pilot, as contact person. No statement for who is neither."""
    own: set[Row] = {("user", person.id)}
    if not person.roles & {Role.PILOT, Role.MEMBER}:
        return own
    pilots_of = select(Pilot.id).where(Pilot.user_id == person.id)
    organisations = organisation_ids(person.id)
    requests = select(HelpRequest.id).where(
        (HelpRequest.contact_id == person.id) | HelpRequest.organisation_id.in_(organisations)
    )
    cases = select(Engagement.id).where(Engagement.pilot_id.in_(pilots_of) | Engagement.help_request_id.in_(requests))
    own |= {("organisation", row_id) for row_id in organisations}
    for entity, statement in (("pilot", pilots_of), ("help_request", requests), ("engagement", cases)):
        own |= {(entity, row_id) for row_id in db.session.scalars(statement)}
    return own
