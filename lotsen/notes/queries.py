"""Reading notes. What a note is about stands above this floor: ``create_app`` binds who tells it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from flask import current_app
from sqlalchemy import BindParameter, Select, bindparam, func, select, tuple_

from lotsen.accounts.models import User
from lotsen.core.extensions import db
from lotsen.core.tasks import Row

from .models import Note

SHOWN = 3


@dataclass(frozen=True)
class Subject:
    """What a note is about: its name and page, and whether it is the reader's own affair."""

    title: str
    url: str
    own: bool


def subject(entity: str, about_id: int, reader: User) -> Subject | None:
    """What this row is called; None when there is none."""
    finder: Callable[[str, int, User], Subject | None] = current_app.extensions["lotsen.subject"]
    return finder(entity, about_id, reader)


def about(entity: str | BindParameter[str], about_id: int | BindParameter[int]) -> Select[Note]:
    """The notes about one row, newest first."""
    return (
        select(Note)
        .where(Note.about_entity == entity, Note.about_id == about_id)
        .order_by(Note.created_at.desc(), Note.id.desc())
    )


def newest(entity: str, about_id: int, *, limit: int = SHOWN) -> tuple[Sequence[Note], int]:
    """The newest notes about one row, and how many there are."""
    rows = db.session.execute(_newest(), {"entity": entity, "row": about_id, "most": limit}).all()
    return [row[0] for row in rows], rows[0].total if rows else 0


@cache
def _newest() -> Select[Note, int]:
    """Built once: the page of every row asks it, and building it takes as long as running it."""
    notes = about(bindparam("entity"), bindparam("row"))
    return notes.add_columns(func.count().over().label("total")).limit(bindparam("most"))


def same(note: Note, *, since: datetime) -> Note | None:
    """A note that says the same, written since an instant: the button was pressed twice."""
    return db.session.scalar(
        select(Note).where(
            Note.about_entity == note.about_entity,
            Note.about_id == note.about_id,
            Note.kind == note.kind,
            Note.text == note.text,
            Note.author_id == note.author_id,
            Note.due_on.is_not_distinct_from(note.due_on),
            Note.created_at >= since,
        )
    )


def latest(about: Iterable[Row]) -> dict[Row, datetime]:
    """When somebody last wrote about each of these rows."""
    wanted = list(set(about))
    if not wanted:
        return {}
    pair = tuple_(Note.about_entity, Note.about_id)
    rows = db.session.execute(
        select(Note.about_entity, Note.about_id, func.max(Note.created_at))
        .where(pair.in_(wanted))
        .group_by(Note.about_entity, Note.about_id)
    )
    return {(entity, about_id): at for entity, about_id, at in rows}
