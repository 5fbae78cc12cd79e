"""How the installation stands: scheduler, jobs, mails, database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text

from lotsen.accounts.service import production
from lotsen.core.clock import real_now
from lotsen.core.extensions import db
from lotsen.core.models import JobRun, Lease
from lotsen.municipality.queries import years_without_quiet_period
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.queries import counts
from lotsen.outbox.rules import State


@dataclass(frozen=True)
class Health:
    """What the health page shows."""

    scheduler_until: datetime | None
    scheduler_works: bool
    jobs: Sequence[JobRun]
    oldest_due_mail: datetime | None
    mails: dict[State, int]
    migration: str
    migration_expected: str
    years_without_quiet_period: list[int]
    problems: list[str]


def health(at: datetime) -> Health:
    """Read everything once."""
    until = db.session.scalar(select(Lease.until).where(Lease.name == "scheduler"))
    oldest = select(func.min(OutboxMessage.due_at)).where(
        OutboxMessage.state == State.WAITING, OutboxMessage.due_at <= at
    )
    return Health(
        scheduler_until=until,
        scheduler_works=until is not None and until > real_now(),
        jobs=db.session.scalars(select(JobRun).order_by(JobRun.name)).all(),
        oldest_due_mail=db.session.scalar(oldest),
        mails=counts(),
        migration=db.session.scalar(text("SELECT version_num FROM alembic_version")) or "",
        migration_expected=_head(),
        years_without_quiet_period=years_without_quiet_period(at),
        problems=production.problems(),
    )


def _head() -> str:
    config = Config()
    config.set_main_option("script_location", str(Path(current_app.root_path) / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head() or ""
