"""Opening and ending incidents; each is told to every administrator once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lotsen.accounts.models import User, UserRole
from lotsen.audit import service as audit
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import is_postgresql
from lotsen.core.extensions import db
from lotsen.outbox import service as outbox
from lotsen.outbox.service import Mail

from . import mails
from .models import OPEN, Incident
from .queries.alarms import open_incidents
from .rules import Alarm


def note(found: set[tuple[Alarm, str]], *, at: datetime) -> int:
    """Open an incident for what is newly wrong, end those of what is in order again. Returns how many changed."""
    known = {(row.kind, row.subject): row for row in open_incidents()}
    begun = [_open(kind, subject, at) for kind, subject in sorted(found - set(known))]
    ended = [_end(row, at) for key, row in known.items() if key not in found]
    return sum(begun) + sum(ended)


def _open(kind: Alarm, subject: str, at: datetime) -> bool:
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    made = db.session.scalar(
        insert(Incident)
        .values(kind=kind, subject=subject, opened_at=at)
        .on_conflict_do_nothing(index_elements=["kind", "subject"], index_where=OPEN)
        .returning(Incident.id)
    )
    if made is None:  # somebody else noticed it at the same moment
        return False
    incident = db.session.get_one(Incident, made)
    audit.record("incident.opened", incident, by=SYSTEM, at=at, kind=kind.value, subject=subject)
    _tell(mails.alarm, incident, step="opened", at=at)
    return True


def _end(incident: Incident, at: datetime) -> bool:
    ended: Any = db.session.execute(
        update(Incident).where(Incident.id == incident.id, Incident.closed_at.is_(None)).values(closed_at=at)
    )
    if ended.rowcount != 1:
        return False
    audit.record("incident.ended", incident, by=SYSTEM, at=at)
    outbox.recall(incident, by=SYSTEM, at=at)  # no mail left yet: the one that it is over is enough
    _tell(mails.alarm_over, incident, step="ended", at=at)
    return True


def _tell(mail: Callable[..., Mail], incident: Incident, *, step: str, at: datetime) -> None:
    administrators = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.ADMINISTRATOR, User.active, User.email.is_not(None))
    )
    for person in db.session.scalars(administrators.order_by(User.id)).unique():
        outbox.enqueue(mail, incident, to=person, about=incident, step=step, at=at, at_once=True)
