"""The mail of an office day: at most five decisions, each answerable from the mail."""

from datetime import datetime

from sqlalchemy import exists, select

from lotsen.accounts.models import User
from lotsen.core import tokens
from lotsen.core.clock import END_OF_DAY, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.core.tasks import Task
from lotsen.core.tokens import Purpose
from lotsen.core.web import link
from lotsen.municipality.queries import town
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.service import Action

from .. import mails, queries


def write_decisions(coordinator: User, *, at: datetime) -> bool:
    """Write to one coordinator what is due today, most pressing first; nothing when there is nothing, or twice a day.

    Returns whether there is a mail.
    """
    today = local_date(at)
    if not coordinator.email or _has_one(coordinator, today_begins=at_local(today, datetime.min.time())):
        return False
    with speaking(coordinator.locale):
        due = _due(coordinator, at)
    if not due:
        return False
    ends = at_local(calendar().next_office_day(today), END_OF_DAY)
    choices = [_choice(task, coordinator, at, ends) for task in due[: town().decisions_a_mail]]
    made = outbox.enqueue(
        mails.decisions,
        choices,
        len(due),
        to=coordinator,
        about=coordinator,
        step="decisions",
        at=at,
        at_once=True,
        nonce=today.isoformat(),
    )
    return made is not None


def _due(coordinator: User, at: datetime) -> list[Task]:
    """What is due by tonight and not the coordinator's own affair."""
    own, tonight = queries.own_rows(coordinator), at_local(local_date(at), END_OF_DAY)
    tasks = queries.office_tasks(at, reader=coordinator)
    return [
        task
        for task in tasks
        if task.row is not None and task.about not in own and (task.urgent or (task.due_at or at) <= tonight)
    ]


def _choice(task: Task, coordinator: User, at: datetime, ends: datetime) -> Action:
    _entity, row_id = task.row or ("", 0)
    raw = tokens.issue(Purpose.DECISION, task.kind, row_id, at=at, user_id=coordinator.id, until=ends)
    return Action(task.title, link("home.decision", token=raw))


def _has_one(coordinator: User, *, today_begins: datetime) -> bool:
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    OutboxMessage.kind == "home.decisions",
                    OutboxMessage.recipient_id == coordinator.id,
                    OutboxMessage.created_at >= today_begins,
                )
            )
        )
    )
