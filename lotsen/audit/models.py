"""The audit log and the reading log. No foreign keys: they outlive what they speak of."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from lotsen.core.db import UtcDateTime, is_purging
from lotsen.core.extensions import Base


class AuditEvent(Base):
    """One thing that somebody did. ``before`` and ``after`` are states when it was a move."""

    __tablename__ = "audit_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    on_behalf_of: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60), index=True)
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int]
    before: Mapped[str] = mapped_column(String(40), default="")
    after: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index("ix_audit_events_entity_entity_id", "entity", "entity_id"),)


class FileReading(Base):
    """That somebody of the office opened the page of a person, organisation or case; one row a day."""

    __tablename__ = "file_readings"
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int]
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int]
    day: Mapped[date] = mapped_column(index=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("reader_id", "entity", "entity_id", "day"),
        Index("ix_file_readings_entity_entity_id", "entity", "entity_id"),
    )


class AppendOnly(RuntimeError):
    """A programming error: something wanted to change or delete a row of the audit log."""


@event.listens_for(Session, "before_flush")
def _no_change(session: Session, *_: Any) -> None:
    changed = [*session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    if not is_purging() and any(isinstance(row, AuditEvent) for row in changed):
        raise AppendOnly("a row of audit_events was to be changed or deleted")


@event.listens_for(Session, "do_orm_execute")
def _no_statement(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete) and not is_purging():
        mapper = state.bind_mapper
        if mapper is not None and mapper.class_ is AuditEvent:
            raise AppendOnly("UPDATE or DELETE of audit_events")
