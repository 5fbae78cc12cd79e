"""Wiedervorlagen that are due, with the name of what they are about, in one statement."""

from datetime import datetime
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, select
from sqlalchemy.orm import aliased

from lotsen.accounts.models import User
from lotsen.core.clock import MORNING, at_local, local_date
from lotsen.core.extensions import db
from lotsen.core.tasks import Task
from lotsen.engagements.models import Engagement
from lotsen.help_requests.models import HelpRequest
from lotsen.notes.models import Note
from lotsen.organisations.models import Organisation
from lotsen.pilots.models import Pilot

MOST = 60


def tasks(at: datetime) -> list[Task]:
    """What is to be looked at again today or was before; the longest due first."""
    return [_task(note, name or "") for note, name in db.session.execute(_statement(), {"today": local_date(at)})]


@cache
def _statement() -> Select[Note, str]:
    """Built once: the start page asks it, and building it takes longer than its few rows."""
    known = aliased(User)  # the person behind a pilot
    asked = aliased(HelpRequest)  # the request behind an engagement

    def about(entity: str) -> ColumnElement[bool]:
        return Note.about_entity == entity

    name = case(
        (about("user"), User.name),
        (about("pilot"), known.name),
        (about("organisation"), Organisation.name),
        (about("help_request"), HelpRequest.organisation_name),
        else_=asked.organisation_name,
    )
    return (
        select(Note, name)
        .outerjoin(User, and_(about("user"), User.id == Note.about_id))
        .outerjoin(Pilot, and_(about("pilot"), Pilot.id == Note.about_id))
        .outerjoin(known, known.id == Pilot.user_id)
        .outerjoin(Organisation, and_(about("organisation"), Organisation.id == Note.about_id))
        .outerjoin(HelpRequest, and_(about("help_request"), HelpRequest.id == Note.about_id))
        .outerjoin(Engagement, and_(about("engagement"), Engagement.id == Note.about_id))
        .outerjoin(asked, asked.id == Engagement.help_request_id)
        .where(Note.done_at.is_(None), Note.due_on <= bindparam("today", type_=Date))
        .order_by(Note.due_on, Note.id)
        .limit(MOST)
    )


def _task(row: Note, name: str) -> Task:
    since = max(at_local(row.due_on or local_date(row.created_at), MORNING), row.created_at)
    return Task(
        kind="note.again",
        title=_("Wiedervorlage: %(name)s", name=name) if name else _("Wiedervorlage"),
        url=url_for("notes.again", note_id=row.id),
        action=_("Ansehen"),
        waiting_since=since,
        due_at=since,
        detail=row.text or _("angerufen, nicht erreicht"),
        row=("note", row.id),
        about=(row.about_entity, row.about_id),
        done_url=url_for("notes.done", note_id=row.id),
    )
