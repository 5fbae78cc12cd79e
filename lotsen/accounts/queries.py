"""Reading people and what they agreed to."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from lotsen.core.access import Role
from lotsen.core.extensions import db

from .models import Consent, User, UserRole


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by id, in one statement; who is gone, and None, are left out."""
    wanted = {person_id for person_id in ids if person_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {person_id: name for person_id, name in rows}


def live_consents(user_id: int, purpose: str) -> Sequence[Consent]:
    """The rows of one purpose that were not withdrawn, the newest first."""
    return db.session.scalars(
        select(Consent)
        .where(Consent.user_id == user_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id.desc())
    ).all()


def consent(user_id: int, purpose: str) -> Consent | None:
    """That the person agrees now, or None."""
    return next(iter(live_consents(user_id, purpose)), None)


def consents_of(user_id: int) -> Sequence[Consent]:
    """Everything the person ever agreed to, the newest first."""
    return db.session.scalars(select(Consent).where(Consent.user_id == user_id).order_by(Consent.id.desc())).all()


def with_role(role: Role) -> Sequence[User]:
    """Everybody who may log in and has a role, in order of the alphabet."""
    return db.session.scalars(
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == role, User.active)
        .order_by(User.name, User.id)
    ).all()
