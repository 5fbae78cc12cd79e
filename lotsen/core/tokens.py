"""Links that do everything a person must do, without a log-in: random, hashed, bound, expiring, revocable."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from .errors import Conflict
from .extensions import db
from .models import Token


class Purpose(StrEnum):
    """What a link is for; a link of one purpose opens nothing else."""

    CONFIRM_EMAIL = "confirm_email"
    CHANGE_EMAIL = "change_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    SUBMIT_REQUEST = "submit_request"
    REQUEST_STATUS = "request_status"
    ANSWER_ASK = "answer_ask"
    CONFIRM_PILOT = "confirm_pilot"
    ENGAGEMENT = "engagement"
    FOLLOW_UP = "follow_up"
    PILOT_PROFILE = "pilot_profile"
    WITHDRAW = "withdraw"
    OWN_DATA = "own_data"
    DECISION = "decision"


LIFETIMES: dict[Purpose, timedelta] = {
    Purpose.CONFIRM_EMAIL: timedelta(hours=48),
    Purpose.CHANGE_EMAIL: timedelta(hours=48),
    Purpose.RESET_PASSWORD: timedelta(hours=1),
    Purpose.OWN_DATA: timedelta(hours=48),
}
DEFAULT_LIFETIME = timedelta(days=180)
SECRET = re.compile(r"\b[0-9a-f]{32}\b")  # as it stands in a link


def issue(
    purpose: Purpose,
    entity: str,
    entity_id: int,
    *,
    at: datetime,
    user_id: int | None = None,
    days: int | None = None,
    until: datetime | None = None,
) -> str:
    """Make a link's secret; only its hash is kept. Returns 32 hexadecimal characters (128 bit).

    It lives until ``until``, else ``days``, else as long as its purpose says.
    """
    raw = secrets.token_hex(16)
    lifetime = timedelta(days=days) if days is not None else LIFETIMES.get(purpose, DEFAULT_LIFETIME)
    db.session.add(
        Token(
            digest=_digest(raw),
            purpose=purpose.value,
            entity=entity,
            entity_id=entity_id,
            user_id=user_id,
            created_at=at,
            expires_at=until or at + lifetime,
        )
    )
    return raw


def find(raw: str, purpose: Purpose) -> Token | None:
    """The token behind a link, also when it is used or late (the page then says what stands); None if unknown."""
    return db.session.scalar(select(Token).where(Token.digest == _digest(raw), Token.purpose == purpose.value))


def is_live(token: Token, *, at: datetime) -> bool:
    """Whether the link may still act."""
    return token.used_at is None and token.revoked_at is None and at < token.expires_at


def use(token: Token, *, at: datetime) -> None:
    """Spend a single-use link.

    Raises
    ------
    Conflict
        It was spent meanwhile, or is not live any more.
    """
    result = db.session.execute(
        update(Token)
        .where(Token.id == token.id, Token.used_at.is_(None), Token.revoked_at.is_(None), Token.expires_at > at)
        .values(used_at=at)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="token_used", entity=token.entity, entity_id=token.entity_id)


def revoke(entity: str, entity_id: int, *, at: datetime, purpose: Purpose | None = None) -> None:
    """Kill the live links of a row (all purposes, or one)."""
    condition = [
        Token.entity == entity,
        Token.entity_id == entity_id,
        Token.used_at.is_(None),
        Token.revoked_at.is_(None),
    ]
    if purpose is not None:
        condition.append(Token.purpose == purpose.value)
    db.session.execute(update(Token).where(*condition).values(revoked_at=at))


def revoke_of_user(user_id: int, *, at: datetime, purposes: tuple[Purpose, ...], but_in: str = "") -> None:
    """Kill a person's links of these purposes, after a change of password or address; a used one opens a page no more.

    ``but_in``: mails that have not left yet; the links in them live on.
    """
    spared = [_digest(raw) for raw in set(SECRET.findall(but_in))]
    db.session.execute(
        update(Token)
        .where(
            Token.user_id == user_id,
            Token.purpose.in_([p.value for p in purposes]),
            Token.digest.not_in(spared),
            Token.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
