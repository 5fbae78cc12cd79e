"""What happens to accounts by itself."""

from datetime import datetime

from sqlalchemy import Select, exists, select

from lotsen.core.db import transaction
from lotsen.core.extensions import Base, db

from .models import User, UserRole
from .rules import PURGE_UNCONFIRMED_AFTER
from .service import people


def purge_unconfirmed(at: datetime) -> int:
    """Delete accounts whose address nobody confirmed within a week, when nothing hangs on them. Returns how many."""
    gone = 0
    for user_id in db.session.scalars(_unconfirmed(at)).all():
        with transaction():
            user = db.session.scalar(_unconfirmed(at).with_only_columns(User).where(User.id == user_id))
            if user is not None:
                people.purge(user, at=at)
                gone += 1
    return gone


def _unconfirmed(at: datetime) -> Select[int]:
    """Ids of accounts with neither confirmed address nor role that no row of a feature names."""
    statement = select(User.id).where(
        User.email_confirmed_at.is_(None),
        User.email.is_not(None),
        User.created_at <= at - PURGE_UNCONFIRMED_AFTER,
        ~exists().where(UserRole.user_id == User.id),
    )
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is User.__table__.c.id and key.ondelete != "CASCADE" and table.name != "outbox_messages":
                statement = statement.where(~exists().where(key.parent == User.id))
    return statement
