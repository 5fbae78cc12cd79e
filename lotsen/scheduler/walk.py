"""``tick``: run what is due now; with an instant, walk the demo clock there from due instant to due instant."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask

from lotsen.core import clock
from lotsen.core.db import transaction

from .runner import JobFailed, is_due, next_due, run
from .timetable import TIMETABLE, Job
from .turn import exclusive

log = logging.getLogger(__name__)

ROUNDS = 100
STUCK_PAUSE = timedelta(hours=1)


class ClockError(Exception):
    """The clock cannot go there; the message says why."""


@dataclass
class Walk:
    """What a tick did."""

    at: datetime
    instants: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    jobs: tuple[Job, ...] = TIMETABLE


def walk(
    app: Flask,
    until: datetime | None = None,
    *,
    told: Callable[[datetime], None] | None = None,
    jobs: tuple[Job, ...] = TIMETABLE,
) -> Walk:
    """Run everything that is due now; with ``until``, everything that becomes due before it too, in its order.

    ``jobs``: only these lines of the timetable.

    Raises
    ------
    ClockError
        ``until`` lies before the demo clock, or this is no demo town.
    """
    with app.app_context():
        at = clock.now()
    if until is not None:
        if not app.config["LOTSEN"].demo:
            raise ClockError("Only the demo town has a clock that can be moved.")
        if until < at:
            raise ClockError(f"The demo clock shows {clock.local(at):%Y-%m-%d %H:%M}; it only goes forward.")
    done = Walk(at, jobs=jobs)
    with exclusive(app):
        _settle(app, at, done)
        while until is not None and (following := _next_instant(app, at, jobs)) is not None and following <= until:
            at = following
            _set_clock(app, at)
            if told is not None:
                told(at)
            _settle(app, at, done)
        if until is not None:
            _set_clock(app, until)
            _settle(app, until, done)
    return done


def _settle(app: Flask, at: datetime, done: Walk) -> None:
    """Run what is due at this instant, and what that makes due at the same instant, until nothing is left."""
    done.at = at
    done.instants += 1
    failed: set[str] = set()
    jobs = sorted(done.jobs, key=lambda job: bool(job.due))  # those that look for themselves may make others due
    for _ in range(ROUNDS):
        progress = 0
        for job in jobs:
            if job.name not in failed and is_due(app, job, at):
                try:
                    rows = run(app, job, at)
                except JobFailed:
                    failed.add(job.name)
                    done.failed[job.name] = done.failed.get(job.name, 0) + 1
                    continue
                done.rows[job.name] = done.rows.get(job.name, 0) + rows
                progress += rows if job.due else 0
        if not progress:
            return
    log.error("at %s something is due again and again; going on", at.isoformat())


def _next_instant(app: Flask, after: datetime, jobs: tuple[Job, ...]) -> datetime | None:
    """The earliest instant after this one at which a job has something to do.

    What is still due at ``after`` could not be done (a job that failed). It hides what the same job has to do later, so
    that job is looked at again an hour later.
    """
    instants = [due for job in jobs if (due := next_due(app, job)) is not None]
    return min((due if due > after else after + STUCK_PAUSE for due in instants), default=None)


def _set_clock(app: Flask, at: datetime) -> None:
    with app.app_context(), transaction():
        clock.set_demo_clock(at)
