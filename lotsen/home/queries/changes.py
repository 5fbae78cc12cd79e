"""What happened to a row, in words; for the page that says that somebody was faster."""

from datetime import datetime

from flask_babel import gettext as _

from lotsen.accounts import queries as people
from lotsen.audit.queries import events_of
from lotsen.audit.queries.words import phrase
from lotsen.core.errors import Change
from lotsen.core.i18n import plain_datetime


def changes(entity: str, entity_id: int, *, since: datetime | None = None, limit: int = 5) -> list[Change]:
    """The newest changes of a row: when, who, what."""
    events = events_of(entity, entity_id, since=since, limit=limit)
    names = people.names(event.actor_id for event in events)
    return [
        Change(
            at=plain_datetime(event.at),
            who=names.get(event.actor_id or 0) or _("das Programm"),
            what=phrase(event.action),
        )
        for event in events
    ]
