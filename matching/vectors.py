"""Sparse vectors of words and letter groups: a text is a bag of words, its features are a product of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from .analyser import Analyser

Rows = Any
"""A ``scipy.sparse.csr_matrix``, which carries no types."""
Index = NDArray[np.int32]
Values = NDArray[np.float32]
GROUP_POWER = 0.7
KEPT = 50_000
"""Words whose features are kept; beyond that they are worked out again."""


class Vocabulary:
    """Features of words in one numbering, and their smoothed idf; frozen by :meth:`finish`.

    A text is a bag of words; its features are the bag times the table of its words. Weights are sublinear term
    frequency times idf, words and letter groups of unit length each. Letter groups repeat by chance, so their frequency
    counts as a power, which falls off more slowly than the logarithm for words.

    Examples
    --------
    >>> v = Vocabulary(Analyser())
    >>> table = v.table(["wlan", "router"])
    >>> v.finish([table]).size == table.shape[1]
    True
    """

    def __init__(self, analyser: Analyser) -> None:
        self.analyser = analyser
        self.words: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self._kinds: list[bool] = []
        self._of: dict[str, Index] = {}
        self._open = True
        self.idf_: Values = np.zeros(0, dtype=np.float32)
        self.is_word_: Values = np.zeros(0, dtype=np.float32)
        self._kind: NDArray[np.intp] = np.zeros(0, dtype=np.intp)

    @classmethod
    def restored(cls, analyser: Analyser, words: dict[str, int], groups: dict[str, int], idf: Values) -> Vocabulary:
        """A vocabulary as it was finished before."""
        out = cls(analyser)
        out.words, out.groups, out.idf_, out._open = words, groups, idf, False
        out.is_word_ = np.zeros(idf.size, dtype=np.float32)
        out.is_word_[list(words.values())] = 1.0
        out._kinds = [bool(kind) for kind in out.is_word_]
        out._kind = out.is_word_.astype(np.intp)
        return out

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self._kinds)

    def of(self, token: str) -> Index:
        """Numbers of a word's features; new ones are added until :meth:`finish`."""
        found = self._of.get(token)
        if found is None:
            numbers: list[int] = []
            for known, features in (
                (self.words, self.analyser.word_features(token)),
                (self.groups, self.analyser.grams_of(token)),
            ):
                for feature in features:
                    at = known.get(feature)
                    if at is None and self._open:
                        at = known[feature] = len(self._kinds)
                        self._kinds.append(known is self.words)
                    if at is not None:
                        numbers.append(at)
            found = np.array(numbers, dtype=np.int32)
            if self._open or len(self._of) < KEPT:
                self._of[token] = found
        return found

    def table(self, tokens: Sequence[str]) -> Rows:
        """Words x features: how often each word has each feature."""
        rows = [self.of(token) for token in tokens]
        index = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)
        return packed(np.ones(index.size, dtype=np.float32), index, [row.size for row in rows], self.size)

    def spread(self, rows: Sequence[Mapping[int, float]], words: Sequence[str]) -> Rows:
        """A few short texts, as how often they have each of some words, to counts of features.

        The same as their bag times the table of the words; without the tables it takes half of the time.
        """
        features = [self.of(word).tolist() for word in words]
        index: list[int] = []
        value: list[float] = []
        sizes = []
        for row in rows:
            found: dict[int, float] = {}
            for word, number in row.items():
                for feature in features[word]:
                    found[feature] = found.get(feature, 0.0) + number
            index.extend(reversed(found))
            value.extend(reversed(found.values()))
            sizes.append(len(found))
        return packed(np.array(value, dtype=np.float32), np.array(index, dtype=np.int32), sizes, self.size)

    def finish(self, counts: Sequence[Rows]) -> Vocabulary:
        """Fix the numbering and the idf from the features of all documents."""
        self._open = False
        found = np.zeros(self.size)
        documents = 0
        for table in counts:
            found += np.bincount(table.indices, minlength=self.size)
            documents += table.shape[0]
        self.idf_ = (np.log((1.0 + documents) / (1.0 + found)) + 1.0).astype(np.float32)
        self._kind = np.array(self._kinds, dtype=np.intp)
        self.is_word_ = self._kind.astype(np.float32)
        if len(self._of) > KEPT:
            self._of = {}
        return self

    def knows(self, token: str) -> bool:
        """Whether a word's stem occurs."""
        return any(feature in self.words for feature in self.analyser.word_features(token)[:1])

    def unknown(self, tokens: Iterable[str]) -> tuple[set[str], set[str]]:
        """Stems and parts, and letter groups, of some words that do not occur."""
        words: set[str] = set()
        groups: set[str] = set()
        for token in tokens:
            mine, grams = self.analyser.word_features(token), self.analyser.grams_of(token)
            if self.of(token).size < len(mine) + len(grams):
                words.update(feature for feature in mine if feature not in self.words)
                groups.update(feature for feature in grams if feature not in self.groups)
        return words, groups

    def weigh(self, counts: Rows, word: float = 1.0, group: float = 1.0) -> Rows:
        """Counts to weights, in place; the words of a row have the length ``word``, its letter groups ``group``."""
        sizes = np.diff(counts.indptr)
        rows = np.repeat(np.arange(sizes.size, dtype=np.int32), sizes)
        self._weigh(counts.data, counts.indices, rows, sizes.size, word, group)
        return counts

    def weighed(self, counts: Values, features: Index, word: float, group: float) -> Values:
        """The same for one row."""
        return self._weigh(counts, features, 0, 1, word, group)

    def _weigh(self, value: Values, index: Index, rows: Index | int, number: int, word: float, group: float) -> Values:
        kind = self._kind[index]
        more = np.flatnonzero(value > 1.0)
        if more.size:
            many = value[more]
            value[more] = np.where(kind[more], 1.0 + np.log(many), many**GROUP_POWER)
        value *= self.idf_[index]
        cell = 2 * rows + kind
        squares = np.bincount(cell, value * value, minlength=2 * number)
        lengths = np.tile([group, word], number)
        scale = np.divide(lengths, np.sqrt(squares), out=np.zeros(2 * number), where=squares > 0)
        value *= scale.astype(np.float32)[cell]
        return value


def packed(value: Values, index: Index, sizes: Sequence[int] | NDArray[Any], width: int) -> Rows:
    """A sparse table from rows laid one behind the other."""
    pointer = np.concatenate([[0], np.cumsum(np.asarray(sizes, dtype=np.int64))]).astype(np.int32)
    return sp.csr_matrix((value, index, pointer), shape=(pointer.size - 1, width))


def bag(rows: Sequence[Sequence[int]], width: int) -> Rows:
    """Texts as rows of word numbers to texts x words, each word counted."""
    index = np.array(list(chain.from_iterable(rows)), dtype=np.int32)
    out = packed(np.ones(index.size, dtype=np.float32), index, [len(row) for row in rows], width)
    out.sum_duplicates()
    return out
