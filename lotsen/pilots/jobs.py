"""What the scheduler does about pilots: reminders, deletions, pauses that begin and end by themselves."""

import logging
from datetime import datetime

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db

from . import queries, service
from .models import Pilot

log = logging.getLogger(__name__)


def run_due(at: datetime) -> int:
    """Do one step of every pilot whose time has come, each in a transaction of its own. Returns how many."""
    settle_names(at)
    done = 0
    for pilot_id in queries.due_ids(at):
        try:
            with transaction():
                pilot = db.session.get(Pilot, pilot_id)
                if pilot is not None and pilot.due_at is not None and pilot.due_at <= at:
                    service.step(pilot, by=SYSTEM, at=at)
                    done += 1
        except Conflict:
            log.info("pilot %s was moved meanwhile", pilot_id)
        except Exception:
            log.exception("pilot %s: the step that was due failed; the others go on", pilot_id)
    return done


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
