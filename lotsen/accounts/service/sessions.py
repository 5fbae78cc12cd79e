"""Log-ins as rows: ending one on the server ends it everywhere. Wall clock, not the demo clock."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import joinedload

from lotsen.accounts.models import User, UserSession
from lotsen.accounts.rules import session_is_live
from lotsen.core.access import STAFF
from lotsen.core.clock import real_now
from lotsen.core.errors import NotFound
from lotsen.core.extensions import db
from lotsen.municipality.queries import town


def start(user: User, *, device: str = "", strong: bool = False) -> str:
    """Begin a session; returns its secret for the cookie. Inside ``transaction()``.

    ``strong``: a second step was part of the log-in. In production staff get no further than its set-up without.
    """
    raw = secrets.token_hex(16)
    at = real_now()
    db.session.add(
        UserSession(
            digest=_digest(raw),
            user_id=user.id,
            created_at=at,
            last_seen_at=at,
            device=device[:80],
            strong=strong,
        )
    )
    return raw


def find_user(raw: str) -> User | None:
    """The person of a live session, or None."""
    row = db.session.execute(_with_roles(), {"digest": _digest(raw)}).unique().first()
    if row is None:
        return None
    found, user = row
    if not user.active or not _is_live(found, user):
        return None
    user.session_token = raw
    user.session_seen_at = found.last_seen_at
    user.session_strong = found.strong
    return user  # type: ignore[no-any-return]


@cache
def _with_roles() -> Select[UserSession, User]:
    """Built once: every page asks it, and building it takes as long as reading the row."""
    return (
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.digest == bindparam("digest"))
        .options(joinedload(User.role_rows))
    )


def set_strong(raw: str, *, strong: bool) -> None:
    """The person proved the second step in this session, or switched it off."""
    db.session.execute(update(UserSession).where(UserSession.digest == _digest(raw)).values(strong=strong))


def touch(raw: str) -> None:
    """Write that the person was here."""
    db.session.execute(update(UserSession).where(UserSession.digest == _digest(raw)).values(last_seen_at=real_now()))


def of_user(user: User) -> Sequence[UserSession]:
    """The person's live log-ins, the last used first."""
    rows = db.session.scalars(
        select(UserSession).where(UserSession.user_id == user.id).order_by(UserSession.last_seen_at.desc())
    )
    return [row for row in rows if _is_live(row, user)]


def is_current(row: UserSession, raw: str) -> bool:
    """Whether this is the log-in of this browser."""
    return secrets.compare_digest(row.digest, _digest(raw))


def end(raw: str) -> None:
    """Log out here."""
    db.session.execute(delete(UserSession).where(UserSession.digest == _digest(raw)))


def end_one(user: User, session_id: int) -> None:
    """Log out on another device; already ended is fine.

    Raises
    ------
    NotFound
        It is somebody else's.
    """
    row = db.session.get(UserSession, session_id)
    if row is None:
        return
    if row.user_id != user.id:
        raise NotFound(code="session")
    db.session.delete(row)


def end_all(user: User, *, but: str = "") -> None:
    """Log out everywhere, for instance after a change of password."""
    db.session.execute(
        delete(UserSession).where(UserSession.user_id == user.id, UserSession.digest != (_digest(but) if but else ""))
    )


def purge() -> int:
    """Drop sessions past the absolute limit. Returns how many."""
    result = db.session.execute(
        delete(UserSession).where(UserSession.created_at < real_now() - timedelta(hours=town().session_hours))
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _is_live(row: UserSession, user: User) -> bool:
    settings = town()
    return session_is_live(
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        at=real_now(),
        hours=settings.session_hours,
        idle_minutes=settings.staff_idle_minutes if user.roles.intersection(STAFF) else None,
    )


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
