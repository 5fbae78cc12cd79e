"""The start page: what needs me now, for each hat a person wears."""

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from lotsen.core.access import requires
from lotsen.core.clock import now

from . import queries

bp = Blueprint("home", __name__)


@bp.get("/start")
@requires()
def start() -> Any:
    """What needs this person now, in order of urgency."""
    return render_template("home/start.html", **queries.start(current_user, now()))
