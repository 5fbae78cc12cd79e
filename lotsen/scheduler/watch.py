"""Watching the scheduler from the web process: a dead one cannot say that it is dead.

Each web worker looks once a minute, one of them acts (a lease). While the scheduler works, it notices everything else
itself. Where web and scheduler are gone, ``check --alarm`` from a timer or cron is left.
"""

import logging
import threading
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lotsen.admin import jobs as admin
from lotsen.admin.queries.alarms import scheduler_silent
from lotsen.admin.rules import SCHEDULER_SILENT
from lotsen.core import clock, lease
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import jobs as outbox

from .turn import holder_name

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
ALARMS = "admin.alarm"


def watch(app: Flask) -> threading.Event:
    """Begin to look, in a thread that ends with the process. Returns the event that ends it earlier."""
    over = threading.Event()
    threading.Thread(target=_go_on, args=(app, holder_name(), over), name="watch", daemon=True).start()
    return over


def look(app: Flask, holder: str) -> bool:
    """Raise the alarm when the scheduler is silent, and hand the mail over, as nobody else does. Whether it was."""
    with app.app_context():
        silent = scheduler_silent(clock.real_now())
        db.session.rollback()
        if silent is not None and silent <= SCHEDULER_SILENT:
            return False
        with transaction(guarded=True):
            if not lease.acquire("watch", holder, EVERY_SECONDS - 5):
                return False
        log.error("the scheduler is silent")
        raise_alarm(clock.now())
        return True


def raise_alarm(at: datetime) -> int:
    """Note what is wrong and send the mails about it, beside a scheduler that may be dead. Returns how many left."""
    admin.watch(at)
    return outbox.deliver(at, kinds=ALARMS)


def _go_on(app: Flask, holder: str, over: threading.Event) -> None:
    while not over.wait(EVERY_SECONDS):
        try:
            look(app, holder)
        except SQLAlchemyError:  # the database is busy or gone: the next minute looks again, /readyz says so meanwhile
            log.exception("the scheduler could not be watched")
