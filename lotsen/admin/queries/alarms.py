"""Measuring what may be out of order, and what was."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.engine import make_url

from lotsen.admin.models import Incident
from lotsen.admin.rules import Facts
from lotsen.core.clock import real_now
from lotsen.core.extensions import db
from lotsen.core.models import JobRun, Lease
from lotsen.outbox.queries import longest_wait, sending_hold


def facts(at: datetime) -> Facts:
    """Everything the alarms look at."""
    settings = current_app.config["LOTSEN"]
    wall = real_now()
    backup = db.session.get(JobRun, "backup")
    made = backup.finished_at if backup else None
    disk = shutil.disk_usage(data_folder())
    watched = settings.mode == "production" and settings.backup_hours > 0
    return Facts(
        mail_waits=longest_wait(at),
        sending_held=sending_hold() is not None,
        scheduler_silent=scheduler_silent(wall),
        disk_total=disk.total,
        disk_free=disk.free,
        backup_age=wall - made if made else None,
        backup_within=timedelta(hours=settings.backup_hours) if watched else None,
        failed_jobs=failed_jobs(),
    )


def data_folder() -> Path:
    """Where the data of this installation are: beside the database file, else the instance folder."""
    settings = current_app.config["LOTSEN"]
    if settings.database_url.startswith("sqlite"):
        return Path(make_url(settings.database_url).database or ".").absolute().parent
    return Path(settings.instance)


def scheduler_silent(wall: datetime) -> timedelta | None:
    """How long ago the scheduler's lease ended, 0 while it works; None when there never was one."""
    until = db.session.scalar(select(Lease.until).where(Lease.name == "scheduler"))
    return None if until is None else max(timedelta(0), wall - until)


def failed_jobs() -> tuple[str, ...]:
    """Jobs whose last run broke off."""
    rows = db.session.scalars(
        select(JobRun.name)
        .where(JobRun.failed_at.is_not(None), (JobRun.finished_at.is_(None)) | (JobRun.failed_at > JobRun.finished_at))
        .order_by(JobRun.name)
    )
    return tuple(rows)


def open_incidents() -> Sequence[Incident]:
    """What is not in order now, the oldest first."""
    return db.session.scalars(select(Incident).where(Incident.closed_at.is_(None)).order_by(Incident.id)).all()


def ended_incidents(limit: int = 10) -> Sequence[Incident]:
    """What is in order again, the newest first."""
    ended = select(Incident).where(Incident.closed_at.is_not(None)).order_by(Incident.closed_at.desc(), Incident.id)
    return db.session.scalars(ended.limit(limit)).all()
