"""What the scheduler does about requests: one step of each whose time has come."""

import logging
from datetime import datetime, timedelta

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.rows import rows_one_by_one
from lotsen.core.states import advance, rests
from lotsen.core.waiting import give_task_if_free

from . import queries, rules, service
from .models import HelpRequest
from .rules import State

log = logging.getLogger(__name__)
KEEP_INTAKES = timedelta(days=2)
# Steps that wait for a coordinator: from now on the request is a task.
TASKS = {"overdue": "overdue", "task": "on_hold", "decide": "waiting"}


def run_due(at: datetime) -> int:
    """Do one step of every request whose time has come, each in a transaction of its own."""
    return rows_one_by_one(queries.due_ids(at), lambda request_id: _due(request_id, at), log=log)


def _due(request_id: int, at: datetime) -> None:
    request = db.session.get(HelpRequest, request_id)
    if request is not None and request.due_at is not None and request.due_at <= at and not rests(request, at=at):
        _step(request, at)


def next_due() -> datetime | None:
    """When the next time-out comes."""
    return queries.next_due()


def purge_intakes(at: datetime) -> int:
    """Drop half-filled forms that nobody touched for two days."""
    with transaction():
        return service.purge_intakes(before=at - KEEP_INTAKES)


def _step(request: HelpRequest, at: datetime) -> None:
    step = request.due_step
    if request.state is State.DRAFT and step == "delete":
        service.tell_who_brought(request, at=at)
        service.delete_draft(request, by=SYSTEM, at=at)
        return
    if request.state is State.QUERY and step == "put_aside":
        service.put_aside(request, at=at)
        return
    if step in ("remind", "remind_again", "ask"):
        service.remind(request, at=at)
    elif step in ("tell", "tell_again", "ask_keep", "ask_again"):
        service.tell(request, at=at)
    elif step in TASKS:
        give_task_if_free(request, TASKS[step], at=at)
    advance(request, rules, at=at)
