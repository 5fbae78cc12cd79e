"""What is kept about one person, section by section, as she gets it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from lotsen.core.extensions import db
from lotsen.organisations.models import Organisation
from lotsen.outbox.rules import spoken
from lotsen.privacy.register import ENTRIES, Entry, Fate, Subject
from lotsen.skills.models import Area, Topic
from lotsen.skills.queries import label

from .names import Redactor, Roles
from .words import as_data, in_words

# Columns that hold the number of a person; the export says the role.
PERSONS = frozenset(
    {"recorded_by", "withdrawn_by", "verified_by", "duties_seen_by", "clearance_seen_by", "approved_by", "entered_by"}
    | {"author_id", "done_by", "actor_id", "on_behalf_of", "reader_id"}
)
# Columns with the person's own name, address and number, and the organisation's: never taken for somebody else's.
OWN = frozenset(
    {"name", "email", "new_email", "phone", "address", "recipient_name", "contact_name", "contact_email"}
    | {"contact_phone", "contact", "organisation_name", "excluded_names", "subject"}
)
NAMED: dict[str, Any] = {"topic_id": Topic, "area_id": Area, "organisation_id": Organisation}
MOST_ROWS = 5000  # of one kind; nobody has more, and a broken loop must not fill the disk


@dataclass(frozen=True)
class Line:
    """One fact: its column, its label, in words and as a program reads it."""

    column: str
    label: str
    words: str
    raw: Any


@dataclass(frozen=True)
class Section:
    """All rows of one kind."""

    name: str
    title: str
    rows: list[list[Line]]


def sections(subject: Subject) -> list[Section]:
    """Everything that is kept about the person and may leave, names of others as roles; empty kinds are left out."""
    found = [(entry, db.session.scalars(entry.statement(subject).limit(MOST_ROWS)).all()) for entry in ENTRIES]
    found = [(entry, rows) for entry, rows in found if rows]
    roles = Roles(subject)
    redact = Redactor(subject, roles, _texts(found))
    names = _Names(found)
    return [
        Section(
            entry.name,
            str(entry.title),
            [list(_lines(entry, row, roles, redact, names)) for row in rows],
        )
        for entry, rows in found
    ]


def counts(subject: Subject, fate: Fate | None = None) -> list[tuple[Entry, int]]:
    """How many rows of each kind there are; of one fate when named."""
    found = []
    for entry in ENTRIES:
        if fate is None or entry.fate is fate:
            number = db.session.scalar(select(func.count()).select_from(entry.model).where(entry.rows(subject))) or 0
            if number:
                found.append((entry, number))
    return found


class _Names:
    """Names of topics, sub-areas and organisations, each table read once."""

    def __init__(self, found: Sequence[tuple[Entry, Sequence[Any]]]) -> None:
        self.known: dict[str, dict[int, str]] = {}
        for column, model in NAMED.items():
            ids = {getattr(row, column) for entry, rows in found if column in entry.shown for row in rows}
            if ids:
                made = db.session.scalars(select(model).where(model.id.in_(ids)))
                self.known[column] = {row.id: row.name if model is Organisation else label(row) for row in made}

    def get(self, column: str, value: Any) -> str:
        return self.known.get(column, {}).get(value, "")


def _lines(entry: Entry, row: Any, roles: Roles, redact: Redactor, names: _Names) -> Iterator[Line]:
    for column, title in entry.shown.items():
        value = getattr(row, column)
        if column in PERSONS:
            word = roles.word(value) if value is not None or column == "actor_id" else ""
            yield Line(column, str(title), word, word or None)
        elif column in NAMED:
            yield Line(column, str(title), names.get(column, value), names.get(column, value))
        else:
            if column == "text" and entry.name == "mails":
                value = spoken(value)
            value = value if column in OWN else redact(value)
            yield Line(column, str(title), in_words(entry, column, value), as_data(value))


def _texts(found: Sequence[tuple[Entry, Sequence[Any]]]) -> Iterator[str]:
    for entry, rows in found:
        for row in rows:
            for column in entry.shown:
                if column not in OWN:
                    yield from _strings(getattr(row, column))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
