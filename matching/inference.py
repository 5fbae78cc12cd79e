"""From a text to topics and sub-areas: complement naive Bayes over the catalogue's words and situations.

Every step is linear in the words of the text before the soft maximum, so the words that speak for a topic can be named.
Complement naive Bayes (Rennie et al. 2003) was chosen on situations held out of the catalogue itself, see
``docs/matching.md``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from .types import Suggestion
from .vectors import Row, Vectoriser
from .words import STOP, Analyser, clean, sentences, tokens

if TYPE_CHECKING:
    from .catalogue import Catalogue

Array = NDArray[np.float64]
SMOOTHING = 1.0
SHARPNESS = 8.0
CHOSEN = 3.3
"""Log odds of a topic the requester chose: right in two of three requests, against 24 others."""
AMBIGUOUS = 0.5
WORD, GROUP = 0.5, 0.5
UNWANTED = 0.15
_UNWANTED = re.compile(
    r"\b(?:wollen|möchten|brauchen|brauch|sollen|soll|geht es)\b[^,.;]*\b(?:kein\w*|nichts|nicht)\b"
    r"(?! mehr| länger| nur)"
    r"|\b(?:kein\w*|nicht)\b[^,.;]*\b(?:brauchen|nötig|gewünscht|gesucht)\b"
    r"|\b(?:können|machen|läuft|klappt|funktioniert)\b[^,.;]*\b(?:schon|bereits|selbst|selber)\W*$"
    r"|\b(?:lasse ich die finger|mache ich nicht|kann ich nicht|bin ich raus|nicht mein\w*|keine ahnung von)\b",
    re.IGNORECASE,
)
_SURFACE = re.compile(r"[^\W_]+(?:[-&'’][^\W_]+)*")
_CLAUSE = re.compile(r",\s+|\s+(?:aber|sondern|nur)\s+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asks for: probabilities of topics, of areas (summing to their topic's), of being outside."""

    topics: Array
    areas: Array
    outside: float
    outside_kind: str
    known: float
    """Share of the text's words that the catalogue knows at all."""


def clauses(text: str) -> list[tuple[str, float]]:
    """Sentences of a text with their weight: what is not wanted, or exists already, counts little.

    Examples
    --------
    >>> clauses("Wir brauchen ein Logo. Verschicken wollen wir nichts.")
    [('Wir brauchen ein Logo.', 1.0), ('Verschicken wollen wir nichts.', 0.15)]
    """
    out: list[tuple[str, float]] = []
    for sentence in sentences(clean(text)):
        if not _UNWANTED.search(sentence):
            out.append((sentence, 1.0))
            continue
        out.extend((part, UNWANTED if _UNWANTED.search(part) else 1.0) for part in _CLAUSE.split(sentence) if part)
    return out


class Inference:
    """Fitted once on a catalogue; safe to share between threads afterwards."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.topic_slugs = [topic.slug for topic in catalogue.entries]
        self.area_slugs = [area.slug for topic in catalogue.entries for area in topic.areas]
        self.kinds = [kind.slug for kind in catalogue.outside]
        self.topic_at = {slug: i for i, slug in enumerate(self.topic_slugs)}
        self.area_at = {slug: i for i, slug in enumerate(self.area_slugs)}
        self.topic_of = np.array(
            [self.topic_at[catalogue.areas[slug].topic] for slug in self.area_slugs], dtype=np.intp
        )
        self.analyser = Analyser(_single_words(catalogue))
        texts, topic, area = self._items()
        words = [Counter(self.analyser.words(text)) for text in texts]
        groups = [Counter(self.analyser.grams(text)) for text in texts]
        self.words, self.groups = Vectoriser().fit(words), Vectoriser().fit(groups)
        rows = [self._row(w, g) for w, g in zip(words, groups, strict=True)]
        self._classes = len(self.topic_slugs) + len(self.kinds)
        by_topic = _complement(rows, topic, self._classes, self.size)
        inner = [i for i, a in enumerate(area) if a >= 0]
        by_area = _complement([rows[i] for i in inner], [area[i] for i in inner], len(self.area_slugs), self.size)
        self._weights = np.hstack([by_topic, by_area])
        sizes = np.bincount(self.topic_of, minlength=len(self.topic_slugs))
        ends = np.cumsum(sizes)
        self._spans = list(zip((ends - sizes).tolist(), ends.tolist(), strict=True))
        self._ambiguous = {t for entry in catalogue.entries for word in entry.ambiguous for t in tokens(word)} - STOP

    @property
    def size(self) -> int:
        """Number of features."""
        return self.words.size + self.groups.size

    def _items(self) -> tuple[list[str], list[int], list[int]]:
        texts: list[str] = []
        topic: list[int] = []
        area: list[int] = []

        def add(found: Iterable[str], t: int, a: int = -1) -> None:
            for text in found:
                texts.append(text)
                topic.append(t)
                area.append(a)

        for t, entry in enumerate(self.catalogue.entries):
            own = (*entry.words, *entry.brands, *entry.foreign, *entry.label.values(), *entry.description.values())
            add(own, t)
            for part in entry.areas:
                both = (*part.label.values(), *part.words, *part.brands, *part.situations)
                add(both, t, self.area_at[part.slug])
        for k, kind in enumerate(self.catalogue.outside):
            add((*kind.label.values(), *kind.words, *kind.situations), len(self.topic_slugs) + k)
        return texts, topic, area

    def _row(self, words: Mapping[str, float], groups: Mapping[str, float]) -> Row:
        wi, wv = self.words.row(words)
        gi, gv = self.groups.row(groups)
        return np.concatenate([wi, gi + self.words.size]), np.concatenate([WORD * wv, GROUP * gv])

    def features(self, text: str) -> Row:
        """Sparse features of one sentence, ambiguous words halved."""
        words: defaultdict[str, float] = defaultdict(float)
        groups: defaultdict[str, float] = defaultdict(float)
        for token in tokens(text):
            if token in STOP:
                continue
            weight = AMBIGUOUS if token in self._ambiguous else 1.0
            for feature in self.analyser.word_features(token):
                words[feature] += weight
            for feature in self.analyser.grams_of(token):
                groups[feature] += weight
        return self._row(words, groups)

    def read(self, text: str, chosen: Iterable[str] = (), areas: Iterable[str] = ()) -> Reading:
        """Probabilities of topics and areas for a text and the requester's own choice."""
        weighted = clauses(text)
        rows = [self.features(piece) for piece, _ in weighted]
        logits = self._logits(rows, np.array([weight for _, weight in weighted], dtype=float)).sum(axis=0)
        known = float(np.ptp(logits[: self._classes])) if rows else 0.0
        logits *= SHARPNESS
        for slug in chosen:
            if slug in self.topic_at:
                logits[self.topic_at[slug]] += CHOSEN
        for slug in areas:
            if slug in self.area_at:
                logits[self._classes + self.area_at[slug]] += CHOSEN
        topic, area = self._probabilities(logits[None, :])
        count = len(self.topic_slugs)
        outer = topic[0, count:]
        kind = self.kinds[int(outer.argmax())] if outer.size else ""
        return Reading(topic[0, :count], area[0], float(outer.sum()), kind, known)

    def read_each(self, pieces: Sequence[str]) -> tuple[Array, Array]:
        """Probabilities of topics and of areas for each of many sentences; zero where no word is known."""
        rows = [self.features(piece) for piece in pieces]
        topic, area = self._probabilities(SHARPNESS * self._logits(rows, np.ones(len(rows))))
        empty = np.array([not index.size for index, _ in rows], dtype=bool)
        topic[empty], area[empty] = 0.0, 0.0
        return topic[:, : len(self.topic_slugs)], area

    def _logits(self, rows: Sequence[Row], weights: Array) -> Array:
        """Evidence of each row; the sum over a row does not depend on the other rows."""
        if not rows:
            return np.zeros((0, self._weights.shape[1]))
        pointer = np.concatenate([[0], np.cumsum([index.size for index, _ in rows])])
        index, value = np.concatenate([i for i, _ in rows]), np.concatenate([v for _, v in rows])
        table = sp.csr_matrix((value * np.repeat(weights, np.diff(pointer)), index, pointer), (len(rows), self.size))
        return np.asarray(table @ self._weights)

    def _probabilities(self, logits: Array) -> tuple[Array, Array]:
        """Soft maximum over topics, and within each topic over its areas."""
        topic = _softmax(logits[:, : self._classes])
        area = np.exp(
            logits[:, self._classes :] - logits[:, self._classes :].max(axis=1, keepdims=True, initial=-700.0)
        )
        sums = np.zeros((len(logits), len(self.topic_slugs)))
        for t, (start, stop) in enumerate(self._spans):
            sums[:, t] = area[:, start:stop].sum(axis=1)
        share = topic[:, self.topic_of] / np.maximum(sums[:, self.topic_of], 1e-300)
        return topic, area * share

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """See :meth:`Catalogue.suggest`."""
        reading = self.read(text)
        if reading.known == 0.0:
            return []
        return self.suggestions(reading, text, limit)

    def suggestions(self, reading: Reading, text: str, limit: int = 5) -> list[Suggestion]:
        """The likeliest topics of a reading with their words, at least as likely as chance twice over."""
        order = np.argsort(-reading.topics, kind="stable")[:limit]
        floor = 2.0 / max(len(self.topic_slugs), 1)
        kept = [int(t) for rank, t in enumerate(order) if rank == 0 or reading.topics[t] >= floor]
        out: list[Suggestion] = []
        for t, evidence in zip(kept, self.evidence(text, kept), strict=True):
            mine = np.flatnonzero(self.topic_of == t)
            best = mine[int(reading.areas[mine].argmax())] if mine.size else -1
            clear = mine.size > 0 and reading.areas[best] >= 1.5 * reading.topics[t] / mine.size
            area = self.area_slugs[best] if clear else None
            out.append(Suggestion(self.topic_slugs[t], area, float(reading.topics[t]), evidence))
        return out

    def topicality(self, token: str, topics: Array) -> float:
        """How much one word speaks for weighted topics against the mean of all; 0 for a word without a meaning."""
        index, value = self.features(token)
        if not index.size:
            return 0.0
        return float((value @ self._weights[index][:, : len(self.topic_slugs)]) @ topics)

    def evidence(self, text: str, topics: Sequence[int], limit: int = 3) -> list[tuple[str, ...]]:
        """For each of some topics the words of a text that speak most for it against the mean of all."""
        surfaces: dict[str, tuple[str, float]] = {}
        for piece, weight in clauses(text):
            for surface in _SURFACE.findall(piece):
                token = surface.lower()
                if len(token) > 2 and token not in STOP and self.analyser.word_features(token):
                    surfaces.setdefault(token, (surface, weight))
        columns = np.array(list(topics), dtype=np.intp)
        gains: list[tuple[str, Array]] = []
        for token, (surface, weight) in surfaces.items():
            index, value = self.features(token)
            if index.size:
                gains.append((surface, weight * np.asarray(value @ self._weights[index][:, columns])))
        out: list[tuple[str, ...]] = []
        for at in range(len(columns)):
            best = sorted(((float(gain[at]), surface) for surface, gain in gains), key=lambda item: (-item[0], item[1]))
            out.append(tuple(surface for gain, surface in best[:limit] if gain > 0.35 * best[0][0] and gain > 0))
        return out


def _single_words(catalogue: Catalogue) -> set[str]:
    out: set[str] = set()
    for topic in catalogue.entries:
        for word in (*topic.words, *(w for area in topic.areas for w in area.words)):
            if word.isalpha():
                out.add(word.lower())
    return out


def _softmax(values: Array) -> Array:
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def _complement(rows: Sequence[Row], labels: Sequence[int], classes: int, size: int) -> Array:
    """Weights (features x classes) of complement naive Bayes, centred per feature."""
    counts = np.zeros((size, classes))
    for (index, value), label in zip(rows, labels, strict=True):
        counts[index, label] += value
    rest = counts.sum(axis=1, keepdims=True) - counts + SMOOTHING
    weights = -np.log(rest / rest.sum(axis=0, keepdims=True))
    return np.asarray(weights - weights.mean(axis=1, keepdims=True))
