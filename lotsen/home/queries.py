"""What happened to a row, in words."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.queries import events_of
from lotsen.audit.queries.words import phrase
from lotsen.core.errors import Change
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_datetime


def changes(entity: str, entity_id: int, *, since: datetime | None = None, limit: int = 5) -> list[Change]:
    """The newest changes of a row: when, who, what."""
    events = events_of(entity, entity_id, since=since, limit=limit)
    ids = {event.actor_id for event in events if event.actor_id is not None}
    names = dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}
    return [
        Change(
            at=plain_datetime(event.at),
            who=names.get(event.actor_id or 0) or _("das Programm"),
            what=phrase(event.action),
        )
        for event in events
    ]
