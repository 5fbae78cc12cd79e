"""What the matcher knows of its people: immutable snapshots, each replaced as a whole by a change.

A snapshot is a base, as it was fitted, and a small overlay of those changed since; both are segments of arrays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .clauses import clauses
from .inference import Inference
from .rules import Facts
from .text import People, Query, Texts, TextSpace
from .types import Key, Need, Profile, Rule
from .vectors import Values
from .words import STOP, clean, tokens

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
LEVELS = (0.0, 0.35, 0.7, 1.0)
TICK, TOLD = 0.5, 0.5
"""How much a ticked level and the person's own words count for holding a topic."""
OVERLAY = 64


def sort_key(key: Key) -> tuple[str, Key]:
    """Order of ids, also where their types differ."""
    return type(key).__name__, key


@dataclass(frozen=True, slots=True)
class Own:
    """A profile's own words, read once for both uses: as items, and as sentences that say what somebody does."""

    items: list[list[str]]
    sentences: list[list[str]]


def own(profile: Profile) -> Own:
    """Split a profile's words; what somebody says they do not do counts as words, but not as a topic."""
    head = _content(profile.headline)
    first = list(head)
    items, said = [first], [head] if head else []
    for text, item in ((profile.about, first), *((case, []) for case in profile.cases)):
        for piece, weight in clauses(text):
            found = [token for token in tokens(piece) if token not in STOP]
            item.extend(found)
            if weight == 1.0 and found:
                said.append(found)
        if item is not first:
            items.append(item)
    return Own(items, said)


def _content(text: str) -> list[str]:
    return [token for token in tokens(clean(text)) if token not in STOP]


def labels(profiles: Sequence[Profile], catalogue: Catalogue) -> dict[str, list[str]]:
    """Words of the labels of everything ticked."""
    slugs = {slug for profile in profiles for slug in (*profile.topics, *profile.areas)}
    return {slug: _content(catalogue.label(slug)) for slug in sorted(slugs)}


class Segment:
    """Some people as arrays, in the order of their ids."""

    def __init__(
        self, profiles: Sequence[Profile], catalogue: Catalogue, space: TextSpace, background: Sequence[list[str]] = ()
    ) -> None:
        self.profiles = sorted(profiles, key=lambda p: sort_key(p.id))
        self.keys: list[Key] = [profile.id for profile in self.profiles]
        self.sorted = [sort_key(key) for key in self.keys]
        self.at = {key: at for at, key in enumerate(self.keys)}
        self.facts = Facts(self.profiles)
        said = [own(profile) for profile in self.profiles]
        texts = [
            Texts(o.items, (*sorted(p.topics), *sorted(p.areas))) for o, p in zip(said, self.profiles, strict=True)
        ]
        shared = labels(self.profiles, catalogue)
        self.texts: People = space.fit(texts, shared, background) if background else space.index(texts, shared)
        self.told, self.strength = _strength(self.profiles, said, catalogue.inference)

    def topic_scores(self, wanted: Array) -> Array:
        """Wanted weights of topics and areas against everybody's strength."""
        return np.einsum("i,ij->j", wanted.astype(np.float32), self.strength).astype(np.float64)


def _strength(profiles: Sequence[Profile], said: Sequence[Own], inference: Inference) -> tuple[Values, Values]:
    """What own words say of each topic, and the strength in each topic and area, as rows; people are columns."""
    at: dict[str, int] = {}
    rows = [[at.setdefault(word, len(at)) for word in sentence] for o in said for sentence in o.sentences]
    counts = np.array([len(o.sentences) for o in said], dtype=np.intp)
    topic, area = inference.read_each(rows, list(at))
    told, told_area = _any(topic, counts), _any(area, counts)
    ticked, ticked_area = np.zeros_like(told), np.zeros_like(told_area)
    for person, profile in enumerate(profiles):
        for slug, level in profile.topics.items():
            if slug in inference.topic_at:
                ticked[person, inference.topic_at[slug]] = LEVELS[level]
        for slug in profile.areas:
            if slug in inference.area_at:
                ticked_area[person, inference.area_at[slug]] = 1.0
    strength = TICK * ticked + TOLD * told
    inner = np.maximum(ticked_area, np.sqrt(told_area)) * strength[:, inference.topic_of]
    return np.ascontiguousarray(told.T), np.ascontiguousarray(np.concatenate([strength, inner], axis=1).T)


def _any(chances: Values, counts: NDArray[np.intp]) -> Values:
    """Chance that at least one of a person's sentences speaks of each column; 0 without sentences."""
    out = np.zeros((counts.size, chances.shape[1]), dtype=np.float32)
    some = np.flatnonzero(counts)
    if some.size:
        starts = (np.cumsum(counts) - counts)[some]
        out[some] = 1.0 - np.multiply.reduceat(1.0 - chances, starts, axis=0)
    return out


class Snapshot:
    """People in a fixed order: those of the last fit, without those changed or gone, then those changed since."""

    def __init__(
        self,
        base: Segment,
        catalogue: Catalogue,
        space: TextSpace,
        changed: Mapping[Key, Profile],
        gone: frozenset[Key],
    ) -> None:
        self.base, self.catalogue, self.space, self.changed, self.gone = base, catalogue, space, changed, gone
        overlay = Segment(list(changed.values()), catalogue, space) if changed else None
        self.segments = [base, overlay] if overlay else [base]
        self.keys: list[Key] = [*base.keys, *overlay.keys] if overlay else base.keys
        self.alive = np.ones(len(self.keys), dtype=bool)
        for key in (*gone, *changed):
            if key in base.at:
                self.alive[base.at[key]] = False
        self.order = np.arange(len(self.keys), dtype=float)
        if overlay:
            among = [bisect_left(base.sorted, key) for key in overlay.sorted]
            shift = np.arange(1, len(among) + 1) / (len(among) + 1)
            self.order[len(base.keys) :] = np.array(among) - 1.0 + shift

    def at(self, key: Key) -> int:
        """Place of somebody; ``KeyError`` for an unknown id."""
        if key in self.changed:
            return len(self.base.keys) + self.segments[1].at[key]
        if key in self.gone:
            raise KeyError(key)
        return self.base.at[key]

    def __contains__(self, key: object) -> bool:
        return key in self.changed or (key in self.base.at and key not in self.gone)

    def __len__(self) -> int:
        return int(self.alive.sum())

    def profile(self, place: int) -> Profile:
        """Who stands at a place."""
        number = len(self.base.keys)
        return self.base.profiles[place] if place < number else self.segments[1].profiles[place - number]

    def with_profile(self, profile: Profile) -> Snapshot:
        """A snapshot with one profile added or replaced."""
        return self._next({**self.changed, profile.id: profile}, self.gone - {profile.id})

    def without(self, key: Key) -> Snapshot:
        """A snapshot without one profile."""
        changed = {k: p for k, p in self.changed.items() if k != key}
        return self._next(changed, self.gone | {key} if key in self.base.at else self.gone)

    def _next(self, changed: Mapping[Key, Profile], gone: frozenset[Key]) -> Snapshot:
        if len(changed) <= OVERLAY:
            return Snapshot(self.base, self.catalogue, self.space, changed, gone)
        kept = [p for p in self.base.profiles if p.id not in gone and p.id not in changed]
        base = Segment([*kept, *changed.values()], self.catalogue, self.space)
        return Snapshot(base, self.catalogue, self.space, {}, frozenset())

    def distances(self, need: Need) -> list[Array]:
        """Kilometres to a need, by segment; NaN where a place is unknown."""
        return [segment.facts.distance(need) for segment in self.segments]

    def broken(self, need: Need, km: Sequence[Array]) -> dict[Rule, Mask]:
        """For each rule, who breaks it; people who are gone break none."""
        found = [segment.facts.broken(need, far) for segment, far in zip(self.segments, km, strict=True)]
        return {rule: np.concatenate([part[rule] for part in found]) & self.alive for rule in found[0]}

    def topic_scores(self, wanted: Array) -> Array:
        """Wanted weights of topics and areas against everybody's strength."""
        return np.concatenate([segment.topic_scores(wanted) for segment in self.segments])

    def text_scores(self, query: Query) -> Array:
        """Text score of everybody."""
        return np.concatenate([segment.texts.scores(query) for segment in self.segments])

    def by_word(self, query: Query, places: Sequence[int], *, whole: bool = False) -> Array:
        """Text scores of some people split over the words of the need, see :meth:`People.by_word`."""
        number = len(self.base.keys)
        out = np.zeros((len(places), len(query.tokens)))
        for segment, low, high in zip(self.segments, (0, number), (number, len(self.keys)), strict=False):
            mine = [row for row, at in enumerate(places) if low <= at < high]
            if mine:
                out[mine] = segment.texts.by_word(query, [places[row] - low for row in mine], whole=whole)
        return out

    def columns(self, name: str, places: Sequence[int]) -> Values:
        """Columns of ``told`` or ``strength`` for some people."""
        number = len(self.base.keys)
        parts = [
            getattr(self.base if at < number else self.segments[1], name)[:, at if at < number else at - number]
            for at in places
        ]
        return np.array(parts, dtype=np.float32).T

    def holds(self, topic: str, strength: float) -> Mask:
        """Who holds a topic at least so strongly, by tick or by own words."""
        at = self.catalogue.inference.topic_at.get(topic)
        if at is None:
            return np.zeros(len(self.keys), dtype=bool)
        return np.concatenate([s.strength[at] >= strength - 1e-6 for s in self.segments]) & self.alive
