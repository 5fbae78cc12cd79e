"""What a need asks for: topics and areas with weights, its query, its parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .inference import Reading, clauses
from .text import Query, TextSpace
from .types import Need, Suggestion
from .words import clean, tokens

TOPIC, AREA = 0.5, 0.5
"""How the topics share is split between topic and sub-area."""


@dataclass(frozen=True, slots=True)
class Wants:
    """Weights of topics and areas (together 1), the text query, what was inferred."""

    topics: NDArray[np.float64]
    areas: NDArray[np.float64]
    reading: Reading
    query: Query
    inferred: list[Suggestion]
    catalogue: Catalogue
    words: list[tuple[str, list[tuple[int, float, float]]]]
    """The need's words that speak for its topics, as written, each with its features, their weight and mass."""


def wants(need: Need, catalogue: Catalogue, space: TextSpace) -> Wants:
    """Read a need; the requester's own choice of topics is one voice among others."""
    inference = catalogue.inference
    reading = inference.read(need.text, need.topics, need.areas)
    weights: dict[str, float] = {}
    for piece, weight in clauses(need.text):
        for token in tokens(piece):
            weights[token] = max(weights.get(token, 0.0), weight)
    query = space.query(need.text, weights)
    inferred = inference.suggestions(reading, need.text) if reading.known or need.topics else []
    inside = reading.topics / max(float(reading.topics.sum()), 1e-12)
    areas = reading.areas / max(float(reading.areas.sum()), 1e-12)
    if not reading.known and not need.topics and not need.areas:
        inside, areas = np.zeros_like(inside), np.zeros_like(areas)
    return Wants(
        TOPIC * inside,
        AREA * areas,
        reading,
        query,
        inferred,
        catalogue,
        _words(need, query, space, catalogue, reading),
    )


def _words(
    need: Need, query: Query, space: TextSpace, catalogue: Catalogue, reading: Reading
) -> list[tuple[str, list[tuple[int, float, float]]]]:
    value = dict(zip(query.words[0].tolist(), query.words[1].tolist(), strict=True))
    mass = dict(zip(query.mass[0].tolist(), query.mass[1].tolist(), strict=True))
    surfaces: dict[str, str] = {}
    for raw in clean(need.text).split():
        word = raw.strip(".,;:!?()[]\"'„“”‚‘»«…–—")
        surfaces.setdefault(word.lower(), word)
    inference = catalogue.inference
    out = []
    seen: set[str] = set()
    for token in query.tokens:
        stems = space.analyser.word_features(token)
        if len(token) < 3 or token not in surfaces or not stems or stems[0] in seen:
            continue
        seen.add(stems[0])
        near = inference.topicality(token, reading.topics)
        if near > 0:
            found = [space.words_.vocabulary_.get(f) for f in stems]
            known = [(f, near * value[f], near * mass[f]) for f in found if f is not None and f in value]
            out.append((surfaces[token], known))
    return out
