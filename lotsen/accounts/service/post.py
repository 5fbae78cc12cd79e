"""Account mails leave at once, at most five an hour to one address."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.accounts.rules import DOUBLE_CLICK, MAIL_LIMIT, MAIL_WINDOW
from lotsen.core import throttle
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose, issue
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.service import Mail, enqueue


def may_write(email: str | None) -> bool:
    """Count a mail that a stranger can trigger; False when the address got enough of them for now."""
    return not throttle.allowed(throttle.key("account-mail", email), limit=MAIL_LIMIT, window=MAIL_WINDOW)


def just_written(entity: str, entity_id: int, *kinds: str, at: datetime) -> bool:
    """Whether a mail of one of these kinds was written about this row just now: a double click asks for one."""
    written = select(OutboxMessage.id).where(
        OutboxMessage.about_entity == entity,
        OutboxMessage.about_id == entity_id,
        OutboxMessage.kind.in_(kinds),
        OutboxMessage.created_at > at - DOUBLE_CLICK,
    )
    return db.session.scalar(written.limit(1)) is not None


def send(mail: Callable[..., Mail], *args: Any, to: Any, about: User, at: datetime) -> OutboxMessage | None:
    """Put an account mail for a person or a bare address into the outbox, due at once; each is a mail of its own."""
    return enqueue(mail, *args, to=to, about=about, step=mail.__name__, at=at, at_once=True, nonce=secrets.token_hex(4))


def fresh_link(user: User, purpose: Purpose, *, at: datetime, days: int | None = None) -> str:
    """A new link of this purpose. Older ones stay good: who asked twice may open either mail, until one has acted."""
    return issue(purpose, user.entity, user.id, at=at, user_id=user.id, days=days)
