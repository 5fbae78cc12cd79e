"""Sparse vectors of counted features, and an inverted index over the items of many people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Row = tuple[NDArray[Any], NDArray[Any]]


class Vectoriser:
    """Sublinear term frequency times smoothed idf, unit length. Small enough to call once a millisecond.

    Examples
    --------
    >>> v = Vectoriser().fit([{"a": 1, "b": 1}, {"a": 2}])
    >>> index, value = v.row({"a": 1, "new": 5})
    >>> index.tolist(), value.tolist()
    ([0], [1.0])
    """

    vocabulary_: dict[str, int]
    idf_: NDArray[np.float64]

    def __init__(self) -> None:
        self.vocabulary_ = {}
        self._found: list[int] = []
        self._documents = 0

    def fit(self, documents: Iterable[Mapping[str, float]]) -> Vectoriser:
        """Learn vocabulary (in order of appearance) and idf."""
        for document in documents:
            self.learn(document)
        return self.finish()

    def learn(self, document: Mapping[str, float]) -> Row:
        """Count one document in; its features and their numbers, to be weighed after :meth:`finish`."""
        vocabulary, found = self.vocabulary_, self._found
        self._documents += 1
        for feature in document:
            at = vocabulary.setdefault(feature, len(vocabulary))
            if at == len(found):
                found.append(1)
            else:
                found[at] += 1
        return self.look_up(document)

    def finish(self) -> Vectoriser:
        """Fix the idf."""
        self.idf_ = np.log((1.0 + self._documents) / (1.0 + np.asarray(self._found, dtype=float))) + 1.0
        return self

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self.vocabulary_)

    def look_up(self, counts: Mapping[str, float]) -> Row:
        """Known features and their numbers."""
        size = len(counts)
        index = np.fromiter(map(self.vocabulary_.get, counts, repeat(-1)), np.int32, size)
        count = np.fromiter(counts.values(), np.float32, size)
        known = index >= 0
        return (index, count) if known.all() else (index[known], count[known])

    def weigh(self, counted: Row) -> Row:
        """Unit vector of counted features."""
        index, count = counted
        value = self.idf_[index]
        more = count > 1.0
        if more.any():
            value[more] *= 1.0 + np.log(count[more])
        less = count < 1.0
        if less.any():
            value[less] *= count[less]
        length = float(np.sqrt(value @ value))
        return index, value / length if length > 0 else value

    def row(self, counts: Mapping[str, float]) -> Row:
        """Indices and values of one document; features never seen are left out."""
        return self.weigh(self.look_up(counts))


class Inverted:
    """Rows by feature: one sparse product per query, without building a query matrix."""

    def __init__(self, rows: Sequence[Row], size: int) -> None:
        self.rows = len(rows)
        pointer = np.concatenate([[0], np.cumsum([index.size for index, _ in rows])]).astype(np.int64)
        index = np.concatenate([i for i, _ in rows]) if rows else np.zeros(0, dtype=np.intp)
        value = np.concatenate([v for _, v in rows]) if rows else np.zeros(0)
        matrix = sp.csr_matrix((value.astype(np.float32), index, pointer), shape=(len(rows), size)).T.tocsr()
        self._pointer, self._index, self._value = matrix.indptr, matrix.indices, matrix.data

    def _gather(self, features: NDArray[Any]) -> tuple[Any, Any, Any]:
        starts, ends = self._pointer[features], self._pointer[features + 1]
        lengths = ends - starts
        total = int(lengths.sum())
        offsets = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(total)
        return self._index[offsets], offsets, lengths

    def product(self, query: Row) -> NDArray[np.float64]:
        """Dot product of a query with every row."""
        features, values = query
        if not features.size or not self.rows:
            return np.zeros(self.rows)
        rows, offsets, lengths = self._gather(features)
        return np.asarray(
            np.bincount(rows, self._value[offsets] * np.repeat(values, lengths), minlength=self.rows), dtype=np.float64
        )

    def both(self, query: Row, mass: Row) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The dot product, and the sum of ``mass`` over the query's features that a row has at all."""
        features, values = query
        if not features.size or not self.rows:
            return np.zeros(self.rows), np.zeros(self.rows)
        rows, offsets, lengths = self._gather(features)
        product = np.bincount(rows, self._value[offsets] * np.repeat(values, lengths), minlength=self.rows)
        found = np.bincount(rows, np.repeat(mass[1], lengths), minlength=self.rows)
        return np.asarray(product, dtype=np.float64), np.asarray(found, dtype=np.float64)
