"""The scheduler's process: APScheduler only ticks, in UTC and in memory; what is due stands in the rows."""

import logging
from contextlib import suppress
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from lotsen.core import clock
from lotsen.core.process import stopping

from .runner import JobFailed, is_due, run
from .timetable import TIMETABLE, Job
from .turn import Turn

log = logging.getLogger(__name__)


def serve(app: Flask) -> None:
    """Work through the timetable until SIGTERM or SIGINT; a job that runs then ends its row first."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # else one line for every look of every second
    turn = Turn(app)
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(2), "lease": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(turn.renew, "interval", seconds=1, id="lease", executor="lease")
    for job in TIMETABLE:
        scheduler.add_job(look, "interval", seconds=job.every, id=job.name, args=[app, turn, job])
    turn.renew()
    scheduler.start()
    log.info("scheduler started: %s", ", ".join(job.name for job in TIMETABLE))
    stopping.wait()
    scheduler.shutdown(wait=True)
    turn.give_up()
    log.info("scheduler ended")


def look(app: Flask, turn: Turn, job: Job) -> None:
    """Run a job when it is our turn and something is due. A failure is in both logs; the next look comes anyway."""
    with turn.take() as mine:
        if not mine or stopping.is_set():
            return
        with app.app_context():
            at = clock.now()
        if is_due(app, job, at):
            with suppress(JobFailed):  # it is in the log and in the run log
                run(app, job, at)
