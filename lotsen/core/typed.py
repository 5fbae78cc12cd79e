"""What was typed into a form whose session had ended: kept sealed for an hour, shown again after the log-in.

Kept for the person only whose session it was, which the browser's signed cookie says; for the page of the form only;
never passwords, codes or files. The form is shown filled; it is the person who sends it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import timedelta

from flask import g, request, session
from flask_login import current_user
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from werkzeug.datastructures import MultiDict

from .clock import real_now
from .db import is_postgresql, transaction
from .extensions import db
from .models import KeptForm
from .sealed import seal, unseal

KEPT_FOR = timedelta(hours=1)
MOST_CHARACTERS = 60_000
NEVER_KEPT = frozenset({"password", "current", "code", "csrf_token"})
PERSON, KEY, PURPOSE = "person", "kept_form", "kept form"


def keep(page: str) -> None:
    """Keep the fields of a POST that came without a log-in, for ``page``; nothing when nobody was logged in before."""
    person = session.get(PERSON)
    pairs = [(name, text) for name, text in request.form.items(multi=True) if _base(name) not in NEVER_KEPT]
    if not isinstance(person, int) or not pairs or sum(len(n) + len(t) for n, t in pairs) > MOST_CHARACTERS:
        return
    raw = secrets.token_hex(16)
    values = {
        "digest": _digest(raw),
        "content": seal(json.dumps({"page": page, "pairs": pairs}), PURPOSE),
        "created_at": real_now(),
    }
    insert = postgresql_insert if is_postgresql() else sqlite_insert
    statement = insert(KeptForm).values(user_id=person, **values)
    with transaction(guarded=True):
        if not _exists(person):
            return
        db.session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
    session[KEY] = raw


def found(fields: Iterable[str]) -> MultiDict[str, str] | None:
    """What this person had typed on this page, when it is of the form with these fields."""
    if request.method != "GET" or KEY not in session or not current_user.is_authenticated:
        return None
    if "kept_form" not in g:
        g.kept_form = _read()
    kept: MultiDict[str, str] | None = g.kept_form
    names = tuple(name for name in fields if name not in ("csrf_token", "version"))
    if kept is None or not any(name in names or name.startswith(tuple(f"{n}-" for n in names)) for name in kept):
        return None
    return kept


def forget() -> None:
    """The person sends a form again, this one or another: what was kept has done its work."""
    if session.pop(KEY, None) is not None:
        person = current_user.id
        with transaction(guarded=True):
            db.session.execute(delete(KeptForm).where(KeptForm.user_id == person))


def purge() -> int:
    """Drop what nobody came back for. Returns how many."""
    result = db.session.execute(delete(KeptForm).where(KeptForm.created_at < real_now() - KEPT_FOR))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _read() -> MultiDict[str, str] | None:
    row = db.session.scalar(
        select(KeptForm).where(
            KeptForm.user_id == current_user.id,
            KeptForm.digest == _digest(str(session[KEY])),
            KeptForm.created_at > real_now() - KEPT_FOR,
        )
    )
    opened = unseal(row.content, PURPOSE) if row is not None else None
    if opened is None:
        return None
    content = json.loads(opened)
    return MultiDict(content["pairs"]) if content["page"] == request.full_path.rstrip("?") else None


def _exists(person: int) -> bool:
    users = KeptForm.metadata.tables["users"]
    return db.session.execute(select(users.c.id).where(users.c.id == person)).first() is not None


def _base(name: str) -> str:
    return name.rpartition("-")[2]


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
