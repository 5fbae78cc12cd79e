"""What the matcher knows of its people: one immutable snapshot, replaced as a whole by each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .inference import Inference, clauses
from .rules import Facts
from .text import Counts, Document, People, Query, TextSpace
from .types import Key, Profile

Array = NDArray[np.float64]
LEVELS = (0.0, 0.35, 0.7, 1.0)
TICK, TOLD = 0.5, 0.5
"""How much a ticked level and the person's own words count for holding a topic."""
OVERLAY = 64
SEEN = 1e-3
"""Wanted weights below this are left out: they cannot move a shown score."""


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
    """A person as a set of items: own words, each finished case, each ticked topic."""
    labels = [catalogue.label(slug) for slug in (*sorted(profile.topics), *sorted(profile.areas))]
    own = "\n".join(part for part in (profile.headline, profile.about) if part)
    return [item for item in (own, *profile.cases, *labels) if item.strip()]


def prepare(
    profiles: Sequence[Profile], counts: Sequence[Counts], catalogue: Catalogue, space: TextSpace
) -> dict[Key, Entry]:
    """Everything about profiles that does not depend on a need or on one another."""
    inference = catalogue.inference
    pieces, owner = [], []
    for at, profile in enumerate(profiles):
        own = (s for text in (profile.about, *profile.cases) for s, weight in clauses(text) if weight == 1.0)
        for piece in (profile.headline, *own):
            if piece.strip():
                pieces.append(piece)
                owner.append(at)
    read_topic, read_area = inference.read_each(pieces) if pieces else (np.zeros((0, 0)), np.zeros((0, 0)))
    starts = np.searchsorted(np.array(owner, dtype=np.intp), np.arange(len(profiles) + 1))
    out: dict[Key, Entry] = {}
    for at, profile in enumerate(profiles):
        mine = slice(int(starts[at]), int(starts[at + 1]))
        some = mine.stop > mine.start
        told = 1.0 - np.prod(1.0 - read_topic[mine], axis=0) if some else np.zeros(len(inference.topic_slugs))
        told_area = 1.0 - np.prod(1.0 - read_area[mine], axis=0) if some else np.zeros(len(inference.area_slugs))
        out[profile.id] = _entry(profile, space.document(counts[at]), told, told_area, inference)
    return out


def _entry(profile: Profile, document: Document, told: Array, told_area: Array, inference: Inference) -> Entry:
    ticked, ticked_area = np.zeros(told.size), np.zeros(told_area.size)
    for slug, level in profile.topics.items():
        if slug in inference.topic_at:
            ticked[inference.topic_at[slug]] = LEVELS[level]
    for slug in profile.areas:
        if slug in inference.area_at:
            ticked_area[inference.area_at[slug]] = 1.0
    strength = TICK * ticked + TOLD * told
    share = np.maximum(ticked_area, np.sqrt(told_area))
    return Entry(profile, document, strength, share * strength[inference.topic_of], told)


class Snapshot:
    """Prepared people in a fixed order: those of the last fit, and a small overlay of those changed since."""

    def __init__(
        self, space: TextSpace, entries: Mapping[Key, Entry], topic_at: Mapping[str, int], base: Snapshot | None = None
    ) -> None:
        self.space, self.topic_at = space, topic_at
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
        strength = [np.concatenate([entry.topics, entry.areas]) for entry in found]
        self.strength = np.array(strength, dtype=np.float32).T.copy() if strength else np.zeros((0, 0), np.float32)
        try:
            order = sorted(range(len(self.keys)), key=lambda at: self.keys[at])
        except TypeError:
            order = sorted(range(len(self.keys)), key=lambda at: str(self.keys[at]))
        self.order = np.empty(len(order), dtype=np.intp)
        self.order[order] = np.arange(len(order))

    def holds(self, topic: str, strength: float) -> NDArray[np.bool_]:
        """Who holds a topic at least so strongly, by tick or by own words, in the order of ``keys``."""
        if not self.keys or topic not in self.topic_at:
            return np.zeros(len(self.keys), dtype=bool)
        return np.asarray(self.strength[self.topic_at[topic]] >= strength - 1e-6)

    def topic_scores(self, wanted: Array) -> Array:
        """Wanted weights of topics and areas against everybody's strength, in the order of ``keys``."""
        out = np.zeros(len(self.keys))
        if self.keys:
            for at in np.flatnonzero(wanted > SEEN).tolist():
                out += wanted[at] * self.strength[at]
        return out

    def text_scores(self, query: Query) -> Array:
        """Text score of everybody, in the order of ``keys``."""
        both = np.concatenate([self.base_people.scores(query), self.overlay.scores(query)])
        return np.asarray(both[self._place])
