"""Writing the audit log and the reading log; what of them may go, for retention and erasure alone."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from blinker import Signal
from sqlalchemy import ARRAY, Integer, Select, bindparam, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.db import is_postgresql, purging
from lotsen.core.extensions import db
from lotsen.core.states import Moved, state_moved

from .models import AuditEvent, FileReading

CODE = re.compile(r"[a-z_]*")  # a word of a pick-list; everything else was typed by somebody

recorded = Signal("an event was written into the log, in the same transaction (sender = AuditEvent)")


class Auditable(Protocol):
    """A row that the log can name."""

    entity: str
    id: Any


def record(
    action: str,
    row: Auditable,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
    reason: str = "",
    **details: Any,
) -> AuditEvent:
    """Write one event in the open transaction. ``details`` hold ids and words of pick-lists, no personal texts."""
    if row.id is None:
        db.session.flush()
    event = AuditEvent(
        at=at,
        actor_id=by.actor_id,
        on_behalf_of=on_behalf_of,
        action=action,
        entity=row.entity,
        entity_id=row.id,
        reason=reason[:200],
        details=details,
    )
    return _keep(event)


def _keep(event: AuditEvent) -> AuditEvent:
    """Nothing may be changed in it afterwards."""
    db.session.add(event)
    recorded.send(event)
    return event


@state_moved.connect
def record_move(_row: Any, moved: Moved) -> None:
    """Write the one event of a move, in the transaction of the move."""
    if moved.row.id is None:
        db.session.flush()
    _keep(
        AuditEvent(
            at=moved.at,
            actor_id=moved.by.actor_id,
            on_behalf_of=moved.on_behalf_of,
            action=f"{moved.row.entity}.{moved.after.value}",
            entity=moved.row.entity,
            entity_id=moved.row.id,
            before=moved.before.value,
            after=moved.after.value,
            reason=moved.reason[:200],
            details={},
        )
    )


def was_read(reader_id: int, entity: str, entity_id: int, *, at: datetime) -> bool:
    """Whether the reading of this file by this person is written down for today."""
    file = {"reader": reader_id, "entity": entity, "row": entity_id, "day": local_date(at)}
    return db.session.scalar(_reading(), file) is not None


@cache
def _reading() -> Select[int]:
    """Built once: every page of a file asks it, and building it takes as long as running it."""
    return select(FileReading.id).where(
        FileReading.reader_id == bindparam("reader"),
        FileReading.entity == bindparam("entity"),
        FileReading.entity_id == bindparam("row"),
        FileReading.day == bindparam("day"),
    )


def record_reading(reader_id: int, entity: str, entity_id: int, *, at: datetime) -> None:
    """Write that somebody opened a file; once a day. In a short ``transaction(guarded=True)``."""
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    row = {"reader_id": reader_id, "entity": entity, "entity_id": entity_id, "day": local_date(at), "first_at": at}
    db.session.execute(insert(FileReading).values(row).on_conflict_do_nothing())


def purge(ids: Collection[int]) -> None:
    """Delete events that have served their time."""
    with purging():
        _change(func.lotsen_purge_audit, delete(AuditEvent), ids)


def forget_texts(rows: Iterable[tuple[str, Collection[int]]]) -> int:
    """Empty the typed reasons in the events of these rows (entity, ids); ids, actions and pick-lists stay."""
    typed = []
    for entity, ids in rows:
        found = select(AuditEvent).where(
            AuditEvent.entity == entity, AuditEvent.entity_id.in_(ids), AuditEvent.reason != ""
        )
        typed += [event for event in db.session.scalars(found) if not CODE.fullmatch(event.reason)]
    with purging():
        _change(func.lotsen_forget_audit, update(AuditEvent).values(reason=""), [event.id for event in typed])
    for event in typed:
        db.session.expire(event)
    return len(typed)


def _change(function: Any, statement: Any, ids: Collection[int]) -> None:
    """On PostgreSQL by a function of the owner: Lotsen's own role may have no right to change the log."""
    if is_postgresql():
        db.session.execute(select(function(cast(list(ids), ARRAY(Integer)))))
    else:
        chosen = statement.where(AuditEvent.id.in_(ids))
        db.session.execute(chosen.execution_options(synchronize_session=False))
