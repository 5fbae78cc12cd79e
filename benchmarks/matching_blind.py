"""Eighty people and sixty requests written and judged before the matcher had seen one of them.

Their author had opened neither set A nor the catalogue. Nobody is judged pair by pair: each person has abilities with a
degree (``blind/pilots.txt``: headline, own words, topic:level, ability:degree, conditions), each request the abilities
that solve it (``blind/requests.txt``: kind, title, text, chosen topics, true topics, abilities, conditions), so no pair
is forgotten. The abilities are words of this set alone, no areas of the catalogue. ``~`` marks one that helps halfway,
``;`` parts two needs; without abilities nobody can help. The halves are every other line: tune on one, judge by the
other. A second set, judged pair by pair, follows: ``blind2/README.md``.
"""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.matching_figures import measure
from matching import Catalogue, Matcher, Need, Profile
from matching.evaluation import ABLE
from matching.formats import places, read_needs, read_profiles
from matching.rules import kilometres

FOLDER = Path(__file__).resolve().parent / "blind"
SECOND = FOLDER.parent / "blind2"
KINDS = {"parish": "institution", "practice": "business", "neighbour": ""}
HOME = "31655"


@dataclass(frozen=True)
class Person:
    profile: Profile
    degrees: dict[str, int]


@dataclass(frozen=True)
class Request:
    need: Need
    topics: frozenset[str]
    wanted: tuple[tuple[str, ...], ...]

    def grade(self, person: Person) -> int:
        """Of two needs, 3 for who can do both well, else as for the better one but at most 2."""
        each = [max((_degree(ability, person) for ability in need), default=0) for need in self.wanted]
        if len(each) < 2:
            return max(each, default=0)
        return 3 if min(each) >= ABLE else min(max(each), 2)

    def feasible(self, profile: Profile) -> bool:
        """The hard conditions, counted here once more and not by the matcher."""
        need, here = self.need, "on_site" in profile.modes and _km(self.need, profile) <= profile.radius_km
        ways = {"on_site": here, "remote": "remote" in profile.modes, "either": here or "remote" in profile.modes}
        return bool(
            profile.capacity_left
            and ways[need.mode]
            and need.languages & profile.languages
            and (not profile.org_kinds or not need.org_kind or need.org_kind in profile.org_kinds)
            and (not need.slots or not profile.slots or need.slots & profile.slots)
        )


def _degree(ability: str, person: Person) -> int:
    half = ability.startswith("~")
    return max(person.degrees.get(ability.removeprefix("~"), 0) - half, 0)


def _km(need: Need, profile: Profile) -> float:
    here, there = (need.latitude, need.longitude), (profile.latitude, profile.longitude)
    return kilometres(here, there)  # type: ignore[arg-type]


def lines(name: str) -> list[list[str]]:
    rows = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [[field.strip() for field in row.split("|")] for row in rows]


def _conditions(field: str) -> dict[str, Any]:
    said = dict(pair.split("=") for pair in field.split(";") if pair)
    latitude, longitude = places()(said.get("plz", HOME)) or (None, None)
    names = {key: frozenset(value.split(",")) for key, value in said.items()}
    return {
        "latitude": latitude,
        "longitude": longitude,
        "languages": names.get("l", frozenset({"de"})),
        "slots": names.get("t", frozenset()),
    } | {"said": said}


def _degrees(field: str) -> dict[str, int]:
    return {name: int(degree) for name, degree in (pair.split(":") for pair in field.split(","))}


def people() -> list[Person]:
    out = []
    for number, (headline, about, topics, can, conditions) in enumerate(lines("pilots.txt")):
        facts = _conditions(conditions)
        said = facts.pop("said")
        profile = Profile(
            number,
            headline,
            about,
            _degrees(topics),
            modes=frozenset({said["m"]} if "m" in said else {"on_site", "remote"}),
            org_kinds=frozenset(said["k"].split(",") if "k" in said else ()),
            radius_km=float(said.get("r", 20)),
            capacity_left=int(said.get("c", 1)),
            **facts,
        )
        out.append(Person(profile, _degrees(can)))
    return out


def requests() -> list[Request]:
    out = []
    for number, (kind, title, text, chosen, topics, wanted, conditions) in enumerate(lines("requests.txt")):
        facts = _conditions(conditions)
        said = facts.pop("said")
        need = Need(
            number,
            title,
            text,
            topics=tuple(_names(chosen)),
            mode=said.get("m", "either"),
            org_kind=KINDS.get(kind, kind),
            **facts,
        )
        each = tuple(tuple(_names(part)) for part in wanted.split(";") if part)
        out.append(Request(need, frozenset(_names(topics)), each))
    return out


def _names(field: str) -> list[str]:
    return [name for name in field.split(",") if name]


def judgement(request: Request, crowd: list[Person]) -> dict[str, Any]:
    """In the form of a gold set."""
    grades = {person.profile.id: request.grade(person) for person in crowd}
    barred = {person.profile.id: "" for person in crowd if not request.feasible(person.profile)}
    relevant = [{"lotse": key, "grade": grade, "infeasible": key in barred} for key, grade in grades.items() if grade]
    able = [row for row in relevant if row["grade"] >= ABLE and not row["infeasible"]]
    return {
        "request": request.need.id,
        "nobody": not request.wanted,
        "no_feasible": bool(request.wanted) and not able,
        "true_topics": sorted(request.topics),
        "relevant": relevant,
        "infeasible_all": barred,
    }


def main(catalogue: Catalogue) -> None:
    crowd, asked = people(), requests()
    matcher = Matcher(catalogue).fit([person.profile for person in crowd])
    for name, part in (("all", asked), ("first half", asked[::2]), ("second half", asked[1::2])):
        judged = [judgement(request, crowd) for request in part]
        measure(f"blind set, {name}", [request.need for request in part], judged, matcher)
    second(catalogue)


def second(catalogue: Catalogue) -> None:
    """The set of ``blind2/README.md``; never to be tuned on, so it has no halves."""
    people_file, requests_file = SECOND / "lotsen.json", SECOND / "requests.json"
    crowd = read_profiles(people_file, catalogue.topics, places())
    needs = read_needs(requests_file, catalogue.topics, places())
    ticks = [
        replace(profile, areas=frozenset(row["areas"]), active=row["active"], clearance=row["clearance"])
        for profile, row in zip(crowd, _records(people_file), strict=True)
    ]
    asked = [replace(need, minors=row["minors"]) for need, row in zip(needs, _records(requests_file), strict=True)]
    matcher = Matcher(catalogue).fit(ticks)
    measure("second blind set", asked, _records(SECOND / "judgements.json"), matcher)


def _records(file: Path) -> list[dict[str, Any]]:
    return json.loads(file.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


if __name__ == "__main__":
    main(Catalogue.load())
