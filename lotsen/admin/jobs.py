"""Noticing what is not in order."""

from datetime import datetime

from lotsen.core.db import transaction
from lotsen.core.extensions import db

from . import rules, service
from .queries.alarms import facts, open_incidents


def watch(at: datetime) -> int:
    """Measure, open and end incidents. Returns how many changed; writes nothing when none does."""
    found = rules.alarms(facts(at))
    known = {(row.kind, row.subject) for row in open_incidents()}
    db.session.rollback()
    if found == known:
        return 0
    with transaction():
        return service.note(found, at=at)
