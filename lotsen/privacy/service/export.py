"""Making the file that a person takes along: JSON for programs, HTML for people."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import stream_template

from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import town
from lotsen.privacy.queries.own import Section, sections
from lotsen.privacy.register import BY_KEY, ENTRIES, Subject

PIECE = 64 * 1024  # bytes that leave at once


def record(owner: User | HelpRequest, *, channel: str, by: Actor, at: datetime) -> None:
    """Write down that somebody took the data along, and on which way."""
    behalf = owner.id if isinstance(owner, User) and owner.id != by.actor_id else None
    audit.record("privacy.exported", owner, by=by, at=at, on_behalf_of=behalf, channel=channel)


def archive(subject: Subject, *, at: datetime) -> Iterator[bytes]:
    """A ZIP with ``daten.json`` and ``daten.html``, piece by piece; at most `own.MOST_ROWS` rows of a kind.

    Everything is read before the first piece: what cannot be read is an error page, never half a file.
    """
    found = sections(subject)
    explained = _explained(found)
    data = json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(_data(found, explained, at))
    page = stream_template("privacy/export.html", sections=found, at=at, explained=explained)
    return _zipped({"meine-daten/daten.json": data, "meine-daten/daten.html": page})


def _zipped(files: Mapping[str, Iterable[str]]) -> Iterator[bytes]:
    passed = _Passed()
    with zipfile.ZipFile(passed, "w", zipfile.ZIP_DEFLATED) as archived:
        for name, texts in files.items():
            with archived.open(name, "w") as file:
                for text in texts:
                    file.write(text.encode())
                    if passed.waiting > PIECE:
                        yield passed.take()
    yield passed.take()


class _Passed(io.RawIOBase):
    """A file that only goes forward: what is written waits until it is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self.waiting += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces, self.waiting = [], 0
        return taken


def _data(found: list[Section], explained: list[dict[str, str]], at: datetime) -> dict[str, Any]:
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
        "explained": explained,
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
