"""Putting a message into the outbox."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask import current_app, render_template
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lotsen.core import sealed
from lotsen.core.clock import calendar
from lotsen.core.db import is_postgresql
from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import STILL_TO_COME, State


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
    """What a mail says, already in the recipient's language. ``kind`` is ``feature.name``.

    ``choices`` are several things of equal weight, for staff only; everybody else reads one action a mail.
    """

    kind: str
    subject: str
    paragraphs: tuple[str, ...]
    action: Action | None = None
    attachment: str = ""
    choices: tuple[Action, ...] = ()


def enqueue(
    mail: Callable[..., Mail],
    *args: Any,
    to: Recipient,
    about: Any,
    step: str,
    at: datetime,
    at_once: bool = False,
    not_before: datetime | None = None,
    starts_clock: bool = False,
    nonce: str = "",
) -> OutboxMessage | None:
    """Render ``mail(*args)`` in the recipient's language and keep it with the change that causes it.

    The same (row, state, visit, step, recipient) is kept once only. ``at_once`` is for what the person has just
    triggered; everything else waits for the hold and for office hours. ``not_before`` lets it wait longer. A person
    without an address becomes a call task with the words to say; one whose mail is stopped gets nothing (None).
    ``nonce`` tells apart what a row without lifecycle may send twice.
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
    content, text, html = _written(mail, args, to)
    due = at if at_once else calendar().send_time(at + timedelta(minutes=town().hold_minutes))
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    made = db.session.execute(
        insert(OutboxMessage)
        .values(
            key=key[:200],
            message_id=message_id_of(key),
            kind=content.kind,
            state=State.WAITING if to.email else State.CALL,
            recipient_id=to.id,
            recipient_name=to.name,
            address=to.email or "",
            phone=to.phone or "",
            locale=to.locale or "de",
            subject=_one_line(content.subject),
            text=text,
            html=html,
            attachment=content.attachment,
            about_entity=about.entity,
            about_id=about.id,
            starts_clock=starts_clock,
            created_at=at,
            due_at=max(due, not_before or due),
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


def rewrite(row: OutboxMessage, mail: Callable[..., Mail], *args: Any, to: Recipient) -> bool:
    """Say something else, or more, in what nobody has heard yet; when it leaves stays. Returns whether it was in time.

    It is not once a sender has it in hand or it came back, nor for another person or on another way than it was
    written for.
    """
    if row.recipient_id != to.id or bool(row.address) != bool(to.email) or to.mail_stopped:
        return False
    content, text, html = _written(mail, args, to)
    result: Any = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row.id, OutboxMessage.state.in_(STILL_TO_COME), OutboxMessage.lease_token == "")
        .values(subject=_one_line(content.subject), text=text, html=html, attachment=content.attachment)
    )
    return bool(result.rowcount)


def _written(mail: Callable[..., Mail], args: tuple[Any, ...], to: Recipient) -> tuple[Mail, str, str]:
    """What it says, as text and as HTML, in the recipient's language; without an address the words to say."""
    with speaking(to.locale or "de"):
        content = mail(*args)
        context = {"mail": content, "recipient": to, "municipality": town()}
        text = render_template("mail/layout.txt" if to.email else "mail/spoken.txt", **context)
        return content, text, render_template("mail/layout.html", **context) if to.email else ""


def message_id_of(key: str) -> str:
    """The Message-ID of a mail, always the same for a key; it tells nobody anything of the installation's secret."""
    settings = current_app.config["LOTSEN"]
    namespace = uuid.UUID(sealed.digest(settings.url, "message ids")[:32])
    domain = settings.mail_from.rpartition("@")[2]
    return f"<{uuid.uuid5(namespace, key)}@{domain}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:250]
