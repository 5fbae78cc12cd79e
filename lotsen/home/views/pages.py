"""The start page: what needs me now, for each hat a person wears; who rings."""

from typing import Any

from flask import render_template, request
from flask_login import current_user

from lotsen.accounts.models import User
from lotsen.core.access import ROLE_LABELS, Role, requires
from lotsen.core.clock import now
from lotsen.core.web import get_or_404
from lotsen.help_requests.queries import stands_label, state_tone
from lotsen.organisations.queries import kind_label

from .. import queries
from ..queries.search import person as person_with_all
from .base import bp

MAX_SEARCH = 120
WORDS: dict[str, Any] = {
    "stands_label": stands_label,
    "state_tone": state_tone,
    "kind_label": kind_label,
}


@bp.get("/start")
@requires()
def start() -> Any:
    """What needs this person now, in order of urgency; ``?alle=1`` shows the office's tasks to the last."""
    every = request.args.get("alle") == "1"
    return render_template("home/start.html", **queries.start(current_user, now(), every=every))


@bp.get("/suche")
@requires(Role.COORDINATOR)
def search() -> Any:
    """The telephone rings: people, organisations and cases, with what is open for them."""
    text = request.args.get("suche", "").strip()[:MAX_SEARCH]
    return render_template("home/search.html", text=text, found=queries.find(text), **WORDS)


@bp.get("/personen/<int:user_id>")
@requires(Role.COORDINATOR)
def person(user_id: int) -> Any:
    """Somebody with everything that is open, and what was noted."""
    row = person_with_all(get_or_404(User, user_id))
    return render_template("home/person.html", row=row, labels=ROLE_LABELS)
