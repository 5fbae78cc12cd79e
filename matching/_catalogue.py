"""Topics and sub-areas in citizens' words, and guessing them from a text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from ._text import Splitter, stem, words

DATA = Path(__file__).parent / "data" / "catalogue"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic, and the sub-area that speaks for it, with the words of the text that do."""

    topic: str
    area: str | None
    score: float
    evidence: tuple[str, ...]


class Catalogue:
    """The topics, and what people say when they mean them.

    Parameters
    ----------
    entries : sequence of mappings
        In the shape of ``data/catalogue/*.json``.

    Examples
    --------
    >>> Catalogue.load().suggest("Unsere Homepage ist uralt")[0].topic
    'website'
    """

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.entries = tuple(entries)
        self.topics: tuple[str, ...] = tuple(e["slug"] for e in entries)
        self.areas: tuple[str, ...] = tuple(a["slug"] for e in entries for a in e["areas"])
        self.topic_of: dict[str, str] = {a["slug"]: e["slug"] for e in entries for a in e["areas"]}
        self.labels: dict[str, Mapping[str, str]] = {e["slug"]: e["label"] for e in entries}
        self.labels |= {a["slug"]: a["label"] for e in entries for a in e["areas"]}
        self._index()

    @classmethod
    def load(cls, folder: Path | None = None) -> "Catalogue":
        """The shipped catalogue, or the one in ``folder``."""
        paths = sorted((folder or DATA).glob("*.json"))
        return cls([json.loads(path.read_text(encoding="utf-8")) for path in paths])

    def with_entries(self, entries: Sequence[Mapping[str, Any]]) -> "Catalogue":
        """A catalogue with these topics added or replaced."""
        merged = {e["slug"]: e for e in self.entries} | {e["slug"]: e for e in entries}
        return Catalogue(list(merged.values()))

    def texts(self, slug: str) -> list[str]:
        """All texts of a topic: words, brands, foreign words, situations."""
        entry = next(e for e in self.entries if e["slug"] == slug)
        return [text for area in entry["areas"] for text in self._area_texts(entry, area)]

    def _area_texts(self, entry: Mapping[str, Any], area: Mapping[str, Any]) -> list[str]:
        return [area["label"]["de"], *area["words"], *area.get("brands", ()), *area["situations"]]

    def _topic_texts(self, entry: Mapping[str, Any]) -> list[str]:
        foreign = [w for group in entry.get("foreign", {}).values() for w in group]
        label = [entry["label"]["de"], entry["description"]["de"]]
        return [*label, *entry["words"], *entry.get("brands", ()), *foreign]

    def _index(self) -> None:
        items, owner, documents = [], [], []
        for entry in self.entries:
            topic_texts = self._topic_texts(entry)
            for area in entry["areas"]:
                texts = self._area_texts(entry, area)
                number = len(documents)
                documents.append(" . ".join([*texts, *texts, *topic_texts]))
                items += texts
                owner += [number] * len(texts)
        self.splitter = Splitter([*items, *documents])
        self._words = TfidfVectorizer(analyzer=self.splitter.terms, sublinear_tf=True)
        self._chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, min_df=2)
        self._doc_words = self._words.fit_transform(documents).T.tocsr()
        self._doc_chars = self._chars.fit_transform(documents).T.tocsr()
        self._item_words = self._words.transform(items).T.tocsr()
        self._item_chars = self._chars.transform(items).T.tocsr()
        self._owner = np.asarray(owner)
        self._starts = np.flatnonzero(np.r_[True, self._owner[1:] != self._owner[:-1]])
        numbers = {slug: i for i, slug in enumerate(self.topics)}
        self._topic_number = np.asarray([numbers[self.topic_of[a]] for a in self.areas])

    def area_scores(self, texts: Sequence[str]) -> np.ndarray:
        """How much each text speaks for each sub-area; shape (texts, areas), values in [0, 1]."""
        w, c = self._words.transform(texts), self._chars.transform(texts)
        full = 0.6 * (w @ self._doc_words) + 0.4 * (c @ self._doc_chars)
        item = (0.5 * (w @ self._item_words) + 0.5 * (c @ self._item_chars)).toarray()
        best = np.maximum.reduceat(item, self._starts, axis=1)
        return np.asarray(0.5 * full.toarray() + 0.5 * best)

    def topic_scores(self, areas: np.ndarray) -> np.ndarray:
        """Topic scores from area scores: the best area, and a little of the others; shape (texts, topics)."""
        out = np.zeros((areas.shape[0], len(self.topics)))
        for number in range(len(self.topics)):
            part = areas[:, self._topic_number == number]
            out[:, number] = 0.75 * part.max(axis=1) + 0.25 * part.mean(axis=1)
        return out

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """The topics a text speaks of, best first; none when nothing speaks clearly."""
        if not words(text):
            return []
        areas = self.area_scores([text])
        scores = self.topic_scores(areas)[0]
        order = np.argsort(-scores, kind="stable")
        top = scores[order[0]]
        found = []
        for number in order[:limit]:
            if scores[number] < max(0.04, 0.45 * top):
                break
            mine = np.where(self._topic_number == number, areas[0], -1.0)
            area = self.areas[int(mine.argmax())]
            found.append(Suggestion(self.topics[number], area, float(scores[number]), self._evidence(text, area)))
        return found

    def _evidence(self, text: str, area: str) -> tuple[str, ...]:
        number = self.areas.index(area)
        column = self._doc_words[:, number].toarray().ravel() if sparse.issparse(self._doc_words) else []
        weights = {}
        for word in words(text):
            parts = [stem(word), *(stem(p) for p in self.splitter.parts(word))]
            ids = [self._words.vocabulary_[p] for p in parts if p in self._words.vocabulary_]
            weights[word] = max((float(column[i]) for i in ids), default=0.0)
        best = sorted((w for w in weights if weights[w] > 0.02), key=lambda w: -weights[w])
        return tuple(best[:4])
