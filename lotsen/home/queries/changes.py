"""What happened to a row, in words; for the page that says that somebody was faster."""

from datetime import datetime

from flask_login import current_user

from lotsen.accounts import queries as people
from lotsen.audit.queries import events_of
from lotsen.core.access import STAFF
from lotsen.core.errors import Change

OF_THE_OFFICE = ("proposal", "ladder")  # whoever is not of it does not learn who else was asked, and what they said


def changes(entity: str, entity_id: int, *, since: datetime | None = None, limit: int = 5) -> list[Change]:
    """The newest changes of a row: when, who, what. Outside the office only the last one, without anybody's name."""
    roles = current_user.roles if current_user.is_authenticated else frozenset()
    if roles.intersection(STAFF):
        return people.history(entity, entity_id, since=since, limit=limit)
    if entity in OF_THE_OFFICE:
        return []
    reader_id = current_user.id if current_user.is_authenticated else None
    return people.told_discreetly(events_of(entity, entity_id, since=since, limit=1), reader_id=reader_id)
