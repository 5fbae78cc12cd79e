"""Reading files of people and requests: every wrong field is named, in German and in English, before a row is written.

The format is the one of ``benchmarks/gold/A``: a list of objects. Objects with ``display_name`` are pilots, those with
``organisation`` are requests. ``contact_name`` and ``phone`` may be added to both.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotsen.core.places import coordinates
from lotsen.help_requests import rules as requests
from lotsen.organisations import rules as organisations
from lotsen.pilots import rules as pilots

PILOT, REQUEST = "pilot", "request"
SLOTS = frozenset(f"{day}-{part}" for day in requests.WEEKDAYS for part in requests.PARTS)
Record = dict[str, Any]
Complaint = tuple[str, str]
Check = Callable[[Any], Complaint | None]


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong, with where it stands."""

    file: str
    row: int
    id: str
    field: str
    german: str
    english: str

    def __str__(self) -> str:
        place = f"{self.file}, {f'Zeile/row {self.row}' if self.row else 'Datei/file'}"
        if self.id:
            place += f" ({self.id})"
        return f"{place}{', ' + self.field if self.field else ''}: {self.german} / {self.english}"


def text(longest: int, shortest: int = 1) -> Check:
    """A text between two lengths."""

    def check(value: Any) -> Complaint | None:
        if not isinstance(value, str):
            return "muss ein Text sein", "must be a text"
        length = len(value.strip())
        if length < shortest:
            return f"mindestens {shortest} Zeichen, hier {length}", f"at least {shortest} characters, here {length}"
        if length > longest:
            return f"höchstens {longest} Zeichen, hier {length}", f"at most {longest} characters, here {length}"
        return None

    return check


def number(least: int, most: int) -> Check:
    """A whole number in a range."""

    def check(value: Any) -> Complaint | None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return f"muss eine ganze Zahl von {least} bis {most} sein", f"must be a whole number, {least} to {most}"
        return None

    return check


def one_of(words: Iterable[str]) -> Check:
    """One of a few words."""
    known = sorted(words)

    def check(value: Any) -> Complaint | None:
        if not isinstance(value, str) or value not in known:
            return f"{value!r} ist unbekannt, möglich: {', '.join(known)}", f"{value!r} is unknown, use one of these"
        return None

    return check


def several(single: Check, *, least: int = 0, most: int = 100) -> Check:
    """A list, each entry of which passes; none twice."""

    def check(value: Any) -> Complaint | None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            return f"muss eine Liste mit {least} bis {most} Einträgen sein", f"must be a list of {least} to {most}"
        for entry in value:
            if (complaint := single(entry)) is not None:
                return complaint
        if len({json.dumps(entry, sort_keys=True) for entry in value}) != len(value):
            return "ein Eintrag steht doppelt da", "an entry is there twice"
        return None

    return check


def postcode(value: Any) -> Complaint | None:
    """A German postcode that exists."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{5}", value) or coordinates(value) is None:
        return f"Postleitzahl {value!r} gibt es nicht", f"postcode {value!r} does not exist"
    return None


def language(value: Any) -> Complaint | None:
    """A language code of two letters."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2}", value):
        return f"{value!r} ist kein Sprachkürzel wie de", f"{value!r} is no language code such as de"
    return None


def topic_level(topics: frozenset[str]) -> Check:
    """A topic of the catalogue with a level."""

    def check(value: Any) -> Complaint | None:
        if not isinstance(value, dict) or set(value) != {"slug", "level"}:
            return "braucht slug und level", "needs slug and level"
        if value["slug"] not in topics:
            return f"Thema {value['slug']!r} gibt es nicht", f"topic {value['slug']!r} does not exist"
        return number(1, 3)(value["level"])

    return check


def topic(topics: frozenset[str]) -> Check:
    """A topic of the catalogue."""

    def check(value: Any) -> Complaint | None:
        if not isinstance(value, str) or value not in topics:
            return f"Thema {value!r} gibt es nicht", f"topic {value!r} does not exist"
        return None

    return check


def fields_of(kind: str, topics: frozenset[str]) -> dict[str, Check]:
    """What each field of a record must be; all of them are needed."""
    kinds = one_of(k.value for k in organisations.Kind)
    common: dict[str, Check] = {
        "id": text(40),
        "postcode": postcode,
        "languages": several(language, least=1),
        "availability": several(one_of(SLOTS)),
    }
    if kind == PILOT:
        return common | {
            "display_name": text(pilots.MAX_NAME),
            "headline": text(pilots.MAX_HEADLINE),
            "about": text(pilots.MAX_ABOUT),
            "topics": several(topic_level(topics), least=1),
            "modes": several(one_of(["on_site", "remote"]), least=1),
            "radius_km": number(0, pilots.MAX_RADIUS_KM),
            "org_kinds": several(kinds, least=1),
            "capacity": number(0, pilots.MAX_AT_ONCE),
        }
    return common | {
        "organisation": text(organisations.MAX_NAME),
        "org_kind": kinds,
        "title": text(requests.MAX_TITLE),
        "description": text(requests.MAX_DESCRIPTION, requests.MIN_DESCRIPTION),
        "topics": several(topic(topics)),
        "mode": one_of(m.value for m in requests.Mode),
        "urgency": one_of(["low", "normal", "high"]),
    }


OPTIONAL: dict[str, Check] = {"contact_name": text(requests.MAX_NAME), "phone": text(40)}


def read(paths: Iterable[Path], topics: frozenset[str]) -> tuple[dict[str, list[Record]], list[Wrong]]:
    """All records by kind, and everything that is wrong with them."""
    found: dict[str, list[Record]] = {PILOT: [], REQUEST: []}
    wrong: list[Wrong] = []
    seen: dict[str, str] = {}
    for path in paths:
        rows, complaint = _rows(path)
        if complaint is not None:
            wrong.append(Wrong(path.name, 0, "", "", *complaint))
            continue
        for number_, row in enumerate(rows, start=1):
            kind, problems = _look(row, topics)
            name = str(row.get("id", "")) if isinstance(row, dict) else ""
            where = f"{path.name}, Zeile/row {number_}"
            if name and name.casefold() in seen:
                problems.append(("id", f"steht schon in {seen[name.casefold()]}", "is there already"))
            seen.setdefault(name.casefold(), where)
            wrong.extend(Wrong(path.name, number_, name, *problem) for problem in problems)
            if kind and not problems:
                found[kind].append(row)
    return found, wrong


def _rows(path: Path) -> tuple[list[Any], Complaint | None]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [], (f"ist kein JSON in UTF-8 ({error})", "is no JSON in UTF-8")
    if not isinstance(rows, list) or not rows:
        return [], ("muss eine Liste mit Einträgen sein", "must be a list of records")
    return rows, None


def _look(row: Any, topics: frozenset[str]) -> tuple[str, list[tuple[str, str, str]]]:
    if not isinstance(row, dict):
        return "", [("", "ist kein Eintrag mit Feldern", "is no record with fields")]
    kind = PILOT if "display_name" in row else REQUEST if "organisation" in row else ""
    if not kind:
        return "", [
            ("", "weder Lotsin oder Lotse (display_name) noch Anfrage (organisation)", "neither pilot nor request")
        ]
    checks = fields_of(kind, topics)
    problems = [(name, "fehlt", "is missing") for name in checks if name not in row]
    problems += [(name, "ist unbekannt", "is unknown") for name in row if name not in checks | OPTIONAL]
    for name, check in (checks | OPTIONAL).items():
        if name in row and (complaint := check(row[name])) is not None:
            problems.append((name, *complaint))
    return kind, problems
