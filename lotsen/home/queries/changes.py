"""What happened to a row, in words; for the page that says that somebody was faster."""

from datetime import datetime

from lotsen.accounts import queries as people
from lotsen.core.errors import Change


def changes(entity: str, entity_id: int, *, since: datetime | None = None, limit: int = 5) -> list[Change]:
    """The newest changes of a row: when, who, what."""
    return people.history(entity, entity_id, since=since, limit=limit)
