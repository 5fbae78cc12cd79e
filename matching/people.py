"""What the matcher knows of its people: one immutable snapshot, replaced as a whole by each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .inference import clauses
from .rules import Facts
from .text import Document, People, TextSpace
from .types import Key, Profile

Array = NDArray[np.float64]
LEVELS = (0.0, 0.35, 0.7, 1.0)
TICK, TOLD = 0.5, 0.5
"""How much a ticked level and the person's own words count for holding a topic."""
OVERLAY = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One profile, prepared."""

    profile: Profile
    document: Document
    topics: Array
    """Strength in each topic, in [0, 1]; grows with the ticked level."""
    areas: Array
    """Strength in each sub-area, in [0, 1]; grows with the ticked level of its topic."""
    told: Array
    """What the own words alone say of each topic."""


def whole(profile: Profile) -> str:
    """The pilot's own words."""
    return "\n".join(part for part in (profile.headline, profile.about, *profile.cases) if part)


def items(profile: Profile, catalogue: Catalogue) -> list[str]:
    """A person as a set of items: own words, headline, each finished case, each ticked topic."""
    labels = [catalogue.label(slug) for slug in (*sorted(profile.topics), *sorted(profile.areas))]
    own = "\n".join(part for part in (profile.headline, profile.about) if part)
    return [item for item in (own, profile.headline, *profile.cases, *labels) if item.strip()]


def prepare(profile: Profile, catalogue: Catalogue, space: TextSpace) -> Entry:
    """Everything about a profile that does not depend on a need or on other people."""
    inference = catalogue.inference
    topics, areas = len(inference.topic_slugs), len(inference.area_slugs)
    told, told_area = np.zeros(topics), np.zeros(areas)
    for piece in (
        profile.headline,
        *(s for text in (profile.about, *profile.cases) for s, w in clauses(text) if w == 1.0),
    ):
        if not piece.strip():
            continue
        reading = inference.read(piece)
        if reading.known == 0.0:
            continue
        told = 1.0 - (1.0 - told) * (1.0 - reading.topics)
        told_area = 1.0 - (1.0 - told_area) * (1.0 - reading.areas)
    ticked = np.zeros(topics)
    for slug, level in profile.topics.items():
        if slug in inference.topic_at:
            ticked[inference.topic_at[slug]] = LEVELS[level]
    ticked_area = np.zeros(areas)
    for slug in profile.areas:
        if slug in inference.area_at:
            ticked_area[inference.area_at[slug]] = 1.0
    strength = TICK * ticked + TOLD * told
    share = np.maximum(ticked_area, np.sqrt(told_area))
    return Entry(
        profile, space.document(items(profile, catalogue)), strength, share * strength[inference.topic_of], told
    )


class Snapshot:
    """Prepared people in a fixed order: those of the last fit, and a small overlay of those changed since."""

    def __init__(self, space: TextSpace, entries: Mapping[Key, Entry], base: Snapshot | None = None) -> None:
        self.space = space
        self.entries = dict(entries)
        self.base_people: People
        self.base_keys: list[Key]
        self.base_entries: dict[Key, Entry]
        changed = (
            [key for key, entry in self.entries.items() if base.base_entries.get(key) is not entry] if base else []
        )
        if base is None or len(changed) > OVERLAY:
            self.base_keys = list(self.entries)
            self.base_entries = self.entries
            self.base_people = People(space, [entry.document for entry in self.entries.values()])
            changed = []
        else:
            self.base_keys, self.base_entries, self.base_people = base.base_keys, base.base_entries, base.base_people
        self.overlay = People(space, [self.entries[key].document for key in changed])
        fresh = set(changed)
        place = {key: at for at, key in enumerate(self.base_keys) if key in self.entries and key not in fresh}
        place |= {key: len(self.base_keys) + at for at, key in enumerate(changed)}
        self.keys: list[Key] = list(self.entries)
        self.at = {key: at for at, key in enumerate(self.keys)}
        self._place = np.array([place[key] for key in self.keys], dtype=np.intp)
        found: Sequence[Entry] = list(self.entries.values())
        self.facts = Facts([entry.profile for entry in found])
        self.topics = np.array([entry.topics for entry in found], dtype=np.float32)
        self.areas = np.array([entry.areas for entry in found], dtype=np.float32)
        try:
            order = sorted(range(len(self.keys)), key=lambda at: self.keys[at])
        except TypeError:
            order = sorted(range(len(self.keys)), key=lambda at: str(self.keys[at]))
        self.order = np.empty(len(order), dtype=np.intp)
        self.order[order] = np.arange(len(order))

    def text_scores(self, query: object) -> Array:
        """Text score of everybody, in the order of ``keys``."""
        both = np.concatenate([self.base_people.scores(query), self.overlay.scores(query)])  # type: ignore[arg-type]
        return np.asarray(both[self._place])
