"""Reading the outbox: the list, one message, calls to make, what went wrong."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer

from lotsen.core.extensions import db
from lotsen.core.tasks import Task

from .models import OutboxMessage
from .rules import State

CALL_URGENT_AFTER = timedelta(days=2)


def messages(state: State | None = None) -> Select[OutboxMessage]:
    """All messages, newest first, without their bodies; of one state when named."""
    bodies = (OutboxMessage.text, OutboxMessage.html, OutboxMessage.attachment)
    statement = select(OutboxMessage).options(*(defer(column) for column in bodies))
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    return statement.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())


def calls() -> Select[OutboxMessage]:
    """What is to be said by telephone, longest waiting first."""
    return (
        select(OutboxMessage).where(OutboxMessage.state == State.CALL).order_by(OutboxMessage.due_at, OutboxMessage.id)
    )


def counts() -> dict[State, int]:
    """How many messages stand where."""
    rows = db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))
    return {state: number for state, number in rows}


def about(entity: str, entity_id: int, *, limit: int = 20) -> Sequence[OutboxMessage]:
    """The messages about one row, newest first, without their bodies."""
    statement = messages().where(OutboxMessage.about_entity == entity, OutboxMessage.about_id == entity_id)
    return db.session.scalars(statement.limit(limit)).all()


def tasks(at: datetime) -> list[Task]:
    """Calls that are due and mails that were refused for good or came back."""
    rows = db.session.scalars(
        messages()
        .where(
            (OutboxMessage.state == State.FAILED) | ((OutboxMessage.state == State.CALL) & (OutboxMessage.due_at <= at))
        )
        .order_by(None)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    )
    return [_call_task(row, at) if row.state is State.CALL else _failed_task(row) for row in rows]


def _call_task(row: OutboxMessage, at: datetime) -> Task:
    return Task(
        kind="outbox.call",
        title=_("%(name)s anrufen", name=row.recipient_name),
        url=url_for("outbox.message", message_id=row.id),
        action=_("Text ansehen und anrufen"),
        waiting_since=row.due_at,
        urgent=at - row.due_at > CALL_URGENT_AFTER,
        detail=row.subject,
    )


def _failed_task(row: OutboxMessage) -> Task:
    return Task(
        kind="outbox.failed",
        title=_("Eine E-Mail an %(name)s kam nicht an", name=row.recipient_name),
        url=url_for("outbox.message", message_id=row.id),
        action=_("Ansehen und anrufen"),
        waiting_since=row.due_at,
        urgent=True,
        detail=row.subject,
    )
