"""Witnesses: which topics more than one ambiguous word speaks for, and whether a text names anything digital.

"Karte", "Kasse" or "zahlen" mean something in several topics. One of them alone must not win a topic; a clear word, or
a second ambiguous one of another stem, is the witness that its meaning here is the one of that topic.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .analyser import Analyser
from .words import DATA, STOP

Array = NDArray[np.float64]
_NAME = re.compile(r"\b(?:[A-ZÄÖÜ]{3,5}\d*|[A-ZÄÖÜ]+[a-zäöüß]+(?:[A-ZÄÖÜ][a-zäöüß]*)+|[A-Za-zäöüß]{2,}\d+|\d+[A-Z]+)\b")
_ORGANISATIONS = frozenset({
    "gmbh", "ggmbh", "mbh", "ohg", "awo", "drk", "dlrg", "thw", "nabu", "bund", "adac", "ihk", "hwk", "vhs", "dgb",
    "kita", "tsv", "tus", "vfl", "vfb", "mtv", "esv", "fsv", "spvgg", "djk", "vdk", "ffw", "cvjm",
    "spd", "cdu", "csu", "fdp",
})  # fmt: skip
"""Names of who asks, not of what help is needed with."""
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


def names(title: str) -> list[str]:
    """What a title calls by a name, told by capitals or digits within a word; nothing where everything is in capitals.

    Examples
    --------
    >>> names("SAP-Schnittstelle zu MuseScore"), names("Typo3 im Café"), names("Homepage DRINGEND für TSV und Werk-AG")
    (['sap', 'musescore'], ['typo3'], [])
    """
    found = [] if title.isupper() else [name.lower() for name in _NAME.findall(title)]
    return [name for name in found if name not in STOP and name not in _ORGANISATIONS]


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
