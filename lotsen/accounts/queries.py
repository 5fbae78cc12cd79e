"""Reading people."""

from collections.abc import Iterable

from sqlalchemy import select

from lotsen.core.extensions import db

from .models import User


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by id, in one statement; who is gone, and None, are left out."""
    wanted = {person_id for person_id in ids if person_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {person_id: name for person_id, name in rows}
