"""Putting a message into the outbox, recalling it, recording a call. Sending is in ``jobs``."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from blinker import Signal
from flask import current_app, render_template
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import calendar
from lotsen.core.db import is_postgresql
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.municipality.queries import town

from .models import OutboxMessage
from .rules import CALL_ATTEMPTS, State

BOUNCED = "bounced"
CALL_PAUSE = timedelta(hours=20)

delivered = Signal("a mail was taken by the server, or a call was recorded: clocks start, in the same transaction")
undeliverable = Signal("a mail was refused for good: the feature makes it a task, in the same transaction")


class Recipient(Protocol):
    """Who can be written to: a person, or an address that is not yet one."""

    @property
    def id(self) -> int | None:
        """Id of the person, None for a bare address."""
        ...

    name: Any
    email: Any
    phone: Any
    locale: Any
    mail_stopped: Any


@dataclass(frozen=True)
class Address:
    """A recipient that is no person yet."""

    name: str
    email: str | None
    phone: str = ""
    locale: str = "de"
    mail_stopped: bool = False
    id: int | None = None


@dataclass(frozen=True)
class Action:
    """The one thing a mail asks for."""

    label: str
    url: str


@dataclass(frozen=True)
class Mail:
    """What a mail says, already in the recipient's language. ``kind`` is ``feature.name``."""

    kind: str
    subject: str
    paragraphs: tuple[str, ...]
    action: Action | None = None
    attachment: str = ""


def enqueue(
    mail: Callable[..., Mail],
    *args: Any,
    to: Recipient,
    about: Any,
    step: str,
    at: datetime,
    at_once: bool = False,
    starts_clock: bool = False,
    nonce: str = "",
) -> OutboxMessage | None:
    """Render ``mail(*args)`` in the recipient's language and keep it with the change that causes it.

    The same (row, state, visit, step, recipient) is kept once only. ``at_once`` is for what the person has just
    triggered; everything else waits for the hold and for office hours. A person without an address becomes a call
    task; one whose mail is stopped gets nothing (None). ``nonce`` tells apart what a row without lifecycle may send
    twice.
    """
    if to.mail_stopped:
        return None
    if about.id is None:
        db.session.flush()
    state = getattr(about, "state", "")
    key = ":".join(
        str(part)
        for part in (
            about.entity,
            about.id,
            getattr(state, "value", state),
            getattr(about, "visit", 0),
            f"{step}{nonce and '-'}{nonce}",
            to.id or to.email or to.phone,
        )
    )
    locale = to.locale or "de"
    with speaking(locale):
        content = mail(*args)
        context = {"mail": content, "recipient": to, "municipality": town()}
        text = render_template("mail/layout.txt", **context)
        html = render_template("mail/layout.html", **context)
    settings = town()
    due = at if at_once else calendar().send_time(at + timedelta(minutes=settings.hold_minutes))
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    made = db.session.execute(
        insert(OutboxMessage)
        .values(
            key=key[:200],
            message_id=_message_id(key),
            kind=content.kind,
            state=State.WAITING if to.email else State.CALL,
            recipient_id=to.id,
            recipient_name=to.name,
            address=to.email or "",
            phone=to.phone or "",
            locale=locale,
            subject=_one_line(content.subject),
            text=text,
            html=html,
            attachment=content.attachment,
            about_entity=about.entity,
            about_id=about.id,
            starts_clock=starts_clock,
            created_at=at,
            due_at=due,
            lease_token="",
            tries=0,
            error="",
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(OutboxMessage.id)
    ).scalar()
    if made is None:
        return db.session.scalar(select(OutboxMessage).where(OutboxMessage.key == key[:200]))
    return db.session.get(OutboxMessage, made)


def recall(about: Any, *, by: Actor, at: datetime) -> int:
    """Take back what is still waiting about a row. Returns how many messages stay unsent."""
    result: Any = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.about_entity == about.entity,
            OutboxMessage.about_id == about.id,
            OutboxMessage.state.in_([State.WAITING, State.CALL, State.HELD]),
            OutboxMessage.lease_token == "",
        )
        .values(state=State.RECALLED, text="", html="", attachment="")
    )
    if result.rowcount:
        audit.record("outbox.recalled", about, by=by, at=at, messages=result.rowcount)
    return int(result.rowcount)


def recall_to(person: Any, *, by: Actor, at: datetime) -> int:
    """Take back everything that still waits for a person, whatever it is about. Returns how many stay unsent."""
    result: Any = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.recipient_id == person.id,
            OutboxMessage.state.in_([State.WAITING, State.CALL, State.HELD]),
            OutboxMessage.lease_token == "",
        )
        .values(state=State.RECALLED, text="", html="", attachment="")
    )
    if result.rowcount:
        audit.record("outbox.recalled", person, by=by, at=at, messages=result.rowcount)
    return int(result.rowcount)


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
    """Nobody answered the telephone. The clock starts with the first attempt; after the third nobody calls again.

    Raises
    ------
    Conflict
        Somebody reached the person, or noted an attempt, meanwhile.
    """
    attempts = message.tries + 1
    values: dict[str, Any] = {"tries": attempts, "due_at": calendar().send_time(at + CALL_PAUSE)}
    if attempts >= CALL_ATTEMPTS:
        values |= {"state": State.CALLED, "sent_at": at}
    _settle(message, (State.CALL,), values, OutboxMessage.tries == message.tries)
    audit.record("outbox.not_reached", message, by=by, at=at, on_behalf_of=message.recipient_id, attempt=attempts)
    if attempts == 1:
        delivered.send(message, at=at)


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


def record_bounce(message: OutboxMessage, *, by: Actor, at: datetime) -> None:
    """A mail that the server took came back: never silence, so the clock stops and somebody calls.

    Raises
    ------
    Conflict
        It was not sent, or somebody recorded it already.
    """
    _settle(message, (State.SENT,), {"state": State.FAILED, "error": BOUNCED})
    audit.record("outbox.bounced", message, by=by, at=at, on_behalf_of=message.recipient_id)
    undeliverable.send(message, at=at)


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


def _message_id(key: str) -> str:
    settings = current_app.config["LOTSEN"]
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.url}/{settings.secret[:8]}")
    domain = settings.mail_from.rpartition("@")[2]
    return f"<{uuid.uuid5(namespace, key)}@{domain}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:250]
