"""The share of all open requests, as a dry run: who would go where, and what a wish costs."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from lotsen.core.access import Role, requires
from lotsen.core.clock import now
from lotsen.proposals import sweep

from .blueprint import bp

MOST_WISHES = 20


@bp.get("/vorschlaege/verteilung")
@requires(Role.COORDINATOR)
def share() -> Any:
    """Who would go where when all open requests are looked at together. Nobody is asked from here."""
    forced = _wishes()
    problem = ""
    try:
        found = sweep.share(forced=forced, at=now())
    except sweep.CannotBeKept:
        found, forced = sweep.share(at=now()), []
        problem = _("So geht es nicht auf: Eine Person hätte mehr Begleitungen, als sie möchte.")
    return render_template("proposals/share.html", share=found, forced=forced, problem=problem)


def _wishes() -> list[tuple[int, int]]:
    """Pairs from ``12-7``, request and pilot; for one request the last wish counts, anything else is left out."""
    wishes: dict[int, int] = {}
    for text in request.args.getlist("fest")[-MOST_WISHES:]:
        left, _dash, right = text.partition("-")
        if all(part.isascii() and part.isdecimal() and len(part) < 10 for part in (left, right)):
            wishes[int(left)] = int(right)
    return list(wishes.items())
