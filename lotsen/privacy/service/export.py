"""Making the file that a person takes along: JSON for programs, HTML for people."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from flask import render_template

from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import town
from lotsen.privacy.queries.own import Section, sections
from lotsen.privacy.register import BY_KEY, ENTRIES, Subject


def record(owner: User | HelpRequest, *, channel: str, by: Actor, at: datetime) -> None:
    """Write down that somebody took the data along, and on which way."""
    behalf = owner.id if isinstance(owner, User) and owner.id != by.actor_id else None
    audit.record("privacy.exported", owner, by=by, at=at, on_behalf_of=behalf, channel=channel)


def archive(subject: Subject, *, at: datetime) -> io.BytesIO:
    """A ZIP with ``daten.json`` and ``daten.html``; in memory only, at most `own.MOST_ROWS` rows of a kind."""
    found = sections(subject)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archived:
        archived.writestr("meine-daten/daten.json", json.dumps(_data(found, at), ensure_ascii=False, indent=2))
        page = render_template("privacy/export.html", sections=found, at=at, explained=_explained(found))
        archived.writestr("meine-daten/daten.html", page)
    file.seek(0)
    return file


def _data(found: list[Section], at: datetime) -> dict[str, Any]:
    settings = town()
    return {
        "version": 1,
        "made_at": at.isoformat(),
        "controller": settings.authority,
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "rows": [{line.column: line.raw for line in row} for row in section.rows],
            }
            for section in found
        ],
        "explained": _explained(found),
    }


def _explained(found: list[Section]) -> list[dict[str, str]]:
    """Purpose, basis and recipients of each kind of processing that the file shows (Art. 15 (1) GDPR)."""
    shown = {section.name for section in found}
    keys = dict.fromkeys(entry.activity for entry in ENTRIES if entry.name in shown)
    return [
        {
            "title": str(BY_KEY[key].title),
            "purpose": str(BY_KEY[key].purpose),
            "basis": str(BY_KEY[key].basis),
            "seen_by": str(BY_KEY[key].seen_by),
        }
        for key in keys
    ]
