"""A set written by hand for this project, by somebody who had read neither the catalogue's situations nor a gold set.

Forty people and 99 requests: 85 digital tasks, eight of them a speciality nobody here has, and 14 that are none.
Lines have bars between the fields: ``hand/pilots.txt`` (headline, own words, topic:level, areas they can help in,
specialities) and ``hand/requests.txt`` (title, text, chosen topics, areas or OUT, speciality needed). Towns are drawn
from the people; of each, four in ten cannot for a request. Somebody fits who can help in one of its areas. The 14 were
known when the examples of no digital task were widened, so what is found of them proves nothing.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matching import Catalogue, Matcher, Need, Profile
from matching.evaluation import ndcg

FOLDER = Path(__file__).resolve().parent / "hand"
TOWNS = 8


@dataclass(frozen=True)
class Person:
    profile: Profile
    areas: frozenset[str]
    special: frozenset[str]


@dataclass(frozen=True)
class Request:
    need: Need
    areas: tuple[str, ...]
    special: str

    def grade(self, person: Person, catalogue: Catalogue) -> int:
        """3 for the main area, 2 for another, 1 for the topic alone, 0."""
        if not self.areas or (self.special and self.special not in person.special):
            return 0
        if self.areas[0] in person.areas:
            return 3
        if person.areas.intersection(self.areas):
            return 2
        topics = [{catalogue.areas[area].topic for area in areas} for areas in (self.areas, person.areas)]
        return int(not self.special and bool(topics[0] & topics[1]))


def lines(name: str) -> list[list[str]]:
    return [line.split("|") for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def people() -> list[Person]:
    out = []
    for number, (headline, about, topics, areas, special) in enumerate(lines("pilots.txt")):
        levels = {slug: int(level) for slug, level in (pair.split(":") for pair in topics.split(","))}
        profile = Profile(number, headline=headline, about=about, topics=levels)
        out.append(Person(profile, frozenset(areas.split(",")), frozenset(special.split(",")) - {""}))
    return out


def requests() -> list[Request]:
    out = []
    for number, (title, text, chosen, areas, special) in enumerate(lines("requests.txt")):
        need = Need(number, title, text, topics=tuple(slug for slug in chosen.split(",") if slug))
        out.append(Request(need, () if areas == "OUT" else tuple(areas.split(",")), special))
    return out


def main(catalogue: Catalogue) -> None:
    crowd, asked = people(), requests()
    everybody = Matcher(catalogue).fit([person.profile for person in crowd])
    gains = []
    for request in asked:
        grades = {person.profile.id: request.grade(person, catalogue) for person in crowd}
        if max(grades.values()) >= 2:
            gains.append(ndcg([m.profile_id for m in everybody.rank(request.need).matches], grades) or 0.0)
    print(f"hand-written set: nDCG@10 {np.mean(gains):.3f} ({len(gains)} requests that somebody fits)")
    said = defaultdict(list)
    for request, need, matcher, best in towns(catalogue, crowd, asked):
        kind = "somebody" if best >= 2 else "topic only" if best else "nobody"
        nobody = matcher.rank(need, 1).nobody
        said["special" if request.special and best < 2 else kind if request.areas else "no task"].append(
            (need.id, nobody)
        )
    for kind, rows in sorted(said.items()):
        print(f"hand-written set, nobody said: {kind:<10} {_interval(rows)} ({len(rows)} in {TOWNS} towns)")


def towns(
    catalogue: Catalogue, crowd: list[Person], asked: list[Request]
) -> Iterator[tuple[Request, Need, Matcher, int]]:
    """Each request in each town, where four in ten cannot, and the best grade of those who can."""
    chance = random.Random(5)
    for _ in range(TOWNS):
        town = sorted(chance.sample(range(len(crowd)), chance.choice([15, 20, 25, 30, 35, 40])))
        matcher = Matcher(catalogue).fit([crowd[number].profile for number in town])
        for request in asked:
            away = frozenset(number for number in town if chance.random() < 0.4)
            best = max((request.grade(crowd[number], catalogue) for number in town if number not in away), default=0)
            yield request, replace(request.need, excluded_profiles=away), matcher, best


def _interval(rows: list[tuple[int, bool]]) -> str:
    """Share with a bootstrap interval over requests, which come up in several towns."""
    by_request = defaultdict(list)
    for request, hit in rows:
        by_request[request].append(hit)
    sums = np.array([(sum(hits), len(hits)) for hits in by_request.values()], dtype=float)
    drawn = sums[np.random.default_rng(7).integers(0, len(sums), (1000, len(sums)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return f"{sums[:, 0].sum() / sums[:, 1].sum():.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    main(Catalogue.load())
