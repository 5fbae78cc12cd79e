"""Browsers that are not asked for the second step for thirty days: a secret in a cookie, its hash in a row."""

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select, update

from lotsen.accounts.models import KnownDevice, User
from lotsen.accounts.rules import DEVICE_KNOWN_FOR
from lotsen.core.clock import real_now
from lotsen.core.errors import NotFound
from lotsen.core.extensions import db


def remember(user: User, *, device: str) -> str:
    """Remember this browser; returns the secret for its cookie."""
    raw = secrets.token_hex(16)
    at = real_now()
    row = KnownDevice(user_id=user.id, digest=_digest(raw), device=device[:80], created_at=at, last_used_at=at)
    db.session.add(row)
    return raw


def recognise(user: User, raw: str) -> bool:
    """Whether this person's second step was remembered in this browser, thirty days ago at most; notes the use."""
    at = real_now()
    result = db.session.execute(
        update(KnownDevice)
        .where(
            KnownDevice.user_id == user.id,
            KnownDevice.digest == _digest(raw),
            KnownDevice.created_at > at - DEVICE_KNOWN_FOR,
        )
        .values(last_used_at=at)
    )
    return int(result.rowcount) == 1  # type: ignore[attr-defined]


def of_user(user: User) -> Sequence[KnownDevice]:
    """The remembered browsers, the last used first."""
    live = KnownDevice.created_at > real_now() - DEVICE_KNOWN_FOR
    return db.session.scalars(
        select(KnownDevice).where(KnownDevice.user_id == user.id, live).order_by(KnownDevice.last_used_at.desc())
    ).all()


def forget_one(user: User, device_id: int) -> None:
    """Ask this browser again; forgotten already is fine.

    Raises
    ------
    NotFound
        It is somebody else's.
    """
    row = db.session.get(KnownDevice, device_id)
    if row is None:
        return
    if row.user_id != user.id:
        raise NotFound(code="device")
    db.session.delete(row)


def forget_all(user: User) -> None:
    """Ask every browser again."""
    db.session.execute(delete(KnownDevice).where(KnownDevice.user_id == user.id))


def purge() -> int:
    """Drop rows that count no more. Returns how many."""
    result = db.session.execute(delete(KnownDevice).where(KnownDevice.created_at < real_now() - DEVICE_KNOWN_FOR))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
