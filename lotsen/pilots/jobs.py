"""What the scheduler does about pilots: reminders, deletions, pauses that begin and end by themselves."""

import logging
from datetime import datetime

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.rows import rows_one_by_one
from lotsen.core.states import rests

from . import queries, service
from .models import Pilot
from .rules import BACK, START_PAUSE

log = logging.getLogger(__name__)
ON_A_NAMED_DAY = (START_PAUSE, BACK)  # the pilot named the day, quiet or not


def run_due(at: datetime) -> int:
    """Do one step of every pilot whose time has come, each in a transaction of its own. Returns how many."""
    settle_names(at)
    return rows_one_by_one(queries.due_ids(at), lambda pilot_id: _due(pilot_id, at), log=log)


def _due(pilot_id: int, at: datetime) -> None:
    pilot = db.session.get(Pilot, pilot_id)
    if pilot is None or pilot.due_at is None or pilot.due_at > at:
        return
    if pilot.due_step in ON_A_NAMED_DAY or not rests(pilot, at=at):
        service.step(pilot, by=SYSTEM, at=at)


def settle_names(at: datetime) -> int:
    """Block organisations that came after a pilot had named them. Returns how many pilots were looked at."""
    pilots = queries.with_open_names()
    for pilot_id in pilots:
        with transaction():
            service.settle_names(db.session.get_one(Pilot, pilot_id), by=SYSTEM, at=at)
    return len(pilots)


def next_due() -> datetime | None:
    """When the next time-out comes."""
    return queries.next_due()
