"""Complement naive Bayes (Rennie et al. 2003) over the catalogue's words, brands and situations.

Chosen on situations held out of the catalogue itself, see ``docs/matching.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .text import content
from .vectors import Rows, Vocabulary, bag
from .words import Analyser

if TYPE_CHECKING:
    from .catalogue import Catalogue

Array = NDArray[np.float64]
SMOOTHING = 1.0
WORD, GROUP = 0.5, 0.5


def examples(catalogue: Catalogue) -> tuple[list[str], list[int], list[int]]:
    """Every text of a catalogue with its topic (kinds that are no digital help behind them) and area, -1 for none."""
    texts: list[str] = []
    topic: list[int] = []
    area: list[int] = []

    def add(found: Iterable[str], t: int, a: int = -1) -> None:
        for text in found:
            texts.append(text)
            topic.append(t)
            area.append(a)

    a = 0
    for t, entry in enumerate(catalogue.entries):
        add((*entry.words, *entry.brands, *entry.foreign, *entry.label.values(), *entry.description.values()), t)
        for part in entry.areas:
            add((*part.label.values(), *part.words, *part.brands, *part.situations), t, a)
            a += 1
    for k, kind in enumerate(catalogue.outside):
        add((*kind.label.values(), *kind.words, *kind.situations), len(catalogue.entries) + k)
    return texts, topic, area


def single_words(catalogue: Catalogue) -> set[str]:
    """Single words of a catalogue, as possible parts of compounds."""
    found = (w for topic in catalogue.entries for w in (*topic.words, *(w for area in topic.areas for w in area.words)))
    return {word.lower() for word in found if word.isalpha()}


def train(catalogue: Catalogue, analyser: Analyser) -> tuple[Vocabulary, NDArray[np.float32], frozenset[str]]:
    """Vocabulary, weights of features for topics and kinds, then areas (centred per feature), all words."""
    texts, topic, area = examples(catalogue)
    at: dict[str, int] = {}
    rows = bag([[at.setdefault(token, len(at)) for token in content(text)] for text in texts], 0)
    vocabulary = Vocabulary(analyser)
    table = vocabulary.table(list(at))
    rows.resize((len(texts), len(at)))
    counts = rows @ table
    vocabulary.finish([counts])
    weighed = vocabulary.weigh(counts, WORD, GROUP)
    by_topic = _complement(weighed, topic, len(catalogue.entries) + len(catalogue.outside))
    inner = np.array([i for i, a in enumerate(area) if a >= 0], dtype=np.intp)
    by_area = _complement(weighed[inner], [a for a in area if a >= 0], len(catalogue.areas))
    return vocabulary, np.hstack([by_topic, by_area]).astype(np.float32), frozenset(at)


def _complement(rows: Rows, labels: Sequence[int], classes: int) -> Array:
    """Weights (features x classes) of complement naive Bayes, centred per feature."""
    member = np.zeros((rows.shape[0], classes))
    member[np.arange(rows.shape[0]), labels] = 1.0
    counts = rows.T @ member
    rest = counts.sum(axis=1, keepdims=True) - counts + SMOOTHING
    weights = -np.log(rest / rest.sum(axis=0, keepdims=True))
    return np.asarray(weights - weights.mean(axis=1, keepdims=True))
