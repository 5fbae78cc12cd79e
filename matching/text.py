"""Text evidence: how close a need's own words are to a person's own words.

A person is a whole text and a set of items (own words, finished cases, ticked topics). The score is a weighted sum of
cosines and of the share of the need's words that occur at all, so it splits exactly over the words of the need.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from .thesaurus import Thesaurus
from .vectors import Index, Rows, Values, Vocabulary, bag, packed, product
from .words import STOP, Analyser, clean, tokens

WORD, GROUP, COVERAGE = (part / 1.25 for part in (0.2, 0.3, 0.25))
"""Weights of words and letter groups, each for the whole text and for the best item, and of coverage."""
RARE = 3
"""Coverage counts a word by this power of its idf: one rare word in common says more than two frequent ones."""
SYNONYM = 0.3
"""Weight of a synonym against the word itself."""
SAID = 0.5
"""Share of a word's stem and parts, by idf, that a person must say for the word to stand as a reason."""
BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Query:
    """A need's vector, the mass of its words, and the words it comes from with their weights."""

    vector: tuple[Index, Values]
    mass: tuple[Index, Values]
    tokens: dict[str, float]


@dataclass(frozen=True, slots=True)
class Texts:
    """A person's words: own items (there is at least one), and the names of items shared with others."""

    own: Sequence[Sequence[str]]
    shared: Sequence[str] = ()


def content(text: str) -> list[str]:
    """Words of a text that are no stop words.

    Examples
    --------
    >>> content("Die Homepage ist uralt!")
    ['homepage', 'uralt']
    """
    return [token for token in tokens(clean(text)) if token not in STOP]


class TextSpace:
    """Vocabulary and idf of one installation; frozen after :meth:`fit`.

    Examples
    --------
    >>> space = TextSpace(Analyser())
    >>> texts = ["Webseiten mit WordPress", "Kassenbuch und Buchhaltung"]
    >>> people = space.fit([Texts([content(text)]) for text in texts])
    >>> bool(np.argmax(people.scores(space.query("unser kasenbuch")))) is True
    True
    """

    def __init__(self, analyser: Analyser) -> None:
        self.analyser = analyser
        self.vocabulary_ = Vocabulary(analyser)

    def fit(
        self,
        people: Sequence[Texts],
        shared: Mapping[str, Sequence[str]] | None = None,
        background: Sequence[Sequence[str]] = (),
    ) -> People:
        """Learn words and their weight from people and background texts; returns the index of the people."""
        words = _Words(people, shared or {}, background)
        table = self.vocabulary_.table(words.tokens)
        wholes = [words.wholes(at, at + BLOCK) @ table for at in range(0, len(people), BLOCK)]
        self.vocabulary_.finish([*wholes, bag(words.background, len(words.tokens)) @ table])
        return People(self, people, words, table)

    def index(self, people: Sequence[Texts], shared: Mapping[str, Sequence[str]] | None = None) -> People:
        """More people, with the statistics as they were fitted."""
        words = _Words(people, shared or {}, ())
        return People(self, people, words, self.vocabulary_.table(words.tokens))

    def query(self, text: str, weights: Mapping[str, float] | None = None, thesaurus: Thesaurus | None = None) -> Query:
        """Vector of a need; ``weights`` lowers single words, synonyms that people use count a little."""
        vocabulary = self.vocabulary_
        counted = {t: n * (weights or {}).get(t, 1.0) for t, n in Counter(content(text)).items()}
        if thesaurus is not None:
            for token, number in list(counted.items()):
                for other in sorted(thesaurus.of(token)):
                    if any(feature in vocabulary.words for feature in self.analyser.word_features(other)[:1]):
                        counted.setdefault(other, SYNONYM * number)
        table = vocabulary.table(list(counted))
        row = bag([range(len(counted))], len(counted))
        row.data[:] = list(counted.values())
        vector = row @ table
        vector.sort_indices()
        counts = vector.data.copy()
        vocabulary.weigh(vector, WORD, GROUP)
        mass = np.zeros(vector.indices.size, dtype=np.float32)
        for kind, known, features in (
            (1, vocabulary.words, self.analyser.word_features),
            (0, vocabulary.groups, self.analyser.grams_of),
        ):
            mine = vocabulary.is_word_[vector.indices] == kind
            idf = vocabulary.idf_[vector.indices[mine]] ** RARE
            new = {feature for token in counted for feature in features(token) if feature not in known}
            total = float(idf.sum()) + len(new) * float(vocabulary.idf_.max(initial=1.0)) ** RARE
            mass[mine] = idf * (COVERAGE / 2 / total) if total else 0.0
        mass *= np.minimum(counts, 1.0)
        return Query((vector.indices, vector.data), (vector.indices, mass), counted)


class _Words:
    """The distinct words of many people, numbered; people's items as rows of numbers."""

    def __init__(
        self, people: Sequence[Texts], shared: Mapping[str, Sequence[str]], background: Sequence[Sequence[str]]
    ) -> None:
        at: dict[str, int] = {}

        def number(words: Sequence[str]) -> list[int]:
            return [at.setdefault(word, len(at)) for word in words]

        self.people = people
        self.own = [[number(item) for item in person.own] for person in people]
        names = sorted({name for person in people for name in person.shared})
        self.shared = [[], *(number(shared[name]) for name in names)]
        self.shared_at = {name: place for place, name in enumerate(names, start=1)}
        self.background = [number(words) for words in background]
        self.tokens = list(at)

    def wholes(self, start: int, stop: int) -> Rows:
        """Each person's items together."""
        rows = []
        for person, own in zip(self.people[start:stop], self.own[start:stop], strict=True):
            row = [number for item in own for number in item]
            for name in person.shared:
                row += self.shared[self.shared_at[name]]
            rows.append(row)
        return bag(rows, len(self.tokens))


@dataclass(frozen=True, slots=True)
class _Block:
    """Some people: their whole texts and items as words, and both kept by feature."""

    wholes: Rows
    items: Rows
    starts: NDArray[np.intp]
    by_whole: Rows
    by_item: Rows
    present: Rows
    """Which features the whole texts have: the table above with ones, which all blocks share."""


class People:
    """An index over many people, in blocks small enough for a processor's cache."""

    def __init__(self, space: TextSpace, people: Sequence[Texts], words: _Words, table: Rows) -> None:
        self.size = len(people)
        self._space, self._table = space, table
        self.tokens = words.tokens
        self._blocks: list[_Block] = []
        ones = np.zeros(0, dtype=np.float32)
        for at in range(0, len(people), BLOCK):
            some = people[at : at + BLOCK]
            wholes = words.wholes(at, at + BLOCK)
            items = bag([item for own in words.own[at : at + BLOCK] for item in own], len(words.tokens))
            sizes = np.array([len(p.own) for p in some])
            starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
            by_whole = space.vocabulary_.weigh(wholes @ table).T.tocsr()
            by_item = space.vocabulary_.weigh(items @ table).T.tocsr()
            if by_whole.nnz > ones.size:
                ones = np.ones(by_whole.nnz, dtype=np.float32)
            present = packed(ones[: by_whole.nnz], by_whole.indices, np.diff(by_whole.indptr), len(some))
            self._blocks.append(_Block(wholes, items, starts, by_whole, by_item, present))
        self._shared = bag(words.shared, len(words.tokens))
        self._shared_rows = space.vocabulary_.weigh(self._shared @ table).T.tocsr()
        self._shared_of = np.array(
            [n for p in people for n in (0, *(words.shared_at[name] for name in p.shared))], dtype=np.int32
        )
        sizes = np.array([1 + len(p.shared) for p in people], dtype=np.intp)
        self._shared_starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp) if people else sizes

    def scores(self, query: Query) -> NDArray[np.float64]:
        """Text score of every person, in [0, 1]."""
        if not self.size:
            return np.zeros(0)
        shared = product(query.vector, self._shared_rows)
        best = np.maximum.reduceat(shared[self._shared_of], self._shared_starts)
        out = np.zeros(self.size)
        at = 0
        for block in self._blocks:
            number = block.starts.size
            own = np.maximum.reduceat(product(query.vector, block.by_item), block.starts)
            whole = product(query.vector, block.by_whole) + product(query.mass, block.present)
            out[at : at + number] = whole + np.maximum(own, best[at : at + number])
            at += number
        return out

    def nbytes(self) -> int:
        """Memory of the index."""
        kept = [self._table, self._shared_rows]
        kept += [table for b in self._blocks for table in (b.wholes, b.items, b.by_whole, b.by_item)]
        ones = max((b.present.data.nbytes for b in self._blocks), default=0)
        return ones + sum(t.data.nbytes + t.indices.nbytes + t.indptr.nbytes for t in kept)

    def by_word(self, query: Query, places: Sequence[int], *, whole: bool = False) -> NDArray[np.float64]:
        """The text score of some people, split over the words of the need: people x words, rows sum to the score.

        ``whole`` leaves out the best item and words that the person does not say, at least half of them by their parts:
        letters in common are no reason.
        """
        index, value = query.vector
        column = np.full(self._table.shape[1], -1, dtype=np.int32)
        column[index] = np.arange(index.size)
        gains = np.zeros((len(places), index.size))
        hits = [divmod(at, BLOCK) for at in places]
        for b in sorted({b for b, _ in hits}):
            mine = [row for row, hit in enumerate(hits) if hit[0] == b]
            counts = self._blocks[b].wholes[[hits[row][1] for row in mine]] @ self._table
            _add(gains, self._space.vocabulary_.weigh(counts), column, np.array(mine))
        covered = (gains > 0) * query.mass[1]
        if not whole:
            for row, (b, k) in enumerate(hits):
                gains[row] += self._best_item(query, b, k, column)
        owners = self._owners(query, index.size, column)
        split = (gains * value + covered) @ owners
        if whole:
            vocabulary = self._space.vocabulary_
            known = (vocabulary.idf_[index] * vocabulary.is_word_[index])[:, None] * (owners > 0)
            total = known.sum(axis=0)
            split[((gains > 0) @ known < SAID * total) | (total == 0)] = 0.0
        return np.asarray(split)

    def _best_item(self, query: Query, b: int, k: int, column: Index) -> NDArray[np.float64]:
        block, at = self._blocks[b], b * BLOCK + k
        end = block.starts[k + 1] if k + 1 < block.starts.size else block.items.shape[0]
        own = block.items[block.starts[k] : end]
        stop = self._shared_starts[at + 1] if at + 1 < self.size else self._shared_of.size
        items = sp.vstack([own, self._shared[self._shared_of[self._shared_starts[at] : stop]]], format="csr")
        found = np.zeros((items.shape[0], query.vector[0].size))
        _add(found, self._space.vocabulary_.weigh(items @ self._table), column, np.arange(items.shape[0]))
        return np.asarray(found[int((found @ query.vector[1]).argmax())])

    def _owners(self, query: Query, size: int, column: Index) -> NDArray[np.float64]:
        """Features x words: which share of a feature each word of the need has."""
        out = np.zeros((size, len(query.tokens)))
        for at, (token, weight) in enumerate(query.tokens.items()):
            np.add.at(out[:, at], column[self._space.vocabulary_.of(token)], weight)
        total = out.sum(axis=1, keepdims=True)
        return np.divide(out, total, out=np.zeros_like(out), where=total > 0)


def _add(out: NDArray[np.float64], rows: Rows, column: Index, places: NDArray[np.intp]) -> None:
    """Add the wanted columns of a sparse table to rows of a small full one; a row has each column once."""
    at = column[rows.indices]
    known = at >= 0
    row = np.repeat(places, np.diff(rows.indptr))
    out[row[known], at[known]] += rows.data[known]
