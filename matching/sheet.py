"""One need measured against everybody: values of the components, scores, order, matches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .components import COMPONENTS
from .details import details, plain_values
from .matches import Matches
from .people import Snapshot, joined
from .results import Match, Share
from .types import Band, Need
from .wants import Wants

Array = NDArray[np.float64]
Places = NDArray[np.intp]
TEXT_STRETCH = 2.5
"""Text scores of real pairs lie below 0.4; stretched so that a strong one comes near 1."""
DETAILED = 50
"""Words of evidence are worked out for so many matches."""
FIT_CHANCE = (-5.8, 12.2)
"""Chance to be able = sigmoid(a + b * fit), from two sets of the project's own (``benchmarks/matching_doubt.py``)."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Weights of the components, and from which fit a match is shown as fitting or possible."""

    weights: Mapping[str, float]
    fits_from: float
    possible_from: float

    def band(self, fit: float) -> Band:
        """How well a match of this fit is shown."""
        if fit >= self.fits_from:
            return Band.FITS
        return Band.POSSIBLE if fit >= self.possible_from else Band.FAR


def chance(fit: float) -> float:
    """Calibrated chance that somebody of this fit is able to help.

    Examples
    --------
    >>> [round(chance(fit), 2) for fit in (0.2, 0.4, 0.6)]
    [0.03, 0.28, 0.82]
    """
    return 1.0 / (1.0 + math.exp(-FIT_CHANCE[0] - FIT_CHANCE[1] * fit))


class Sheet:
    """Values of all components for everybody, hard rules aside."""

    def __init__(self, scale: Scale, people: Snapshot, need: Need, wish: Wants) -> None:
        self.scale, self.people, self.need, self.wish = scale, people, need, wish
        self.km = people.distances(need)
        topic = people.topic_scores(np.concatenate([wish.topics, wish.areas]))
        plain = [plain_values(s.facts, need, far) for s, far in zip(people.segments, self.km, strict=True)]
        self.values: dict[str, Array] = {
            "topics": np.clip(topic, 0.0, 1.0),
            "text": np.clip(TEXT_STRETCH * people.text_scores(wish.query), 0.0, 1.0),
            **{name: joined([part[name] for part in plain]) for name in plain[0]},
        }
        weights = scale.weights
        self.score: Array = np.asarray(sum(weights[name] * self.values[name] for name in COMPONENTS))
        both = weights["topics"] * self.values["topics"] + weights["text"] * self.values["text"]
        self.fit: Array = both / max(weights["topics"] + weights["text"], 1e-12)

    def order(self, kept: Any, limit: int | None) -> Places:
        """Places of those kept, best score first, ties in the order of ids."""
        at = np.flatnonzero(kept)
        score = np.round(self.score[at], 12)
        if limit is not None and 0 < limit < at.size // 4:
            near = np.flatnonzero(score >= np.partition(score, at.size - limit)[at.size - limit])
            at, score = at[near], score[near]
        return np.asarray(at[np.lexsort((self.people.order[at], -score))][:limit])

    def matches(self, places: Places) -> Matches:
        """Matches with their shares, in the order given; each is made when it is looked at."""
        return Matches(places, self._made)

    def _made(self, places: Places, rank: int) -> list[Match]:
        fit = self.fit[places].tolist()
        weights = self.scale.weights
        found = details(self.people, self.need, self.wish, places.tolist(), joined(self.km)[places], DETAILED - rank)
        shares = {name: weights[name] * self.values[name][places] for name in COMPONENTS}
        total = np.asarray(sum(shares.values())).tolist()
        rows = np.array(list(shares.values())).T.tolist()
        facts = itemgetter(*COMPONENTS)
        out = []
        for at, place in enumerate(places.tolist()):
            own = tuple(map(Share, COMPONENTS, rows[at], facts(found[at])))
            out.append(
                Match(self.people.keys[place], total[at], self.scale.band(fit[at]), own, fit[at], chance(fit[at]))
            )
        return out
