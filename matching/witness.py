"""Witnesses: which topics more than one ambiguous word speaks for, and whether a text names anything digital.

"Karte", "Kasse" or "zahlen" mean something in several topics. One of them alone must not win a topic; a clear word, or
a second ambiguous one of another stem, is the witness that its meaning here is the one of that topic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .analyser import Analyser
from .words import DATA

Array = NDArray[np.float64]
SPEAKS = 0.2
"""Evidence of one word for a topic, in the catalogue, from which it counts: "Router" has 1, "erzählen" 0.05."""
NAMED = -2.0
"""Log odds of being no digital task when a text names something digital: of two held-out sentences 38 % of digital
tasks do, 4 % of the others (``benchmarks/matching_nobody.py``). That nothing is named says too little."""


def alone(stems: Sequence[str], ambiguous: Sequence[bool], said: Array) -> NDArray[np.bool_]:
    """Topics for which one ambiguous word speaks and no other: no clear one, and no ambiguous one of another stem.

    Parameters
    ----------
    stems, ambiguous : of each word of a text
    said : array of shape (words, topics)
        Evidence of each word alone.

    Examples
    --------
    >>> said = np.array([[1.0, 0.9, 0.0], [1.0, 0.0, 0.0], [0.0, 0.9, 0.0]])
    >>> alone(["kart", "kart", "zahl"], [True, True, True], said).tolist()
    [True, False, False]
    >>> alone(["kart", "kart", "terminal"], [True, True, False], said).tolist()
    [True, False, False]
    """
    speaks = said >= SPEAKS
    doubtful = np.array(ambiguous, dtype=bool)
    at: dict[str, int] = {}
    group = np.array([at.setdefault(stem, len(at)) for stem in stems], dtype=np.intp)
    by_stem = np.zeros((len(at), said.shape[1]), dtype=bool)
    np.logical_or.at(by_stem, group, speaks)
    return np.asarray((by_stem.sum(axis=0) == 1) & ~speaks[~doubtful].any(axis=0))


@cache
def _digital() -> frozenset[str]:
    """Stems of words that name something digital."""
    lines = (DATA / "digital.txt").read_text(encoding="utf-8").splitlines()
    analyser = Analyser().with_nouns()
    return frozenset(analyser.stem(word) for line in lines if not line.startswith("#") for word in line.split())


def names_digital(words: Iterable[str], analyser: Analyser) -> bool:
    """Whether one of the words, or a part of it, names something digital.

    Examples
    --------
    >>> [names_digital(words, Analyser().with_nouns()) for words in (["router"], ["dach", "undicht"])]
    [True, False]
    """
    return any(not _digital().isdisjoint(analyser.word_features(word)) for word in words)


def weighed(outside: float, named: bool) -> float:
    """The chance of being no digital task once it is known whether the text names something digital.

    Examples
    --------
    >>> [round(weighed(0.2, named), 2) for named in (True, False)]
    [0.03, 0.2]
    """
    if not named or not 0.0 < outside < 1.0:
        return outside
    return 1.0 / (1.0 + math.exp(-NAMED) * (1.0 - outside) / outside)
