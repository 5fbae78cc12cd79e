"""Once a night: drop what has served its time and is nobody's data any more."""

from datetime import UTC, datetime, time, timedelta

from lotsen.accounts.service import devices, sessions
from lotsen.core import throttle, typed
from lotsen.core.clock import at_local, local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun

NIGHT = time(3, 10)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def next_due() -> datetime | None:
    """The night after the last run; at once when there was none."""
    last = db.session.get(JobRun, "housekeeping")
    if last is None:
        return LONG_AGO
    return at_local(local_date(last.started_at) + timedelta(days=1), NIGHT)


def tidy(at: datetime) -> int:
    """Drop old throttle counters, log-ins and remembered devices past their limit, forms nobody came back for."""
    with transaction():
        return throttle.purge() + sessions.purge() + devices.purge() + typed.purge()
