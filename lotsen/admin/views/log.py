"""The audit log."""

from datetime import date

from flask import render_template, request

from lotsen.accounts.queries import names
from lotsen.admin.queries.people import log as find
from lotsen.audit.queries.words import ENTITIES, entity_word, phrase
from lotsen.core.access import Role, requires
from lotsen.core.web import paginate

from .base import bp


@bp.get("/verwaltung/protokoll")
@requires(Role.ADMINISTRATOR)
def log() -> str:
    """Who did what to which row, when: searched by person, kind of row and days."""
    args = {name: request.args.get(name, "").strip() for name in ("person", "art", "von", "bis")}
    statement = find(words=args["person"], entity=args["art"], first=_day(args["von"]), last=_day(args["bis"]))
    page = paginate(statement)
    known = names(event.actor_id for event in page.items)
    context = {"page": page, "names": known, "phrase": phrase, "entity_word": entity_word, "entities": ENTITIES}
    return render_template("admin/log.html", args=args, bad_day=_bad(args["von"]) or _bad(args["bis"]), **context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _bad(text: str) -> bool:
    return bool(text) and _day(text) is None
