"""Writing a note, and being done with a Wiedervorlage."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db

from . import queries, rules
from .models import Note
from .rules import Kind


def write(
    about_entity: str, about_id: int, kind: Kind, text: str, *, by: Actor, at: datetime, due_on: date | None = None
) -> Note:
    """Keep a note or a call about a row, with the day to look again. Pressed twice: the same note.

    Raises
    ------
    InvalidInput
        Nothing was said (field ``text``), or the day is past or far away (field ``due_on``).
    """
    if not text.strip() and not rules.may_be_empty(kind):
        raise InvalidInput("", field="text", code="empty")
    if due_on is not None and not rules.is_a_day_to_come(due_on, local_date(at)):
        raise InvalidInput("", field="due_on", code="date")
    note = Note(
        about_entity=about_entity,
        about_id=about_id,
        kind=kind,
        text=text.strip(),
        author_id=by.actor_id,
        due_on=due_on,
        created_at=at,
    )
    existing = queries.same(note, since=at - rules.PRESSED_TWICE)
    if existing is not None:
        return existing
    db.session.add(note)
    audit.record("note.written", note, by=by, at=at, entity=about_entity, entity_id=about_id, kind=kind.value)
    return note


def done(note: Note, *, by: Actor, at: datetime) -> None:
    """The Wiedervorlage is taken care of. Pressed twice: nothing more."""
    result: Any = db.session.execute(
        update(Note)
        .where(Note.id == note.id, Note.done_at.is_(None), Note.due_on.is_not(None))
        .values(done_at=at, done_by=by.actor_id)
    )
    if result.rowcount:
        audit.record("note.done", note, by=by, at=at)
