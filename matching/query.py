"""A need as a vector: its features with their weights, and the words they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .thesaurus import Thesaurus
from .vectors import Index, Values, Vocabulary
from .words import content

WORD, GROUP, COVERAGE = (part / 1.25 for part in (0.2, 0.3, 0.25))
"""Weights of words and letter groups, each for the whole text and for the best item, and of coverage."""
RARE = 3
"""Coverage counts a word by this power of its idf: one rare word in common says more than two frequent ones."""
SYNONYM = 0.3
"""Weight of a synonym against the word itself."""


@dataclass(frozen=True, slots=True)
class Query:
    """A need's vector, the mass of its features, and the words it comes from with their weights."""

    features: Index
    value: Values
    mass: Values
    tokens: dict[str, float]
    at: NDArray[np.intp]
    """For each feature of each word, one word behind the other, its place in the vector."""
    of: Index
    """For each of these the number of its word."""

    def owners(self) -> NDArray[np.float64]:
        """Features x words: which share of a feature each word has."""
        weights = np.array(list(self.tokens.values()), dtype=np.float64)
        size, number = self.features.size, len(self.tokens)
        cells = np.zeros(size * number)
        np.add.at(cells, self.at * number + self.of, weights[self.of])
        out = cells.reshape(size, number)
        total = out.sum(axis=1, keepdims=True)
        return np.divide(out, total, out=np.zeros_like(out), where=total > 0)


def ask(
    vocabulary: Vocabulary, text: str, weights: Mapping[str, float] | None = None, thesaurus: Thesaurus | None = None
) -> Query:
    """The query of a text; ``weights`` lowers single words, synonyms that people use count a little."""
    counted = {token: n * (weights or {}).get(token, 1.0) for token, n in Counter(content(text)).items()}
    if thesaurus is not None:
        for token, number in list(counted.items()):
            for other in sorted(thesaurus.of(token)):
                if vocabulary.knows(other):
                    counted.setdefault(other, SYNONYM * number)
    rows = [vocabulary.of(token) for token in counted]
    of = np.repeat(np.arange(len(rows), dtype=np.int32), [row.size for row in rows])
    features, at = np.unique(np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32), return_inverse=True)
    counts = np.zeros(features.size, dtype=np.float32)
    np.add.at(counts, at, np.array(list(counted.values()), dtype=np.float32)[of])
    value = vocabulary.weighed(counts.copy(), features, WORD, GROUP)
    mass = _mass(vocabulary, features, counted) * np.minimum(counts, 1.0)
    return Query(features, value, mass, counted, at, of)


def _mass(vocabulary: Vocabulary, features: Index, counted: Mapping[str, float]) -> Values:
    """What each feature adds to the coverage; half of it for words, half for letter groups, known or not."""
    idf, word = vocabulary.idf_[features] ** RARE, vocabulary.is_word_[features]
    unknown = float(vocabulary.idf_.max(initial=1.0)) ** RARE
    out = np.zeros(features.size, dtype=np.float32)
    for kind, new in zip((1, 0), vocabulary.unknown(counted), strict=True):
        mine = word == kind
        total = float(idf[mine].sum()) + len(new) * unknown
        out[mine] = idf[mine] * (COVERAGE / 2 / total) if total else 0.0
    return out
