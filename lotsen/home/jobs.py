"""The morning of working days: who is told of what lies there; on office days the mail with the decisions."""

import logging
from datetime import date, datetime, time, timedelta

from flask import current_app

from lotsen.accounts import queries as people
from lotsen.accounts.models import User
from lotsen.core.access import Role
from lotsen.core.clock import at_local, calendar, local, local_date, now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun
from lotsen.core.rows import rows_one_by_one
from lotsen.municipality.queries import town

from . import service

log = logging.getLogger(__name__)
NAME = "home.morning"
EVENING = time(18)  # or the end of the sending hours, where the town sends longer


def next_due() -> datetime | None:
    """The hour that the town set, of the next working day after the last run."""
    last = db.session.get(JobRun, NAME)
    day = local_date(last.started_at) + timedelta(days=1) if last is not None else local_date(now())
    return at_local(calendar().next_working_day(day), time.fromisoformat(town().morning_at))


def morning(at: datetime) -> int:
    """Do the morning's round; one that is made up for late in the evening wakes nobody.

    Returns how many coordinators were looked at and others told.
    """
    today, told = local_date(at), 0
    if calendar().is_working_day(today) and local(at).time() < max(EVENING, calendar().sends_until):
        with current_app.test_request_context():  # tasks name pages, and pages need an address
            told = _escalate(at)
            if _is_office_day(today):
                ids = [person.id for person in people.with_role(Role.COORDINATOR)]
                db.session.rollback()
                told += rows_one_by_one(ids, lambda person_id: _write(person_id, at), log=log)
    _remember(at)
    return told


def _remember(at: datetime) -> None:
    """Today's round is over, also when there was nothing to say."""
    with transaction():
        row = db.session.get(JobRun, NAME)
        if row is None:
            row = JobRun(name=NAME, started_at=at)
            db.session.add(row)
        row.started_at = at


def _escalate(at: datetime) -> int:
    with transaction():
        return service.tell_about_untouched(at=at)


def _write(person_id: int, at: datetime) -> None:
    service.write_decisions(db.session.get_one(User, person_id), at=at)


def _is_office_day(day: date) -> bool:
    return calendar().next_office_day(day - timedelta(days=1)) == day
