"""Where topics, kinds of other help and areas stand in a row of evidence, and what is reckoned by that order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .vectors import Values

Array = NDArray[np.float64]


class Layout:
    """First the topics, then kinds that are no digital help, then the areas, topic by topic."""

    def __init__(self, areas: Sequence[int], kinds: int) -> None:
        sizes = np.array(areas, dtype=np.intp)
        self.topics = sizes.size
        self.classes = self.topics + kinds
        self.topic_of = np.repeat(np.arange(self.topics), sizes)
        self._with_areas = np.flatnonzero(sizes)
        self._starts = (np.cumsum(sizes) - sizes)[self._with_areas]

    def probabilities(self, logits: Array) -> tuple[Array, Array]:
        """Soft maximum over topics, and within each topic over its areas."""
        topic = softmax(logits[:, : self.classes])
        inner = logits[:, self.classes :]
        if not inner.shape[1]:
            return topic, np.zeros((len(logits), 0))
        area = np.exp(inner - inner.max(axis=1, keepdims=True, initial=-700.0))
        share = topic[:, : self.topics] / np.maximum(self.by_topic(area.T).T, 1e-300)
        return topic, area * share[:, self.topic_of]

    def by_topic(self, areas: Array) -> Array:
        """Sums of rows of areas within each topic."""
        out = np.zeros((self.topics, areas.shape[1]))
        if self._starts.size:
            out[self._with_areas] = np.add.reduceat(areas, self._starts, axis=0)
        return out

    def greatest(self, areas: Values) -> Values:
        """The greatest of the rows of areas within each topic."""
        out = np.zeros((self.topics, areas.shape[1]), dtype=areas.dtype)
        if self._starts.size:
            out[self._with_areas] = np.maximum.reduceat(areas, self._starts, axis=0)
        return out


def softmax(values: Array) -> Array:
    """Rows of chances from rows of evidence."""
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
