"""When something is not in order. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MAIL_WAITS = timedelta(minutes=10)
SCHEDULER_SILENT = timedelta(minutes=2)
DISK_FREE_SHARE = 0.05
DISK_FREE_BYTES = 500 * 2**20


class Alarm(StrEnum):
    """What can be wrong."""

    MAILS = "mails"
    SCHEDULER = "scheduler"
    DISK = "disk"
    BACKUP = "backup"
    JOB = "job"


@dataclass(frozen=True)
class Facts:
    """What was measured. ``None``: no mail is due; the scheduler, or a backup, has never been."""

    mail_waits: timedelta | None
    sending_held: bool
    scheduler_silent: timedelta | None
    disk_total: int
    disk_free: int
    backup_age: timedelta | None
    backup_within: timedelta | None
    failed_jobs: tuple[str, ...] = ()


def alarms(facts: Facts) -> set[tuple[Alarm, str]]:
    """What is not in order: kind and subject (the name of a job)."""
    return set(_alarms(facts))


def _alarms(facts: Facts) -> Iterator[tuple[Alarm, str]]:
    if facts.mail_waits is not None and facts.mail_waits > MAIL_WAITS and not facts.sending_held:
        yield Alarm.MAILS, ""
    if facts.scheduler_silent is None or facts.scheduler_silent > SCHEDULER_SILENT:
        yield Alarm.SCHEDULER, ""
    if disk_nearly_full(facts.disk_total, facts.disk_free):
        yield Alarm.DISK, ""
    if facts.backup_within is not None and (facts.backup_age is None or facts.backup_age > facts.backup_within):
        yield Alarm.BACKUP, ""
    for name in facts.failed_jobs:
        yield Alarm.JOB, name


def disk_nearly_full(total: int, free: int) -> bool:
    """Whether less than 500 MB or 5 % are free."""
    return free < DISK_FREE_BYTES or free < DISK_FREE_SHARE * total
