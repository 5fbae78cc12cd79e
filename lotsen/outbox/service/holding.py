"""Holding all sending until a person releases it: by hand, and after a restore."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage, SendingHold
from lotsen.outbox.rules import Hold, State


def hold(reason: Hold = Hold.BY_HAND, *, by: Actor, at: datetime) -> SendingHold:
    """From now on no mail leaves, whoever wants to send. Held twice, the first one stands."""
    row = db.session.get(SendingHold, 1)
    if row is None:
        row = SendingHold(id=1, since=at, reason=reason)
        db.session.add(row)
        audit.record("sending_hold.held", row, by=by, at=at, reason=reason)
    return row


def release(*, by: Actor, at: datetime) -> int:
    """Let mails leave again, those that a restore held included. Returns how many were held one by one."""
    row = db.session.get(SendingHold, 1)
    if row is not None:
        audit.record("sending_hold.released", row, by=by, at=at)
        db.session.delete(row)
    result: Any = db.session.execute(
        update(OutboxMessage).where(OutboxMessage.state == State.HELD).values(state=State.WAITING)
    )
    return int(result.rowcount)
