"""What people do about a message: a call, an attempt, a mail that came back, one sent again, a reminder taken back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from lotsen.audit import service as audit
from lotsen.core.access import SYSTEM, Actor
from lotsen.core.clock import calendar
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import NOT_LEFT, State

from .signals import delivered, recalled, undeliverable, unreached
from .writing import message_id_of

BOUNCED, OLD_ADDRESS = "bounced", "old_address"
CALL_PAUSE = timedelta(hours=20)


def record_call(message: OutboxMessage, *, by: Actor, at: datetime) -> None:
    """Somebody was told by telephone what the message says (also one whose mail failed); clocks start now.

    Raises
    ------
    Conflict
        Somebody else called meanwhile.
    """
    _settle(message, (State.CALL, State.FAILED), {"state": State.CALLED, "sent_at": at})
    audit.record("outbox.called", message, by=by, at=at, on_behalf_of=message.recipient_id)
    delivered.send(message, at=at)


def record_attempt(message: OutboxMessage, *, by: Actor, at: datetime) -> None:
    """Nobody answered the telephone. The clock starts with the first attempt.

    After the last one (a setting) nobody calls again, and the feature goes on (`unreached`).

    Raises
    ------
    Conflict
        Somebody reached the person, or noted an attempt, meanwhile.
    """
    attempts = message.tries + 1
    values: dict[str, Any] = {"tries": attempts, "due_at": calendar().send_time(at + CALL_PAUSE)}
    if attempts >= town().call_attempts:
        values |= {"state": State.CALLED, "sent_at": at}
    _settle(message, (State.CALL,), values, OutboxMessage.tries == message.tries)
    audit.record("outbox.not_reached", message, by=by, at=at, on_behalf_of=message.recipient_id, attempt=attempts)
    if attempts == 1:
        delivered.send(message, at=at)
    if attempts >= town().call_attempts:
        unreached.send(message, by=by, at=at)


def send_again(message: OutboxMessage, *, by: Actor, at: datetime) -> None:
    """Try a failed mail once more, with the same Message-ID.

    Raises
    ------
    Conflict
        It is not failed any more, or its text is erased because the server had taken it once.
    """
    values = {"state": State.WAITING, "tries": 0, "due_at": at, "error": "", "lease_token": "", "lease_until": None}
    _settle(message, (State.FAILED,), values, OutboxMessage.text != "")
    audit.record("outbox.sent_again", message, by=by, at=at)


def recall_reminder(message: OutboxMessage, *, by: Actor, at: datetime) -> None:
    """Take a reminder back that has not left; its step comes again later, so that nothing ends unreminded.

    Its key is given up: the next reminder of the same step is another mail.

    Raises
    ------
    Conflict
        It is no reminder, it left, or somebody took it back.
    """
    if not message.is_unsent_reminder:
        raise Conflict(entity=message.entity, entity_id=message.id)
    key = f"{message.entity}:{message.id}:{State.RECALLED.value}"
    told: dict[str, Any] = {"text": "", "html": "", "attachment": "", "key": key, "message_id": message_id_of(key)}
    _settle(message, NOT_LEFT, {"state": State.RECALLED, **told})
    audit.record("outbox.recalled", message, by=by, at=at, on_behalf_of=message.recipient_id, messages=1)
    recalled.send(message, at=at)


def record_bounce(message: OutboxMessage, *, by: Actor, at: datetime, error: str = BOUNCED) -> None:
    """A mail that the server took came back: never silence, so the clock stops and somebody calls.

    ``error``: or it left for an address that was another by then (``OLD_ADDRESS``).

    Raises
    ------
    Conflict
        It was not sent, or somebody recorded it already.
    """
    _settle(message, (State.SENT,), {"state": State.FAILED, "error": error, "due_at": at})
    audit.record(f"outbox.{error}", message, by=by, at=at, on_behalf_of=message.recipient_id)
    undeliverable.send(message, at=at)


def record_reply(message: OutboxMessage, *, at: datetime) -> bool:
    """A person answered this mail by mail: a task, for a person to read it. Returns whether that is new.

    What was written is neither kept nor read by a machine. The same reply, found again, changes nothing.
    """
    if message.replied_at is not None and message.replied_at >= at:
        return False
    message.replied_at, message.reply_seen_at = at, None
    audit.record("outbox.replied", message, by=SYSTEM, at=at, on_behalf_of=message.recipient_id)
    return True


def record_reply_seen(message: OutboxMessage, *, by: Actor, at: datetime) -> None:
    """Somebody read the reply and did what it asks for."""
    if message.replied_at is not None and message.reply_seen_at is None:
        message.reply_seen_at = at
        audit.record("outbox.reply_seen", message, by=by, at=at, on_behalf_of=message.recipient_id)


def _settle(message: OutboxMessage, before: tuple[State, ...], values: dict[str, Any], *condition: Any) -> None:
    """Write new values where the message still stands as it was read."""
    result: Any = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.state.in_(before), *condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise Conflict(entity=message.entity, entity_id=message.id)
    db.session.refresh(message)
