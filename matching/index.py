"""An index over many people's words, kept by feature: the text score of everybody at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .query import Query
from .texts import Numbered
from .vectors import Rows, Vocabulary

Places = NDArray[np.intp]
BLOCK = 4096
SAID = 0.5
"""Share of a word's stem and parts, by idf, that a person must say for the word to stand as a reason."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Some people: features x (whole texts, then own items, then shared items), and which items are whose."""

    table: Rows
    size: int
    starts: Places
    """Where each person's own items start, and behind the last the shared ones."""
    shared_of: Places
    """Shared items, person by person."""
    shared_starts: Places

    def items(self, k: int) -> Places:
        """The columns of all items of one person."""
        shared = np.append(self.shared_starts, self.shared_of.size)
        return np.append(np.arange(self.starts[k], self.starts[k + 1]), self.shared_of[shared[k] : shared[k + 1]])


class TextIndex:
    """People in blocks small enough for a processor's cache."""

    def __init__(self, vocabulary: Vocabulary, words: Numbered, table: Rows) -> None:
        self.size = len(words.people)
        self.tokens = words.tokens
        self._vocabulary = vocabulary
        self._blocks = [_block(vocabulary, words, table, at) for at in range(0, self.size, BLOCK)]
        self._ones = np.ones(max((block.table.nnz for block in self._blocks), default=0), dtype=np.float32)

    def scores(self, query: Query) -> NDArray[np.float64]:
        """Text score of every person, in [0, 1]."""
        out = np.zeros(self.size)
        at = 0
        for block in self._blocks:
            hit = block.table[query.features]
            found = np.asarray(hit.T @ query.value)
            own = np.maximum.reduceat(found, block.starts)[:-1]
            shared = np.maximum.reduceat(found[block.shared_of], block.shared_starts)
            hit.data = self._ones[: hit.nnz]
            whole = found[: block.size] + (hit.T @ query.mass)[: block.size]
            out[at : at + block.size] = whole + np.maximum(own, shared)
            at += block.size
        return out

    def says(self, word: str, *, whole: bool = False) -> NDArray[np.bool_]:
        """Who says a word, or a part of it unless ``whole``, by their whole texts."""
        known, asked = self._vocabulary.words, self._vocabulary.analyser.word_features(word)
        features = [known[feature] for feature in (asked[:1] if whole else asked) if feature in known]
        found = [np.unique(block.table[features].indices) for block in self._blocks]
        out = np.zeros(self.size, dtype=bool)
        for number, (block, columns) in enumerate(zip(self._blocks, found, strict=True)):
            out[number * BLOCK + columns[columns < block.size]] = True
        return out

    def nbytes(self) -> int:
        """Memory of the index."""
        tables = [block.table for block in self._blocks]
        return int(self._ones.nbytes) + sum(t.data.nbytes + t.indices.nbytes + t.indptr.nbytes for t in tables)

    def by_word(self, query: Query, places: Places) -> NDArray[np.float64]:
        """The text score of some people, split over the words of the need: people x words, rows sum to the score."""
        whole = self._wholes(query.features, places)
        gains = whole + np.array([self._best_item(query, at) for at in places.tolist()]).reshape(whole.shape)
        return np.asarray((gains * query.value + (whole > 0) * query.mass) @ query.owners())

    def said(self, query: Query, places: Places, words: Sequence[int]) -> NDArray[np.float64]:
        """The same for some words of the need without the best item; 0 where the person does not say a word.

        At least half of a word must be said, by its stem and parts: letters in common are no reason.
        """
        owners = query.owners()[:, words]
        mine = np.flatnonzero(owners.any(axis=1))
        owners, features = owners[mine], query.features[mine]
        whole = self._wholes(features, places)
        split = (whole * query.value[mine] + (whole > 0) * query.mass[mine]) @ owners
        known = (self._vocabulary.idf_[features] * self._vocabulary.is_word_[features])[:, None] * (owners > 0)
        total = known.sum(axis=0)
        split[((whole > 0) @ known < SAID * total) | (total == 0)] = 0.0
        return np.asarray(split)

    def _wholes(self, features: NDArray[np.int32], places: Places) -> NDArray[np.float64]:
        """Weights of some features in some people's whole texts: people x features."""
        out = np.zeros((len(places), features.size))
        block = places // BLOCK
        for number in sorted(set(block.tolist())):
            rows = np.flatnonzero(block == number)
            out[rows] = _columns(self._blocks[number].table[features], places[rows] - number * BLOCK).T
        return out

    def _best_item(self, query: Query, place: int) -> NDArray[np.float64]:
        """Weights of the need's features in the item of one person that is closest to it."""
        block = self._blocks[place // BLOCK]
        items = _columns(block.table[query.features], block.items(place % BLOCK))
        return np.asarray(items[:, int((query.value @ items).argmax())])


def _block(vocabulary: Vocabulary, words: Numbered, table: Rows, at: int) -> _Block:
    people = words.people[at : at + BLOCK]
    rows = vocabulary.weigh(words.rows(at, at + BLOCK) @ table).T.tocsr()
    starts = np.cumsum([len(people), *(len(person.own) for person in people)])
    shared = [words.shared_of(person) for person in people]
    sizes = np.array([len(numbers) for numbers in shared])
    of = starts[-1] + np.array([number for numbers in shared for number in numbers])
    return _Block(rows, len(people), starts, of, np.cumsum(sizes) - sizes)


def _columns(rows: Rows, wanted: Places) -> NDArray[np.float64]:
    """Some columns of a sparse table, in full."""
    return np.asarray(rows[:, wanted].toarray(), dtype=np.float64)
