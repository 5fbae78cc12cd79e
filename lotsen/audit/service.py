"""Writing the audit log."""

from datetime import datetime
from typing import Any, Protocol

from lotsen.core.access import Actor
from lotsen.core.extensions import db
from lotsen.core.states import Moved, state_moved

from .models import AuditEvent


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
    db.session.add(event)
    return event


@state_moved.connect
def record_move(_row: Any, moved: Moved) -> None:
    """Write the one event of a move, in the transaction of the move."""
    event = record(
        f"{moved.row.entity}.{moved.after.value}",
        moved.row,
        by=moved.by,
        at=moved.at,
        on_behalf_of=moved.on_behalf_of,
        reason=moved.reason,
    )
    event.before, event.after = moved.before.value, moved.after.value
