"""Some people as arrays: facts, texts, and how strongly each holds each topic and area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .clauses import clauses, enumerated
from .index import TextIndex
from .inference import Inference
from .rules import Facts
from .text import TextSpace
from .texts import Texts
from .types import Key, Profile
from .vectors import Values
from .words import STOP, clean, content, tokens

Array = NDArray[np.float64]
Words = tuple[str, ...]
LEVELS = (0.0, 0.35, 0.7, 1.0)
TICK, TOLD = 0.5, 0.5
"""How much a ticked level and the person's own words count for holding a topic."""
CLEAREST = 0.3
"""Areas are taken against the one a person's words speak most clearly of, if they speak of it at least so clearly."""


def sort_key(key: Key) -> tuple[str, Key]:
    """Order of ids, also where their types differ."""
    return type(key).__name__, key


@dataclass(frozen=True, slots=True)
class Own:
    """A profile's own words, read once for both uses: as items, and as sentences that say what somebody does."""

    items: list[list[str]]
    sentences: list[list[Words]]
    """Words of each sentence, and behind them those of its parts if it is a list."""


def own(profile: Profile, known: dict[str, Words]) -> Own:
    """Split a profile's words; what somebody says they do not do counts as words, but not as a topic.

    ``known`` keeps the words of each part, because many people list the same ones.
    """
    head = _sentence(clean(profile.headline), known)
    first = list(head[0])
    items, said = [first], [head]
    for text, item in ((profile.about, first), *((case, []) for case in profile.cases)):
        for piece, weight in clauses(text):
            sentence = _sentence(piece, known)
            item.extend(sentence[0])
            if weight == 1.0:
                said.append(sentence)
        if item is not first:
            items.append(item)
    return Own(items, [sentence for sentence in said if sentence[0]])


def _sentence(text: str, known: dict[str, Words]) -> list[Words]:
    """Words of a cleaned sentence, and behind them those of its parts if it is a list; "und" says nothing itself."""
    each: list[Words] = []
    for part in enumerated(text):
        words = known.get(part)
        if words is None:
            words = known[part] = tuple(token for token in tokens(part) if token not in STOP)
        if words:
            each.append(words)
    return [tuple(chain.from_iterable(each)), *each] if len(each) > 1 else each or [()]


def labels(profiles: Sequence[Profile], catalogue: Catalogue) -> dict[str, list[str]]:
    """Words of the labels of everything ticked."""
    slugs = {slug for profile in profiles for slug in (*profile.topics, *profile.areas)}
    return {slug: content(catalogue.label(slug)) for slug in sorted(slugs)}


class Segment:
    """Some people as arrays, in the order of their ids."""

    def __init__(
        self, profiles: Sequence[Profile], catalogue: Catalogue, space: TextSpace, background: Sequence[list[str]] = ()
    ) -> None:
        self.profiles = sorted(profiles, key=lambda p: sort_key(p.id))
        self.keys: list[Key] = [profile.id for profile in self.profiles]
        self.sorted = [sort_key(key) for key in self.keys]
        self.at = {key: at for at, key in enumerate(self.keys)}
        self.facts = Facts(self.profiles)
        known: dict[str, Words] = {}
        said = [own(profile, known) for profile in self.profiles]
        texts = [
            Texts(o.items, (*sorted(p.topics), *sorted(p.areas))) for o, p in zip(said, self.profiles, strict=True)
        ]
        shared = labels(self.profiles, catalogue)
        self.texts: TextIndex = space.fit(texts, shared, background) if background else space.index(texts, shared)
        self.told, self.strength = _strength(self.profiles, said, catalogue.inference)

    def topic_scores(self, wanted: Array) -> Array:
        """Wanted weights of topics and areas against everybody's strength."""
        return np.einsum("i,ij->j", wanted.astype(np.float32), self.strength).astype(np.float64)


def _strength(profiles: Sequence[Profile], said: Sequence[Own], inference: Inference) -> tuple[Values, Values]:
    """What own words say of each topic, and the strength in each topic and area, as rows; people are columns."""
    at: dict[Words, int] = {}
    sentences = [[at.setdefault(words, len(at)) for words in s] for o in said for s in o.sentences]
    counts = np.array([sum(max(len(s) - 1, 1) for s in o.sentences) for o in said], dtype=np.intp)
    topic, area = inference.read_each(sentences, list(at))
    told, told_area = _any(topic, counts), _any(area, counts)
    ticked, ticked_area = np.zeros_like(told), np.zeros_like(told_area)
    for person, profile in enumerate(profiles):
        for slug, level in profile.topics.items():
            if slug in inference.topic_at:
                ticked[person, inference.topic_at[slug]] = LEVELS[level]
        for slug in profile.areas:
            if slug in inference.area_at:
                ticked_area[person, inference.area_at[slug]] = 1.0
    strength = TICK * ticked + TOLD * told
    clearest = np.maximum(inference.layout.greatest(told_area.T).T, CLEAREST)
    inner = np.maximum(ticked_area, np.sqrt(told_area / clearest[:, inference.layout.topic_of]))
    inner *= strength[:, inference.layout.topic_of]
    return np.ascontiguousarray(told.T), np.ascontiguousarray(np.concatenate([strength, inner], axis=1).T)


def _any(chances: Values, counts: NDArray[np.intp]) -> Values:
    """Chance that at least one of a person's sentences speaks of each column; 0 without sentences."""
    out = np.zeros((counts.size, chances.shape[1]), dtype=np.float32)
    some = np.flatnonzero(counts)
    if some.size:
        starts = (np.cumsum(counts) - counts)[some]
        out[some] = 1.0 - np.multiply.reduceat(1.0 - chances, starts, axis=0)
    return out
