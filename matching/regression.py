"""Least squares on the classes (ridge regression) over the catalogue's words, brands and situations.

Unlike counts it learns which of several words of an example tells the classes apart; see ``docs/matching.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .analyser import Analyser
from .topics import Outside, Topic
from .vectors import Rows, Vocabulary, bag
from .words import content

Array = NDArray[np.float64]
RIDGE, STEPS, TINY = 1.0, 10, 1e-12
SCALE = 1.2
"""Brings the evidence to the size that :data:`matching.inference.SHARPNESS` and the bounds for words shown expect."""
WORD, GROUP = 0.5, 0.5


def examples(topics: Sequence[Topic], outside: Sequence[Outside]) -> tuple[list[str], list[int], list[int]]:
    """Every text of the topics with its topic (kinds that are no digital help behind them) and area, -1 for none."""
    texts: list[str] = []
    topic: list[int] = []
    area: list[int] = []

    def add(found: Iterable[str], t: int, a: int = -1) -> None:
        for text in found:
            texts.append(text)
            topic.append(t)
            area.append(a)

    a = 0
    for t, entry in enumerate(topics):
        add((*entry.words, *entry.brands, *entry.foreign, *entry.label.values(), *entry.description.values()), t)
        for part in entry.areas:
            add((*part.label.values(), *part.words, *part.brands, *part.situations), t, a)
            a += 1
    for k, kind in enumerate(outside):
        add((*kind.label.values(), *kind.words, *kind.situations), len(topics) + k)
    return texts, topic, area


def single_words(topics: Sequence[Topic]) -> set[str]:
    """Single words of the topics, as possible parts of compounds."""
    found = (w for topic in topics for w in (*topic.words, *(w for area in topic.areas for w in area.words)))
    return {word.lower() for word in found if word.isalpha()}


def train(
    topics: Sequence[Topic], outside: Sequence[Outside], analyser: Analyser
) -> tuple[Vocabulary, NDArray[np.float32], frozenset[str]]:
    """Vocabulary, weights of features for topics and kinds, then areas (centred per feature), all words."""
    texts, topic, area = examples(topics, outside)
    at: dict[str, int] = {}
    rows = bag([[at.setdefault(token, len(at)) for token in content(text)] for text in texts], 0)
    vocabulary = Vocabulary(analyser)
    table = vocabulary.table(list(at))
    rows.resize((len(texts), len(at)))
    counts = rows @ table
    vocabulary.finish([counts])
    weighed = vocabulary.weigh(counts, WORD, GROUP)
    by_topic = _separating(weighed, topic, len(topics) + len(outside))
    inner = np.array([i for i, a in enumerate(area) if a >= 0], dtype=np.intp)
    by_area = _separating(weighed[inner], [a for a in area if a >= 0], sum(len(entry.areas) for entry in topics))
    return vocabulary, np.hstack([by_topic, by_area]).astype(np.float32), frozenset(at)


def _separating(rows: Rows, labels: Sequence[int], classes: int) -> Array:
    """Weights (features x classes) that tell the classes apart, centred per feature."""
    wanted = np.full((rows.shape[0], classes), -1.0 / max(classes - 1, 1))
    wanted[np.arange(rows.shape[0]), labels] = 1.0
    across = rows.T.tocsr()
    weights = SCALE * (across @ _dual(rows, across, wanted))
    return np.asarray(weights - weights.mean(axis=1, keepdims=True))


def _dual(rows: Rows, across: Rows, wanted: Array) -> Array:
    """Weights of the examples by conjugate gradients, all classes at once; ten steps are enough."""
    out, rest, step = np.zeros_like(wanted), wanted.copy(), wanted.copy()
    size = np.square(rest).sum(axis=0)
    for _ in range(STEPS):
        image = rows @ (across @ step) + RIDGE * step
        along = size / np.maximum((step * image).sum(axis=0), TINY)
        out += along * step
        rest -= along * image
        left = np.square(rest).sum(axis=0)
        step = rest + left / np.maximum(size, TINY) * step
        size = left
    return out
