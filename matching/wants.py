"""What a need asks for: topics and areas with weights, its query, its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue
from .inference import Inference
from .query import Query
from .reading import Reading
from .results import Suggestion
from .text import TextSpace
from .thesaurus import Thesaurus
from .types import Need

SECOND = 0.25
"""From this probability on the words of a second topic may stand as reasons."""
TOPIC, AREA = 0.4, 0.6
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
    surfaces: tuple[str, ...]
    """The words of the query as written, in the order of its tokens."""
    chosen: bool
    """Whether the requester chose a topic."""
    topicality: NDArray[np.float64]
    """How much each of these words speaks for the need's topics; 0 for one that cannot stand as a reason."""

    @property
    def witnessed(self) -> bool:
        """Whether the likeliest topic is sure or has more than one ambiguous word; a choice is a witness too."""
        reading = self.reading
        return bool(self.chosen or not reading.topics.size or not reading.doubtful[int(reading.topics.argmax())])


def wants(need: Need, catalogue: Catalogue, space: TextSpace, thesaurus: Thesaurus | None = None) -> Wants:
    """Read a need; the requester's own choice of topics is one voice among others."""
    inference = catalogue.inference
    reading = inference.read(need.text, need.topics, need.areas)
    query = space.query(need.text, {token: weight for token, (_, weight) in reading.surfaces.items()}, thesaurus)
    inferred = inference.suggestions(reading) if reading.known or need.topics else []
    inside = reading.topics / max(float(reading.topics.sum()), 1e-12)
    areas = reading.areas / max(float(reading.areas.sum()), 1e-12)
    if not reading.known and not need.topics and not need.areas:
        inside, areas = np.zeros_like(inside), np.zeros_like(areas)
    gains = dict(zip(reading.surfaces, _telling(reading, inferred, inference), strict=True))
    near = np.array([gains.get(token, 0.0) for token in query.tokens])
    surfaces = tuple(reading.surfaces[token][0] if token in reading.surfaces else token for token in query.tokens)
    return Wants(TOPIC * inside, AREA * areas, reading, query, inferred, catalogue, surfaces, bool(need.topics), near)


def _telling(reading: Reading, inferred: Sequence[Suggestion], inference: Inference) -> list[float]:
    """How much each word of a text speaks for its topics; 0 for words that say too little to stand as a reason.

    A second topic counts only when the text clearly speaks of it too, and what is not wanted is never a reason.
    """
    topics = [
        inference.topic_at[said.topic] for rank, said in enumerate(inferred[:2]) if not rank or said.score >= SECOND
    ]
    if not topics or not reading.surfaces:
        return [0.0] * len(reading.surfaces)
    found = reading.by_token[:, topics].max(axis=1).tolist()
    return [
        gain if weight == 1.0 and inference.tells(surface, gain) else 0.0
        for gain, (surface, weight) in zip(found, reading.surfaces.values(), strict=True)
    ]
