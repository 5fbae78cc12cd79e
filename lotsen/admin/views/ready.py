"""``/readyz``: whether this installation does its work. For the machine that watches; without secrets or names."""

import logging
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lotsen.admin.queries.alarms import scheduler_silent
from lotsen.admin.rules import MAIL_WAITS, SCHEDULER_SILENT
from lotsen.core import schema
from lotsen.core.access import public
from lotsen.core.clock import now, real_now
from lotsen.core.extensions import db
from lotsen.outbox.queries import longest_wait, sending_hold

from .base import bp

log = logging.getLogger(__name__)


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """200 when everything works, else 503 with what does not."""
    try:
        found = _measured()
    except SQLAlchemyError:
        log.exception("the database does not answer")
        found = {"database": "failing", "failing": ["database"]}
    status = 503 if found["failing"] else 200
    return jsonify(status="failing" if found["failing"] else "ok", **found), status


def _measured() -> dict[str, Any]:
    db.session.execute(text("SELECT 1"))
    found: dict[str, Any] = {"database": "ok", "migration": "ok", "failing": []}
    if not schema.is_current():
        return {
            **found,
            "migration": f"{schema.found() or 'none'}, expected {schema.expected()}",
            "failing": ["migration"],
        }
    silent, waits, held = scheduler_silent(real_now()), longest_wait(now()), sending_hold() is not None
    if silent is None or silent > SCHEDULER_SILENT:
        found["failing"].append("scheduler")
    if waits is not None and waits > MAIL_WAITS and not held:
        found["failing"].append("mails")
    return {
        **found,
        "scheduler_silent_seconds": None if silent is None else int(silent.total_seconds()),
        "oldest_due_mail_seconds": 0 if waits is None else int(waits.total_seconds()),
        "sending": "held" if held else "on",
    }
