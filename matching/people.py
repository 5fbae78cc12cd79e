"""What the matcher knows of its people: immutable snapshots, each replaced as a whole by a change.

A snapshot is a base, as it was fitted, and a small overlay of those changed since; both are segments of arrays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .query import Query
from .segment import Segment
from .text import TextSpace
from .types import Key, Need, Profile, Rule
from .vectors import Values

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
OVERLAY = 64


def joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """What was found segment by segment, of everybody."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


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
        """For each rule that somebody breaks, who does; people who are gone break none."""
        found = [segment.facts.broken(need, far) for segment, far in zip(self.segments, km, strict=True)]
        nobody = [np.zeros(len(segment.keys), dtype=bool) for segment in self.segments]
        out: dict[Rule, Mask] = {}
        for rule in sorted(set().union(*found), key=list(Rule).index):
            mask = joined([part.get(rule, none) for part, none in zip(found, nobody, strict=True)]) & self.alive
            if mask.any():
                out[rule] = mask
        return out

    def topic_scores(self, wanted: Array) -> Array:
        """Wanted weights of topics and areas against everybody's strength."""
        return joined([segment.topic_scores(wanted) for segment in self.segments])

    def text_scores(self, query: Query) -> Array:
        """Text score of everybody."""
        return joined([segment.texts.scores(query) for segment in self.segments])

    def says(self, word: str, *, whole: bool = False) -> Mask:
        """Who says a word, or a part of it unless ``whole``."""
        return joined([segment.texts.says(word, whole=whole) for segment in self.segments]) & self.alive

    def by_word(self, query: Query, places: Sequence[int]) -> Array:
        """Text scores of some people split over the words of the need, see :meth:`TextIndex.by_word`."""
        out = np.zeros((len(places), len(query.tokens)))
        for segment, rows, own in self._by_segment(places):
            out[rows] = segment.texts.by_word(query, own)
        return out

    def said(self, query: Query, places: Sequence[int], words: Sequence[int]) -> Array:
        """What some words of the need add for some people who say them, see :meth:`TextIndex.said`."""
        out = np.zeros((len(places), len(words)))
        for segment, rows, own in self._by_segment(places):
            out[rows] = segment.texts.said(query, own, words)
        return out

    def columns(self, name: str, places: Sequence[int]) -> Values:
        """Columns of ``told`` or ``strength`` for some people."""
        table = getattr(self.base, name)
        out = np.empty((table.shape[0], len(places)), dtype=np.float32)
        for segment, rows, own in self._by_segment(places):
            out[:, rows] = getattr(segment, name)[:, own]
        return out

    def strongest(self, rows: Places, among: Mask) -> Values:
        """The greatest strength of some people in some topics and areas (rows of ``strength``); 0 of nobody."""
        out, low = np.zeros(rows.size, dtype=np.float32), 0
        for segment in self.segments:
            size = len(segment.keys)
            held = np.where(among[low : low + size], segment.strength[rows], 0.0)
            out = np.maximum(out, held.max(axis=1, initial=0.0))
            low += size
        return out

    def _by_segment(self, places: Sequence[int]) -> Iterator[tuple[Segment, Places, Places]]:
        """Those of some places that lie in each segment: which they are, and where they stand in it."""
        at, low = np.asarray(places, dtype=np.intp), 0
        for segment in self.segments:
            rows = np.flatnonzero((at >= low) & (at < low + len(segment.keys)))
            if rows.size:
                yield segment, rows, at[rows] - low
            low += len(segment.keys)

    def holds(self, topic: str, strength: float) -> Mask:
        """Who holds a topic at least so strongly, by tick or by own words."""
        at = self.catalogue.inference.topic_at.get(topic)
        if at is None:
            return np.zeros(len(self.keys), dtype=bool)
        return np.concatenate([s.strength[at] >= strength - 1e-6 for s in self.segments]) & self.alive
