"""Text evidence: how close a need's own words are to a person's own words.

A person is a whole text and a set of items (headline, finished cases, ticked topics). The score is a weighted sum of
cosines and of the share of the need's words that occur at all, so it splits exactly over the words of the need.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .vectors import Inverted, Row, Vectoriser
from .words import STOP, Analyser, clean, tokens

WHOLE_WORD, WHOLE_GROUP, ITEM_WORD, ITEM_GROUP, COVERAGE = (part / 1.2 for part in (0.2, 0.3, 0.2, 0.3, 0.2))


@dataclass(frozen=True, slots=True)
class Query:
    """A need's vectors, and the tokens they come from."""

    words: Row
    groups: Row
    mass: Row
    tokens: Counter[str]


@dataclass(frozen=True, slots=True)
class Document:
    """A person's vectors: the whole text first, then each item."""

    words: tuple[Row, ...]
    groups: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """A person's counted features, the whole text first."""

    words: tuple[Row, ...]
    groups: tuple[Row, ...]


def _small(row: Row) -> Row:
    return row[0].astype(np.int32), row[1].astype(np.float32)


def _sum(parts: Sequence[Counter[str]]) -> Counter[str]:
    out: Counter[str] = Counter()
    for part in parts:
        out.update(part)
    return out


class TextSpace:
    """Vocabulary and idf of one installation; frozen after :meth:`finish`.

    Examples
    --------
    >>> space = TextSpace(Analyser())
    >>> counts = [space.learn(["Webseiten mit WordPress"]), space.learn(["Kassenbuch und Buchhaltung"])]
    >>> people = People(space.finish(), [space.document(c) for c in counts])
    >>> bool(np.argmax(people.scores(space.query("unser kasenbuch")))) is True
    True
    """

    def __init__(self, analyser: Analyser) -> None:
        self.analyser = analyser
        self.words_, self.groups_ = Vectoriser(), Vectoriser()

    def learn(self, items: Sequence[str]) -> Counts:
        """Count a person's items in; vectors follow after :meth:`finish`."""
        words, groups = self._features(items)
        whole_words, whole_groups = self.words_.learn(_sum(words)), self.groups_.learn(_sum(groups))
        return Counts(
            (whole_words, *(self.words_.look_up(c) for c in words)),
            (whole_groups, *(self.groups_.look_up(c) for c in groups)),
        )

    def finish(self) -> TextSpace:
        """Fix the idf."""
        self.words_.finish()
        self.groups_.finish()
        return self

    def count(self, items: Sequence[str]) -> Counts:
        """Known features of a person's whole text, then of each item."""
        words, groups = self._features(items)
        return Counts(
            tuple(self.words_.look_up(c) for c in (_sum(words), *words)),
            tuple(self.groups_.look_up(c) for c in (_sum(groups), *groups)),
        )

    def _features(self, items: Sequence[str]) -> tuple[list[Counter[str]], list[Counter[str]]]:
        return [Counter(self.analyser.words(i)) for i in items], [Counter(self.analyser.grams(i)) for i in items]

    def document(self, counts: Counts) -> Document:
        """Vectors of a person's items and of all of them together."""
        words = tuple(_small(self.words_.weigh(row)) for row in counts.words)
        return Document(words, tuple(_small(self.groups_.weigh(row)) for row in counts.groups))

    def query(self, text: str, weights: Mapping[str, float] | None = None) -> Query:
        """Vectors of a need; ``weights`` lowers single tokens."""
        counted = Counter(token for token in tokens(clean(text)) if token not in STOP)
        words: defaultdict[str, float] = defaultdict(float)
        groups: defaultdict[str, float] = defaultdict(float)
        for token, count in counted.items():
            weight = count * (weights or {}).get(token, 1.0)
            for feature in self.analyser.word_features(token):
                words[feature] += weight
            for feature in self.analyser.grams_of(token):
                groups[feature] += weight
        index, _ = self.words_.row(words)
        idf = self.words_.idf_
        unknown = sum(1 for feature in words if feature not in self.words_.vocabulary_)
        total = float(idf[index].sum()) + unknown * float(idf.max(initial=1.0))
        mass = (index, idf[index] / total if total else idf[index])
        return Query(self.words_.row(words), self.groups_.row(groups), mass, counted)


class People:
    """An inverted index over the documents of many people."""

    def __init__(self, space: TextSpace, documents: Sequence[Document]) -> None:
        self.documents = documents
        sizes = [len(document.words) for document in documents]
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp) if sizes else np.zeros(0, np.intp)
        self._words = Inverted([row for d in documents for row in d.words], space.words_.size)
        self._groups = Inverted([row for d in documents for row in d.groups], space.groups_.size)

    def scores(self, query: Query) -> NDArray[np.float64]:
        """Text score of every person, in [0, 1]."""
        if not self._starts.size:
            return np.zeros(0)
        word, found = self._words.both(query.words, query.mass)
        group = self._groups.product(query.groups)
        both = ITEM_WORD * word + ITEM_GROUP * group
        best = np.maximum.reduceat(both, self._starts)
        covered = found[self._starts]
        whole = WHOLE_WORD * word[self._starts] + WHOLE_GROUP * group[self._starts]
        return np.asarray(whole + best + COVERAGE * covered)


def by_word(space: TextSpace, query: Query, document: Document) -> dict[str, float]:
    """The text score of one person, split over the words of the need; the values sum to the score."""
    word = [_dot(query.words, row) for row in document.words]
    group = [_dot(query.groups, row) for row in document.groups]
    items = [ITEM_WORD * sum(w.values()) + ITEM_GROUP * sum(g.values()) for w, g in zip(word, group, strict=True)]
    best = int(np.argmax(items))
    present = set(document.words[0][0].tolist())
    words = {f: WHOLE_WORD * v for f, v in word[0].items()}
    for feature, value in word[best].items():
        words[feature] = words.get(feature, 0.0) + ITEM_WORD * value
    for feature, value in zip(query.mass[0].tolist(), query.mass[1].tolist(), strict=True):
        if feature in present:
            words[feature] = words.get(feature, 0.0) + COVERAGE * value
    groups = {f: WHOLE_GROUP * v for f, v in group[0].items()}
    for feature, value in group[best].items():
        groups[feature] = groups.get(feature, 0.0) + ITEM_GROUP * value
    out = dict.fromkeys(query.tokens, 0.0)
    _hand_out(words, space.words_.vocabulary_, {t: space.analyser.word_features(t) for t in out}, query.tokens, out)
    _hand_out(groups, space.groups_.vocabulary_, {t: space.analyser.grams_of(t) for t in out}, query.tokens, out)
    return out


def _dot(query: Row, row: Row) -> dict[int, float]:
    theirs = dict(zip(row[0].tolist(), row[1].tolist(), strict=True))
    return {f: v * theirs[f] for f, v in zip(query[0].tolist(), query[1].tolist(), strict=True) if f in theirs}


def _hand_out(
    values: Mapping[int, float],
    vocabulary: Mapping[str, int],
    features: Mapping[str, Sequence[str]],
    counts: Counter[str],
    out: dict[str, float],
) -> None:
    """Hand each feature's value to the tokens that contain it, in proportion to how often they do."""
    owners: dict[int, Counter[str]] = {}
    for token, own in features.items():
        for feature in own:
            at = vocabulary.get(feature)
            if at is not None and at in values:
                owners.setdefault(at, Counter())[token] += counts[token]
    for at, tokens_ in owners.items():
        total = sum(tokens_.values())
        for token, count in tokens_.items():
            out[token] += values[at] * count / total
