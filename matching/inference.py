"""From a text to topics and sub-areas, and to the words that say so.

Every step is linear in the words of the text before the soft maximum, so the words that speak for a topic can be named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .analyser import Analyser
from .clauses import clauses
from .layout import Layout, softmax
from .reading import Reading, numbered
from .regression import GROUP, WORD, single_words, train
from .results import Suggestion
from .telling import tells
from .topics import Outside, Topic
from .vectors import Rows, Values, bag
from .witness import alone, names_digital, weighed
from .words import STOP, tokens

Array = NDArray[np.float64]
SHARPNESS = 9.0
CHOSEN = 3.3
"""Log odds of a topic the requester chose: right in two of three requests, against 24 others."""
AMBIGUOUS, ALONE = 0.5, 0.75
"""How much ambiguous words count in what people write of themselves, and in a need for topics without a witness."""
CLEAR = 1.5
"""A text speaks of an area when it is so much likelier than the others of its topic on average."""
PART = 0.5
"""How much a part of a list counts against its whole sentence."""
BATCH = 512
KEPT = 5000
"""Words whose evidence is kept: about 6 MB."""


class Inference:
    """Fitted once on the topics of a catalogue; safe to share between threads afterwards."""

    def __init__(self, topics: Sequence[Topic], outside: Sequence[Outside]) -> None:
        self.topic_slugs = [topic.slug for topic in topics]
        self.area_slugs = [area.slug for topic in topics for area in topic.areas]
        self.kinds = [kind.slug for kind in outside]
        self.topic_at = {slug: i for i, slug in enumerate(self.topic_slugs)}
        self.area_at = {slug: i for i, slug in enumerate(self.area_slugs)}
        self.layout = Layout([len(topic.areas) for topic in topics], len(outside))
        self.analyser = Analyser(single_words(topics))
        self._reader = self.analyser.with_nouns()
        self.vocabulary, self._weights, self.tokens = train(topics, outside, self._reader)
        self._known = {piece for token in self.tokens for piece in (token, *token.split("-"))}
        self._of_word: dict[str, Array] = {}
        self._ambiguous = {t for entry in topics for word in entry.ambiguous for t in tokens(word)} - STOP

    def read(self, text: str, chosen: Iterable[str] = (), areas: Iterable[str] = ()) -> Reading:
        """Probabilities of topics and areas for a text and the requester's own choice."""
        pieces = tuple(clauses(text))
        rows, words, surfaces = numbered(pieces)
        by_piece, by_token = self._pieces_and_words(rows, words)
        ambiguous = tuple(word in self._ambiguous for word in words)
        stems = [(self._reader.word_features(word) or (word,))[0] for word in words]
        lone = alone(stems, ambiguous, by_token[:, : len(self.topic_slugs)])
        if lone.any():
            by_piece = np.where(self._by_column(lone) & (by_piece > 0), ALONE * by_piece, by_piece)
        logits = np.array([weight for _, weight in pieces]) @ by_piece if rows else np.zeros(self._weights.shape[1])
        known = float(np.ptp(logits[: self.layout.classes]))
        logits = SHARPNESS * logits
        outer = softmax(logits[None, : self.layout.classes])[0, len(self.topic_slugs) :]
        outside = weighed(float(outer.sum()), names_digital(words, self._reader))
        for slug in chosen:
            if slug in self.topic_at:
                logits[self.topic_at[slug]] += CHOSEN
        for slug in areas:
            if slug in self.area_at:
                logits[self.layout.classes + self.area_at[slug]] += CHOSEN
        topic, area = self.layout.probabilities(logits[None, :])
        count = len(self.topic_slugs)
        kind = self.kinds[int(outer.argmax())] if outer.size else ""
        return Reading(topic[0, :count], area[0], outside, kind, known, pieces, by_piece, surfaces, by_token, lone)

    def knows(self, word: str) -> bool:
        """Whether a word stands in the catalogue, alone or between hyphens."""
        return word in self._known

    def tells(self, surface: str, gain: float) -> bool:
        """Whether a word with this evidence may stand as a reason; one written small only as the catalogue writes it.

        "verschicken" tells something, "blinder" out of "ein blinder Herr" sounds odd.
        """
        return tells(surface, gain) and (surface[0].isupper() or self.knows(surface.lower()))

    def knows_thing(self, noun: str) -> bool:
        """Whether the catalogue has a noun of this stem; parts of it do not make it known."""
        whole = self._reader.word_features(noun)[:1]
        return not whole or whole[0] in self.vocabulary.words

    def _by_column(self, topics: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """A mask of topics for all columns of the evidence; kinds that are no digital help need no witness."""
        kinds = np.zeros(len(self.kinds), dtype=bool)
        return np.concatenate([topics, kinds, topics[self.layout.topic_of]])

    def read_each(self, sentences: Sequence[Sequence[int]], said: Sequence[Sequence[str]]) -> tuple[Values, Values]:
        """Probabilities of topics and of areas for each of many sentences, given as numbers of what is ``said``.

        Of a list, whose parts stand behind the whole, each part is read in the light of its sentence and the whole is
        not read besides: one ability alone would drown the others. What is said more than once is read once a batch.
        """
        at: dict[str, int] = {}
        bags = bag([[at.setdefault(word, len(at)) for word in words] for words in said], 0)
        bags.resize((len(said), len(at)))
        table = self.vocabulary.table(list(at))
        bags.data *= np.array(self._single(list(at), AMBIGUOUS), dtype=np.float32)[bags.indices]
        topics = [np.zeros((0, len(self.topic_slugs)), dtype=np.float32)]
        areas = [np.zeros((0, len(self.area_slugs)), dtype=np.float32)]
        for start in range(0, len(sentences), BATCH):
            some = sentences[start : start + BATCH]
            once, places = np.unique(np.array(list(chain.from_iterable(some)), dtype=np.intp), return_inverse=True)
            logits = self._speak(bags[once] @ table)[places]
            logits = self._in_their_light(logits, np.array([len(sentence) for sentence in some]))
            topic, area = self.layout.probabilities(SHARPNESS * logits)
            empty = ~logits.any(axis=1)
            topic[empty], area[empty] = 0.0, 0.0
            topics.append(topic[:, : len(self.topic_slugs)].astype(np.float32))
            areas.append(area.astype(np.float32))
        return np.concatenate(topics), np.concatenate(areas)

    def _in_their_light(self, logits: Array, sizes: NDArray[np.intp]) -> Array:
        """Evidence of sentences without parts, and of parts mixed with that of their sentence."""
        first = np.cumsum(sizes) - sizes
        mixed = PART * logits + (1.0 - PART) * logits[np.repeat(first, sizes)]
        return np.asarray(np.delete(mixed, first[sizes > 1], axis=0))

    def evidence(self, rows: Sequence[Sequence[int]], words: Sequence[str]) -> Array:
        """Evidence of each row of numbers of words for topics and kinds, then areas; 0 without known words."""
        return self._said(rows, words, AMBIGUOUS)

    def _pieces_and_words(self, rows: Sequence[Sequence[int]], words: Sequence[str]) -> tuple[Array, Array]:
        """Evidence of each row and of each word alone; the latter is kept, because the same words come again."""
        known = [self._of_word.get(word) for word in words]
        new = [at for at, row in enumerate(known) if row is None]
        found = self._said([*rows, *([at] for at in new)], words, 1.0)
        each = np.zeros((len(words), found.shape[1]))
        each[new] = found[len(rows) :]
        for at, row in enumerate(known):
            if row is not None:
                each[at] = row
            elif len(self._of_word) < KEPT:
                self._of_word[words[at]] = each[at].copy()
        return found[: len(rows)], each

    def _said(self, rows: Sequence[Sequence[int]], words: Sequence[str], ambiguous: float) -> Array:
        single = self._single(words, ambiguous)
        bags = [{word: number * single[word] for word, number in sorted(Counter(row).items())} for row in rows]
        return self._speak(self.vocabulary.spread(bags, words))

    def _single(self, words: Sequence[str], ambiguous: float) -> list[float]:
        """How much each word counts."""
        return [ambiguous if word in self._ambiguous else 1.0 for word in words]

    def _speak(self, counts: Rows) -> Array:
        weighed = self.vocabulary.weigh(counts, WORD, GROUP)
        return np.asarray(weighed @ self._weights, dtype=np.float64)

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """See :meth:`Catalogue.suggest`."""
        reading = self.read(text)
        return self.suggestions(reading, limit) if reading.known else []

    def suggestions(self, reading: Reading, limit: int = 5) -> list[Suggestion]:
        """The likeliest topics of a reading with their words, at least as likely as chance twice over."""
        order = np.argsort(-reading.topics, kind="stable")[:limit]
        floor = 2.0 / max(len(self.topic_slugs), 1)
        kept = [int(t) for rank, t in enumerate(order) if rank == 0 or reading.topics[t] >= floor]
        out: list[Suggestion] = []
        for t, said in zip(kept, self.words_for(reading, kept), strict=True):
            mine = np.flatnonzero(self.layout.topic_of == t)
            best = mine[int(reading.areas[mine].argmax())] if mine.size else -1
            clear = mine.size > 0 and reading.areas[best] >= CLEAR * reading.topics[t] / mine.size
            area = self.area_slugs[best] if clear else None
            out.append(Suggestion(self.topic_slugs[t], area, float(reading.topics[t]), said))
        return out

    def words_for(self, reading: Reading, topics: Sequence[int], limit: int = 3) -> list[tuple[str, ...]]:
        """For each of some topics the wanted words of a text that speak most for it against the mean of all."""
        out: list[tuple[str, ...]] = []
        named = list(reading.surfaces.values())
        for topic in topics:
            gains = [
                (-float(reading.by_token[at, topic]), surface)
                for at, (surface, weight) in enumerate(named)
                if weight == 1.0 and self.tells(surface, float(reading.by_token[at, topic]))
            ]
            gains.sort()
            out.append(tuple(surface for gain, surface in gains[:limit] if gain < 0.35 * gains[0][0]))
        return out
