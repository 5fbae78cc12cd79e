"""Running one job and keeping what became of it."""

import logging
import threading
import traceback
from datetime import datetime, timedelta

from flask import Flask

from lotsen.core import clock
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun

from .timetable import Job

log = logging.getLogger(__name__)

QUIET_RUNS_KEPT_EVERY = timedelta(minutes=1)
_kept: dict[str, datetime] = {}
_failed_before: dict[str, str] = {}  # so that a job that fails every second writes its trace once
_lock = threading.Lock()


class JobFailed(Exception):
    """A job broke off; the run log has the trace."""


def is_due(app: Flask, job: Job, at: datetime) -> bool:
    """Whether the job has, or may have, something to do."""
    if not job.due:
        return True
    due = next_due(app, job)
    return due is not None and due <= at


def next_due(app: Flask, job: Job) -> datetime | None:
    """When a job has something to do next; None for jobs that look for themselves."""
    if not job.due:
        return None
    with app.app_context():
        return job.next_due()


def run(app: Flask, job: Job, at: datetime) -> int:
    """Run a job at an instant, in a context of its own, and write it to the run log. Returns its number of rows.

    Raises
    ------
    JobFailed
        It broke off. The log and the run log say why; what it had finished before stays.
    """
    with app.app_context(), clock.frozen(at):
        try:
            rows = again(lambda: job.run(at))
        except Exception as error:
            db.session.rollback()
            trace = traceback.format_exc(limit=-8)
            if _failed_before.get(job.name) != trace:
                log.exception("job %s failed; it is tried again at every look", job.name)
                _keep(job, at, rows=0, trace=trace)
            elif _quiet_for_long(job):
                log.error("job %s still fails: %s", job.name, error)
                _keep(job, at, rows=0, trace=trace)
            _failed_before[job.name] = trace
            raise JobFailed(job.name) from error
        _failed_before.pop(job.name, None)
        if rows:
            log.info("job %s: %d rows", job.name, rows)
        if rows or job.by_last_run or _quiet_for_long(job):
            _keep(job, at, rows=rows)
        return rows


def _quiet_for_long(job: Job) -> bool:
    """Runs without work are kept once a minute, so that the run log does not write every second."""
    with _lock:
        last = _kept.get(job.name)
    return last is None or clock.real_now() - last >= QUIET_RUNS_KEPT_EVERY


def _keep(job: Job, at: datetime, *, rows: int, trace: str = "") -> None:
    with _lock:
        _kept[job.name] = clock.real_now()
    again(lambda: _write(job, at, rows, trace))


def _write(job: Job, at: datetime, rows: int, trace: str) -> None:
    with transaction():
        row = db.session.get(JobRun, job.name)
        if row is None:
            row = JobRun(name=job.name, started_at=at, rows=0, runs=0)
            db.session.add(row)
        row.started_at = at
        row.runs += 1
        row.rows += rows
        if trace:
            row.failed_at, row.error = at, trace
        else:
            row.finished_at = at
