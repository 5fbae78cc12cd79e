"""What a need asks for: topics and areas with weights, its query, its parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .inference import Reading, clauses
from .text import Query, TextSpace
from .types import Need, Suggestion
from .words import tokens

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
    parts: tuple[tuple[str, ...], ...]
    catalogue: Catalogue


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
    return Wants(TOPIC * inside, AREA * areas, reading, query, inferred, (), catalogue)
