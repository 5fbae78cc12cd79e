"""The notes about one row, and what is written there."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lotsen.accounts import queries as people
from lotsen.core.access import Role, requires
from lotsen.core.clock import now, today
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.web import get_or_404, own_path, paginate

from . import queries, service
from .forms import BUTTONS, KINDS, NoteForm
from .models import Note
from .queries import Subject
from .rules import CALLS, Kind

bp = Blueprint("notes", __name__)


@bp.app_template_global("notes_about")
def notes_about(entity: str, about_id: int) -> dict[str, Any] | None:
    """What the box on a coordinator's page shows; None for other readers and about oneself."""
    if Role.COORDINATOR not in current_user.roles:
        return None
    subject = queries.subject(entity, about_id, current_user)
    if subject is None or subject.own:
        return None
    rows, total = queries.newest(entity, about_id)
    return {"entity": entity, "about_id": about_id, "rows": rows, "total": total, "form": NoteForm(formdata=None)} | (
        _words(rows)
    )


@bp.get("/notizen/<entity>/<int:about_id>")
@requires(Role.COORDINATOR)
def overview(entity: str, about_id: int) -> Any:
    """All notes about one row."""
    return _page(entity, about_id, _subject(entity, about_id), NoteForm(formdata=None))


@bp.post("/notizen/<entity>/<int:about_id>")
@requires(Role.COORDINATOR)
def write(entity: str, about_id: int) -> Any:
    """Keep a note or a call; back to where it was written."""
    subject, form = _subject(entity, about_id), NoteForm()
    wanted = request.form.get("kind", Kind.NOTE.value)
    if wanted not in list(Kind) or not form.validate():
        return _page(entity, about_id, subject, form), 400
    try:
        with transaction():
            service.write(
                entity,
                about_id,
                Kind(wanted),
                form.text.data or "",
                by=current_user,
                at=now(),
                due_on=form.day(today()),
            )
    except InvalidInput as error:
        sentences = {
            "text": _("Schreiben Sie ein, zwei Worte."),
            "due_on": _("Geben Sie einen Tag von heute an ein, höchstens drei Jahre voraus."),
        }
        form[error.field].errors = [sentences[error.field]]
        return _page(entity, about_id, subject, form), 400
    flash(_("Ist notiert."))
    return redirect(f"{subject.url}#notizen")


@bp.get("/wiedervorlagen/<int:note_id>")
@requires(Role.COORDINATOR)
def again(note_id: int) -> Any:
    """One Wiedervorlage: what it is for, a button to be done with it, the way to the case."""
    note, subject = _note(note_id)
    return render_template("notes/again.html", note=note, subject=subject, **_words([note]))


@bp.post("/wiedervorlagen/<int:note_id>/erledigt")
@requires(Role.COORDINATOR)
def done(note_id: int) -> Any:
    """It is taken care of."""
    with transaction():
        service.done(_note(note_id)[0], by=current_user, at=now())
    flash(_("Die Wiedervorlage ist erledigt."))
    return redirect(own_path(request.form.get("back"), url_for("home.start")))


def _note(note_id: int) -> tuple[Note, Subject]:
    note = get_or_404(Note, note_id)
    return note, _subject(note.about_entity, note.about_id)


def _subject(entity: str, about_id: int) -> Subject:
    """What a note is about; what is not there and one's own affair look the same."""
    subject = queries.subject(entity, about_id, current_user)
    if subject is None or subject.own:
        abort(404)
    return subject


def _page(entity: str, about_id: int, subject: Subject, form: NoteForm) -> str:
    page = paginate(queries.about(entity, about_id))
    return render_template(
        "notes/overview.html",
        page=page,
        subject=subject,
        form=form,
        entity=entity,
        about_id=about_id,
        **_words(page.items),
    )


def _words(rows: Any) -> dict[str, Any]:
    authors = people.names(i for row in rows for i in (row.author_id, row.done_by))
    return {"authors": authors, "kinds": KINDS, "buttons": BUTTONS, "calls": CALLS, "today": today()}
