"""Once a night: what has served its time goes, one transaction a batch."""

import logging
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select

from lotsen.accounts.models import User
from lotsen.core.access import SYSTEM
from lotsen.core.again import again
from lotsen.core.clock import at_local, local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.process import stopping
from lotsen.core.rows import rows_one_by_one

from .models import RetentionRun
from .service import erasure, retention, tombstones

log = logging.getLogger(__name__)

NIGHT = time(3, 10)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def next_due() -> datetime | None:
    """The night after the last run; at once when there was none."""
    last = db.session.scalar(select(func.max(RetentionRun.at)).where(RetentionRun.kind == retention.NIGHT))
    if last is None:
        return LONG_AGO
    return at_local(local_date(last) + timedelta(days=1), NIGHT)


def retain(at: datetime) -> int:
    """Let go of everything whose time has come. Returns how many rows; a batch that fails stops only its class."""
    gone, failed = _erase_again(at), []
    for name in retention.names():
        try:
            gone += _class(name, at)
        except Exception:
            log.exception("retention of %s failed; the other classes go on", name)
            db.session.rollback()
            failed.append(name)
    if not stopping.is_set():
        again(lambda: _night_is_over(at))
    if failed:
        raise RetentionFailed(", ".join(failed))
    return gone


class RetentionFailed(Exception):
    """Some classes could not be worked on; the log says why. They are tried again the next night."""


def _erase_again(at: datetime) -> int:
    """A restored backup brought erased people back: they go again. Returns how many."""
    ids = list(tombstones.brought_back())
    db.session.rollback()
    return rows_one_by_one(ids, lambda user_id: _erase(user_id, at), log=log)


def _erase(user_id: int, at: datetime) -> None:
    erasure.erase(db.session.get_one(User, user_id), channel="restore", by=SYSTEM, at=at)
    retention.keep_run(retention.AGAIN, 1, at=at)


def _class(name: str, at: datetime) -> int:
    rows = 0
    while not stopping.is_set() and (done := again(lambda: _batch(name, at))):
        rows += done
        if done < retention.BATCH:
            break
    return rows


def _batch(name: str, at: datetime) -> int:
    db.session.rollback()
    if not db.session.scalar(retention.due(name, at).limit(1)):
        return 0
    with transaction():
        return retention.batch(name, at)


def _night_is_over(at: datetime) -> None:
    with transaction():
        retention.keep_night(at=at)
