"""Sparse vectors of words and letter groups: a text is a bag of words, its features are a product of tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from .words import Analyser

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

    @classmethod
    def restored(cls, analyser: Analyser, words: dict[str, int], groups: dict[str, int], idf: Values) -> Vocabulary:
        """A vocabulary as it was finished before."""
        out = cls(analyser)
        out.words, out.groups, out.idf_, out._open = words, groups, idf, False
        out.is_word_ = np.zeros(idf.size, dtype=np.float32)
        out.is_word_[list(words.values())] = 1.0
        out._kinds = [bool(kind) for kind in out.is_word_]
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

    def finish(self, counts: Sequence[Rows]) -> Vocabulary:
        """Fix the numbering and the idf from the features of all documents."""
        self._open = False
        found = np.zeros(self.size)
        documents = 0
        for table in counts:
            found += np.bincount(table.indices, minlength=self.size)
            documents += table.shape[0]
        self.idf_ = (np.log((1.0 + documents) / (1.0 + found)) + 1.0).astype(np.float32)
        self.is_word_ = np.array(self._kinds, dtype=np.float32)
        if len(self._of) > KEPT:
            self._of = {}
        return self

    def weigh(self, counts: Rows, word: float = 1.0, group: float = 1.0) -> Rows:
        """Counts to weights, in place; the words of a row have the length ``word``, its letter groups ``group``."""
        value, index = counts.data, counts.indices
        kind = self.is_word_[index]
        more = np.flatnonzero(value > 1.0)
        value[more] = np.where(kind[more] > 0, 1.0 + np.log(value[more]), value[more] ** GROUP_POWER)
        value *= self.idf_[index]
        square = value * value
        sizes = np.diff(counts.indptr)
        rows = np.repeat(np.arange(sizes.size, dtype=np.int32), sizes)
        whole = np.bincount(rows, square, minlength=sizes.size)
        words = np.bincount(rows, square * kind, minlength=sizes.size)
        groups = np.maximum(whole - words, 0.0)
        with np.errstate(divide="ignore"):
            scale = np.stack([_over(group, groups), _over(word, words)]).astype(np.float32)
        value *= scale[kind.astype(np.int8), rows]
        return counts


def _over(length: float, square: NDArray[Any]) -> NDArray[np.float64]:
    return np.where(square > 0, length / np.sqrt(square), 0.0)


def packed(value: Values, index: Index, sizes: Sequence[int] | NDArray[Any], width: int) -> Rows:
    """A sparse table from rows laid one behind the other."""
    pointer = np.concatenate([[0], np.cumsum(np.asarray(sizes, dtype=np.int64))]).astype(np.int32)
    return sp.csr_matrix((value, index, pointer), shape=(pointer.size - 1, width))


def bag(rows: Sequence[Sequence[int]], width: int) -> Rows:
    """Texts as rows of word numbers to texts x words, each word counted."""
    index = np.array([number for row in rows for number in row], dtype=np.int32)
    out = packed(np.ones(index.size, dtype=np.float32), index, [len(row) for row in rows], width)
    out.sum_duplicates()
    return out


def product(query: tuple[Index, Values], transposed: Rows) -> Values:
    """Dot product of one sparse query with every row of a table that is kept by feature."""
    index, value = query
    if not index.size or not transposed.shape[1]:
        return np.zeros(transposed.shape[1], dtype=np.float32)
    row = sp.csr_matrix((value, index, np.array([0, index.size])), shape=(1, transposed.shape[0]))
    return np.asarray((row @ transposed).toarray()[0])
