"""One decision from the morning mail: what is to decide, one button, and the way to the whole page. No log-in."""

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from lotsen.accounts.models import User
from lotsen.core import tokens
from lotsen.core.access import Role, public
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose

from .. import queries, service
from .base import bp


@bp.route("/entscheidung/<token>", methods=["GET", "POST"])
@public
def decision(token: str) -> Any:
    """What is to decide, and the one button. The link acts in the coordinator's name and logs nobody in."""
    row, reader = _behind(token)
    live = tokens.is_live(row, at=now())
    if request.method == "POST":
        if live:
            with transaction():
                row, reader = _behind(token)
                service.decide(row, by=reader, at=now())
            flash(_("Erledigt. Danke!"))
        return redirect(request.path)
    task = service.task_behind(row.entity, row.entity_id, reader=reader, at=now()) if live else None
    verb = service.verb_for(task, by=reader, at=now()) if task is not None else None
    return render_template(
        "home/decision.html",
        task=task,
        verb=verb,
        numbers=queries.concerned(task) if task is not None else [],
        used=row.used_at is not None,
        live=live,
    )


def _behind(raw: str) -> tuple[Token, User]:
    """The link and whose it is; who coordinates no more has no decisions."""
    row = tokens.find(raw, Purpose.DECISION)
    reader = db.session.get(User, row.user_id) if row is not None and row.user_id else None
    if row is None or reader is None or not reader.active or Role.COORDINATOR not in reader.roles:
        abort(404)
    return row, reader
