"""Complement naive Bayes (Rennie et al. 2003) over the catalogue's words, brands and situations.

Chosen on situations held out of the catalogue itself, see ``docs/matching.md``.
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
SMOOTHING = 1.0
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
    by_topic = _complement(weighed, topic, len(topics) + len(outside))
    inner = np.array([i for i, a in enumerate(area) if a >= 0], dtype=np.intp)
    by_area = _complement(weighed[inner], [a for a in area if a >= 0], sum(len(entry.areas) for entry in topics))
    return vocabulary, np.hstack([by_topic, by_area]).astype(np.float32), frozenset(at)


def _complement(rows: Rows, labels: Sequence[int], classes: int) -> Array:
    """Weights (features x classes) of complement naive Bayes, centred per feature."""
    member = np.zeros((rows.shape[0], classes))
    member[np.arange(rows.shape[0]), labels] = 1.0
    counts = rows.T @ member
    rest = counts.sum(axis=1, keepdims=True) - counts + SMOOTHING
    weights = -np.log(rest / rest.sum(axis=0, keepdims=True))
    return np.asarray(weights - weights.mean(axis=1, keepdims=True))
