"""Reading the outbox: the list, one message, calls to make, what went wrong."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import defer

from lotsen.core.extensions import db
from lotsen.core.tasks import Row, Task

from .models import OutboxMessage, SendingHold
from .rules import State, waited

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


def sending_hold() -> SendingHold | None:
    """Since when, and why, no mail leaves; None when they do."""
    return db.session.get(SendingHold, 1)


def pending(due_at: datetime | None = None) -> int:
    """How many mails are still to be sent, held ones included; with ``due_at``, those due by then."""
    statement = select(func.count()).where(OutboxMessage.state.in_([State.WAITING, State.HELD]))
    if due_at is not None:
        statement = statement.where(OutboxMessage.due_at <= due_at)
    return db.session.scalar(statement) or 0


def longest_wait(at: datetime) -> timedelta | None:
    """How long the mail has waited that waits longest, however often its server put it off; None when none waits."""
    rows = db.session.execute(
        select(OutboxMessage.tries, func.min(OutboxMessage.due_at))
        .where(OutboxMessage.state == State.WAITING, (OutboxMessage.due_at <= at) | (OutboxMessage.tries > 0))
        .group_by(OutboxMessage.tries)
    )
    return max((waited(due_at, tries, at) for tries, due_at in rows), default=None)


def counts() -> dict[State, int]:
    """How many messages stand where."""
    rows = db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state))
    return {state: number for state, number in rows}


def about(entity: str, *ids: int, limit: int = 20) -> Sequence[OutboxMessage]:
    """The messages about one row, or several of a kind, newest first, without their bodies."""
    return db.session.scalars(_about(), {"entity": entity, "rows": ids, "most": limit}).all()


@cache
def _about() -> Select[OutboxMessage]:
    """Built once: the page of every row asks it, and building it takes as long as running it."""
    of_rows = OutboxMessage.about_id.in_(bindparam("rows", expanding=True))
    return messages().where(OutboxMessage.about_entity == bindparam("entity"), of_rows).limit(bindparam("most"))


def call_is_open(entity: str, entity_id: int, kind: str) -> bool:
    """Whether somebody is still to be called about this row with this message."""
    return bool(
        db.session.scalar(
            select(OutboxMessage.id)
            .where(
                OutboxMessage.about_entity == entity,
                OutboxMessage.about_id == entity_id,
                OutboxMessage.kind == kind,
                OutboxMessage.state == State.CALL,
            )
            .limit(1)
        )
    )


def was_told(entity: str, entity_id: int, kind: str) -> bool:
    """Whether a message of this kind about a row reached somebody, as far as we know: by mail or on the telephone."""
    reached = select(OutboxMessage.id).where(
        OutboxMessage.about_entity == entity,
        OutboxMessage.about_id == entity_id,
        OutboxMessage.kind == kind,
        OutboxMessage.state.in_((State.SENT, State.CALLED)),
    )
    return db.session.scalar(reached.limit(1)) is not None


def latest_state(recipient_id: int, kinds: Collection[str]) -> State | None:
    """Where the newest message of these kinds to a person stands; None when there is none."""
    newest = select(OutboxMessage.state).where(
        OutboxMessage.recipient_id == recipient_id, OutboxMessage.kind.in_(kinds)
    )
    return db.session.scalar(newest.order_by(OutboxMessage.id.desc()).limit(1))


def tasks(at: datetime) -> list[Task]:
    """Calls that are due, mails that were refused for good or came back, and mails that somebody answered by mail."""
    return [task for row in db.session.scalars(_to_do(), {"at": at}) for task in _tasks_of(row, at)]


@cache
def _to_do() -> Select[OutboxMessage]:
    """Built once, for the start page."""
    return (
        messages()
        .where(
            (OutboxMessage.state == State.FAILED)
            | ((OutboxMessage.state == State.CALL) & (OutboxMessage.due_at <= bindparam("at")))
            | (OutboxMessage.replied_at.is_not(None) & OutboxMessage.reply_seen_at.is_(None))
        )
        .order_by(None)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    )


def failed_about() -> set[Row]:
    """What the mails are about that were refused for good or came back, and about which nobody has called yet."""
    statement = select(OutboxMessage.about_entity, OutboxMessage.about_id).where(OutboxMessage.state == State.FAILED)
    return {(entity, row_id) for entity, row_id in db.session.execute(statement) if row_id is not None}


def _tasks_of(row: OutboxMessage, at: datetime) -> list[Task]:
    found = []
    if row.state is State.CALL:
        found.append(_call_task(row, at))
    elif row.state is State.FAILED:
        found.append(_failed_task(row))
    if row.replied_at is not None and row.reply_seen_at is None:
        found.append(_reply_task(row))
    return found


def _call_task(row: OutboxMessage, at: datetime) -> Task:
    return Task(
        kind="outbox.call",
        title=_("%(name)s anrufen", name=row.recipient_name),
        url=url_for("outbox.message", message_id=row.id),
        action=_("Text ansehen und anrufen"),
        waiting_since=row.due_at,
        urgent=at - row.due_at > CALL_URGENT_AFTER,
        urgent_because=_("wartet schon lange"),
        detail=row.subject,
        row=("outbox_message", row.id),
        phone=row.phone,
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
        row=("outbox_message", row.id),
        phone=row.phone,
    )


def _reply_task(row: OutboxMessage) -> Task:
    return Task(
        kind="outbox.reply",
        title=_("Antwort per Mail von %(name)s", name=row.recipient_name),
        url=url_for("outbox.message", message_id=row.id),
        action=_("Im Postfach lesen und eintragen"),
        waiting_since=row.replied_at or row.due_at,
        detail=row.subject,
        row=("outbox_message", row.id),
    )
