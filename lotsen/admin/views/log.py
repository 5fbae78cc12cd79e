"""The audit log: search and export."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from flask import Response, render_template, request, stream_with_context
from flask_babel import gettext as _
from sqlalchemy import Select

from lotsen.accounts.queries import names
from lotsen.admin.queries.people import log as find
from lotsen.audit.models import AuditEvent
from lotsen.audit.queries.words import ENTITIES, PHRASES, choice, entity_word, phrase
from lotsen.core.access import Role, requires
from lotsen.core.clock import local
from lotsen.core.extensions import db
from lotsen.core.spreadsheets import csv_lines
from lotsen.core.web import LARGEST_ROW, paginate

from .base import bp

ARGS = ("person", "was", "art", "nummer", "von", "bis")
MOST_ROWS = 50_000
AT_ONCE = 500  # rows in memory at a time
COLUMNS = (
    AuditEvent.at,
    AuditEvent.actor_id,
    AuditEvent.on_behalf_of,
    AuditEvent.action,
    AuditEvent.entity,
    AuditEvent.entity_id,
    AuditEvent.before,
    AuditEvent.after,
)


@bp.get("/verwaltung/protokoll")
@requires(Role.ADMINISTRATOR)
def log() -> str:
    """Who did what to which row, when: searched by person, action, kind and number of the row, and days."""
    args = {name: request.args.get(name, "").strip() for name in ARGS}
    page = paginate(_found(args))
    known = names(i for event in page.items for i in (event.actor_id, event.on_behalf_of))
    context = {"page": page, "names": known, "phrase": phrase, "entity_word": entity_word, "entities": ENTITIES}
    actions = sorted(((action, choice(action)) for action in PHRASES), key=lambda pair: pair[1])
    bad_day = _bad(args["von"]) or _bad(args["bis"])
    return render_template("admin/log.html", args=args, actions=actions, bad_day=bad_day, **context)


@bp.get("/verwaltung/protokoll.csv")
@requires(Role.ADMINISTRATOR)
def log_file() -> Response:
    """What the search finds, for Excel; at most 50,000 lines, the newest first."""
    args = {name: request.args.get(name, "").strip() for name in ARGS}
    header = [_("Wann"), _("Wer"), _("Für wen"), _("Was"), _("Woran"), _("Nummer"), _("vorher"), _("nachher")]
    rows = _rows(_found(args).limit(MOST_ROWS))
    headers = {"Content-Disposition": "attachment; filename=protokoll.csv"}
    return Response(stream_with_context(csv_lines(header, rows)), mimetype="text/csv", headers=headers)


def _found(args: dict[str, str]) -> Select[AuditEvent]:
    number = int(args["nummer"]) if args["nummer"].isascii() and args["nummer"].isdigit() else None
    return find(
        words=args["person"],
        action=args["was"],
        entity=args["art"],
        number=None if number is None else min(number, LARGEST_ROW),
        first=_day(args["von"]),
        last=_day(args["bis"]),
    )


def _rows(statement: Select[AuditEvent]) -> Iterator[Sequence[Any]]:
    """Bare columns, and each word translated once: objects and translations were most of a long file's time."""
    done, kind = cache(phrase), cache(entity_word)
    found = db.session.execute(statement.with_only_columns(*COLUMNS).execution_options(yield_per=AT_ONCE))
    for events in found.partitions():
        known = names(i for event in events for i in (event.actor_id, event.on_behalf_of))
        for event in events:
            yield (
                f"{local(event.at):%Y-%m-%d %H:%M:%S}",
                _person(event.actor_id, known),
                _person(event.on_behalf_of, known) if event.on_behalf_of else "",
                done(event.action, event.before),
                kind(event.entity),
                event.entity_id,
                event.before,
                event.after,
            )


def _person(person_id: int | None, known: dict[int, str]) -> str:
    if person_id is None:
        return _("das Programm")
    return known.get(person_id) or _("Person %(id)d", id=person_id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _bad(text: str) -> bool:
    return bool(text) and _day(text) is None
