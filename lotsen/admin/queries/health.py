"""How the installation stands: scheduler, jobs, mails, database, disk, backup."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from lotsen.accounts.service import production
from lotsen.admin.models import Incident
from lotsen.admin.rules import Facts
from lotsen.audit.queries.own_cases import own_cases
from lotsen.core import schema
from lotsen.core.clock import real_now
from lotsen.core.extensions import db
from lotsen.core.models import JobRun, Lease
from lotsen.municipality.queries import years_without_quiet_period
from lotsen.outbox.models import SendingHold
from lotsen.outbox.queries import counts, sending_hold
from lotsen.outbox.rules import State

from .alarms import ended_incidents, facts, open_incidents


@dataclass(frozen=True)
class Health:
    """What the health page shows."""

    facts: Facts
    scheduler_works: bool
    jobs: Sequence[JobRun]
    incidents: Sequence[Incident]
    ended: Sequence[Incident]
    hold: SendingHold | None
    backup: JobRun | None
    oldest_due_mail: datetime | None
    mails: dict[State, int]
    migration: str
    migration_expected: str
    years_without_quiet_period: list[int]
    own_cases: int
    problems: list[str]

    @property
    def disk_free(self) -> str:
        """Free space in GB."""
        return f"{self.facts.disk_free / 1e9:.1f} GB".replace(".", ",")

    @property
    def backup_late(self) -> bool:
        """Whether the last backup is older than it should be."""
        within = self.facts.backup_within or timedelta(days=1)
        return self.facts.backup_age is None or self.facts.backup_age > within


def health(at: datetime) -> Health:
    """Read everything once."""
    until = db.session.scalar(select(Lease.until).where(Lease.name == "scheduler"))
    measured = facts(at)
    return Health(
        facts=measured,
        scheduler_works=until is not None and until > real_now(),
        jobs=db.session.scalars(select(JobRun).where(JobRun.name != "backup").order_by(JobRun.name)).all(),
        incidents=open_incidents(),
        ended=ended_incidents(),
        hold=sending_hold(),
        backup=db.session.get(JobRun, "backup"),
        oldest_due_mail=None if measured.mail_waits is None else at - measured.mail_waits,
        mails=counts(),
        migration=schema.found(),
        migration_expected=schema.expected(),
        years_without_quiet_period=years_without_quiet_period(at),
        own_cases=own_cases(at),
        problems=[problem.code for problem in production.missing()],
    )
