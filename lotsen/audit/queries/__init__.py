"""Reading the audit log."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from lotsen.audit.models import AuditEvent, FileReading
from lotsen.core.extensions import db


def events_of(entity: str, entity_id: int, *, since: datetime | None = None, limit: int = 50) -> Sequence[AuditEvent]:
    """The newest events of one row first."""
    if since is None:
        return db.session.scalars(_events(), {"entity": entity, "row": entity_id, "most": limit}).all()
    later = _events().where(AuditEvent.at > since)
    return db.session.scalars(later, {"entity": entity, "row": entity_id, "most": limit}).all()


@cache
def _events() -> Select[AuditEvent]:
    """Built once: the page of every row asks it, and building it takes as long as running it."""
    return (
        select(AuditEvent)
        .where(AuditEvent.entity == bindparam("entity"), AuditEvent.entity_id == bindparam("row"))
        .order_by(AuditEvent.id.desc())
        .limit(bindparam("most"))
    )


def readings(entity: str = "", readers: Select[Any] | None = None) -> Select[FileReading]:
    """Who opened which file on which day, newest first; of one kind of file, or by these people only."""
    statement = select(FileReading).order_by(FileReading.id.desc())
    if entity:
        statement = statement.where(FileReading.entity == entity)
    return statement if readers is None else statement.where(FileReading.reader_id.in_(readers))


def happened(entity: str, entity_id: int, action: str) -> bool:
    """Whether something was ever done to a row."""
    event = select(AuditEvent.id).where(
        AuditEvent.entity == entity, AuditEvent.entity_id == entity_id, AuditEvent.action == action
    )
    return db.session.scalar(event.limit(1)) is not None


def happened_at(entity: str, entity_id: int, action: str, at: datetime) -> bool:
    """Whether something was done to a row at this instant: together with what else bears it."""
    event = select(AuditEvent.id).where(
        AuditEvent.entity == entity, AuditEvent.entity_id == entity_id, AuditEvent.action == action, AuditEvent.at == at
    )
    return db.session.scalar(event.limit(1)) is not None


def last_reason(entity: str, entity_id: int, to: StrEnum) -> str:
    """Why a row last came into a state, in the words of who moved it."""
    event = select(AuditEvent.reason).where(
        AuditEvent.entity == entity, AuditEvent.entity_id == entity_id, AuditEvent.after == to.value
    )
    return db.session.scalar(event.order_by(AuditEvent.id.desc()).limit(1)) or ""


def moved_by(entity: str, entity_id: int, to: Collection[StrEnum], actor_id: int | None) -> bool:
    """Whether the last move of a row went to one of these states by this person: the same button pressed twice."""
    last = db.session.execute(
        select(AuditEvent.after, AuditEvent.actor_id)
        .where(AuditEvent.entity == entity, AuditEvent.entity_id == entity_id, AuditEvent.after != "")
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()
    return last is not None and last.after in {state.value for state in to} and last.actor_id == actor_id


def last_done_by(entity: str, entity_id: int, action: str, actor_id: int | None) -> datetime | None:
    """When this person did this, if it was the last thing done to a row: a button pressed twice that moves no state."""
    last = next(iter(events_of(entity, entity_id, limit=1)), None)
    return last.at if last is not None and (last.action, last.actor_id) == (action, actor_id) else None
