"""Two needs in one request: found only where the text clearly holds two, else nothing.

A request falls apart at a word like "außerdem" or "zweitens", when both sides speak of different topics, each with a
word of its own that hardly speaks for the other topic. Without such a word half of the splits were wrong
(``docs/matching.md``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .clauses import clauses
from .inference import SHARPNESS, Inference
from .words import content

Array = NDArray[np.float64]
_CUE = re.compile(
    r"(?:^|(?<=[,;:.!?–]\s)|(?<=\bund\s))\s*(?:und\s+|aber\s+)?(?:"
    r"außerdem|ausserdem|zusätzlich|des\s+weiteren|desweiteren|weiterhin|darüber\s+hinaus|zweitens|zum\s+(?:anderen|zweiten)"
    r"|daneben|nebenbei|ebenso|ebenfalls|ferner|(?:und\s+)?dann\s+noch|noch\s+(?:etwas|was|eine?)|unabhängig\s+davon"
    r"|(?:ein|eine|das|die|unser|unsere)\s+(?:zweite[srn]?|weitere[srn]?|andere[srn]?)\s+(?:\w+)"
    r"|2[.)]\s|auch\s+(?:soll|sollen|brauchen|bräuchten|suchen|möchten|wollen)"
    r"|also|another|second(?:ly)?|besides|in\s+addition"
    r")\b",
    re.IGNORECASE,
)
_SIGNS = (
    *("außerdem", "ausserdem", "zusätzlich", "weiter", "darüber", "zweite", "andere", "daneben", "nebenbei", "ebenso"),
    *("ebenfalls", "ferner", "dann", "noch", "unabhängig", "2.", "2)", "auch", "also", "another", "second", "besides"),
    "addition",
)
"""Without one of these there is no such word; looked for first because it is quicker."""
_INSIDE = re.compile(
    r",?\s+(?=und\s+(?:außerdem|zusätzlich|dann\s+noch|zweitens|nebenbei|ebenso)\b)|,\s+(?=(?:außerdem|zusätzlich|zweitens)\b)"
    r"|(?:^|\s)(?=2[.)]\s)",
    re.IGNORECASE,
)
SURE, OTHER = 0.25, 0.20
"""How likely each side's own topic must be at least, and the other's at most."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One of two needs: its text and its topic's number."""

    text: str
    topic: int


def split(text: str, inference: Inference) -> tuple[Piece, Piece] | None:
    """The two needs of a text, or None for one need.

    Examples
    --------
    >>> from matching import Catalogue
    >>> inference = Catalogue.load().inference
    >>> found = split("Unsere Homepage ist uralt. Außerdem ist der Router kaputt und das WLAN fällt aus.", inference)
    >>> [inference.topic_slugs[piece.topic] for piece in found]
    ['website', 'hardware-network']
    >>> split("Unsere Homepage ist uralt. Auf dem Handy sieht man nur die Hälfte.", inference) is None
    True
    """
    lower = text.lower()
    if not any(sign in lower for sign in _SIGNS):
        return None
    parts = [(part.strip(), weight) for piece, weight in clauses(text) for part in _INSIDE.split(piece)]
    if not any(_CUE.search(part) for part, _ in parts):
        return None
    pieces = [(part, weight) for part, weight in parts if content(part)]
    cuts = [cut for cut in range(1, len(pieces)) if _CUE.search(pieces[cut][0])]
    if not cuts:
        return None
    at: dict[str, int] = {}
    rows = [[at.setdefault(word, len(at)) for word in content(piece)] for piece, _ in pieces]
    both = inference.evidence([*rows, *([number] for number in range(len(at)))], list(at))[
        :, : inference.layout.classes
    ]
    said = both[: len(rows)] * np.array([weight for _, weight in pieces])[:, None]
    words = both[len(rows) :]
    best: tuple[float, int, int, int] | None = None
    for cut in cuts:
        left, right = _likely(said[:cut], inference), _likely(said[cut:], inference)
        one, two = int(left.argmax()), int(right.argmax())
        if one == two or min(left[one], right[two]) < SURE or max(left[two], right[one]) > OTHER:
            continue
        if not (_own(rows[:cut], words, one, two) and _own(rows[cut:], words, two, one)):
            continue
        value = float(left[one] * right[two])
        if best is None or value > best[0]:
            best = (value, cut, one, two)
    if best is None:
        return None
    _, cut, one, two = best
    first, second = (" ".join(piece for piece, _ in part) for part in (pieces[:cut], pieces[cut:]))
    return Piece(first, one), Piece(second, two)


def _likely(said: Array, inference: Inference) -> Array:
    """Probabilities of the topics for some pieces; what is no digital task keeps its share."""
    logits = SHARPNESS * said.sum(axis=0)
    chances = np.exp(logits - logits.max())
    return np.asarray(chances[: len(inference.topic_slugs)] / chances.sum())


def _own(rows: list[list[int]], words: Array, topic: int, other: int) -> int:
    """How many words of some pieces speak for a topic and clearly less for the other."""
    numbers = sorted({number for row in rows for number in row})
    gain = words[numbers, topic]
    return int(((gain > 0.05) & (gain > 2 * words[numbers, other])).sum())
