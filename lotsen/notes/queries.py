"""Reading notes. What a note is about stands above this floor: ``create_app`` binds who tells it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select, tuple_

from lotsen.accounts.models import User
from lotsen.core.clock import MORNING, at_local, local_date
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_date
from lotsen.core.tasks import Task

from .models import Note

SHOWN = 3
MOST_TASKS = 60
About = tuple[str, int]


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


def titles(about: Iterable[About]) -> dict[About, str]:
    """Names of several rows at once."""
    finder: Callable[[set[About]], dict[About, str]] = current_app.extensions["lotsen.subject_titles"]
    wanted = set(about)
    return finder(wanted) if wanted else {}


def about(entity: str, about_id: int) -> Select[Note]:
    """The notes about one row, newest first."""
    return (
        select(Note)
        .where(Note.about_entity == entity, Note.about_id == about_id)
        .order_by(Note.created_at.desc(), Note.id.desc())
    )


def newest(entity: str, about_id: int, *, limit: int = SHOWN) -> tuple[Sequence[Note], int]:
    """The newest notes about one row, and how many there are."""
    rows = db.session.execute(
        about(entity, about_id).add_columns(func.count().over().label("total")).limit(limit)
    ).all()
    return [row[0] for row in rows], rows[0].total if rows else 0


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


def latest(about: Iterable[About]) -> dict[About, datetime]:
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


def tasks(at: datetime) -> list[Task]:
    """What is to be looked at again today or was before; the longest due first."""
    rows = db.session.scalars(
        select(Note)
        .where(Note.done_at.is_(None), Note.due_on <= local_date(at))
        .order_by(Note.due_on, Note.id)
        .limit(MOST_TASKS)
    ).all()
    names = titles((row.about_entity, row.about_id) for row in rows)
    return [_task(row, names.get((row.about_entity, row.about_id), "")) for row in rows]


def _task(row: Note, name: str) -> Task:

    since = at_local(row.due_on or local_date(row.created_at), MORNING)
    return Task(
        kind="note.again",
        title=_("Wiedervorlage: %(name)s", name=name) if name else _("Wiedervorlage"),
        url=url_for("notes.again", note_id=row.id),
        action=_("Ansehen"),
        waiting_since=since,
        due_at=since,
        detail=row.text or _("angerufen am %(day)s, nicht erreicht", day=plain_date(row.created_at)),
        about=(row.about_entity, row.about_id),
        done_url=url_for("notes.done", note_id=row.id),
        row=("note", row.id),
    )
