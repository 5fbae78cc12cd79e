"""What a text asks for, with the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .words import STOP

Array = NDArray[np.float64]
_SURFACE = re.compile(r"[^\W_]+(?:[-&'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asks for: probabilities of topics, of areas (summing to their topic's), of being outside.

    The requester's choice is part of the topics, not of ``outside``: a form offers digital topics only, so somebody
    with another need chooses one all the same.
    """

    topics: Array
    areas: Array
    outside: float
    outside_kind: str
    known: float
    """How far apart the evidence for the topics is; 0 when the catalogue knows no word of the text."""
    pieces: tuple[tuple[str, float], ...]
    """Sentences with their weight."""
    by_piece: Array
    """Evidence of each sentence for topics and kinds, then areas."""
    surfaces: Mapping[str, tuple[str, float]]
    """Words as written, with the weight of their sentence, by token."""
    by_token: Array
    """Evidence of each word alone, in the order of ``surfaces``."""
    alone: NDArray[np.bool_]
    """Topics for which one ambiguous word speaks and nothing else."""

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Topics that stand on one ambiguous word and are not likelier than all others together."""
        return np.asarray(self.alone & (self.topics < 0.5))


def numbered(pieces: Iterable[tuple[str, float]]) -> tuple[list[list[int]], list[str], dict[str, tuple[str, float]]]:
    """Sentences as numbers of words, the distinct words, and how each was written and wanted most.

    Examples
    --------
    >>> numbered([("Unser Router, der Router!", 1.0)])
    ([[0, 0]], ['router'], {'router': ('Router', 1.0)})
    """
    rows: list[list[int]] = []
    at: dict[str, int] = {}
    surfaces: dict[str, tuple[str, float]] = {}
    for piece, weight in pieces:
        row = []
        for surface in _SURFACE.findall(piece):
            token = surface.lower().replace("’", "'")
            if token not in STOP:
                if weight > surfaces.get(token, ("", 0.0))[1]:  # wanted in one place is wanted
                    surfaces[token] = (surface, weight)
                row.append(at.setdefault(token, len(at)))
        rows.append(row)
    return rows, list(at), surfaces
