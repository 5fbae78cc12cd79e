"""Repair of spelling: a word nobody knows that is one edit away from a word of profiles or topics."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from .inference import Inference
from .vectors import Vocabulary
from .words import LONGEST_WORD

SHORTEST = 5
_WORD = re.compile(r"[^\W\d_]{5,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß"


class Speller:
    """Known words, and the test whether a word needs repair.

    Parameters
    ----------
    known : collection of str
        Words as written, in lower case.
    understood : callable
        Says whether a word is understood as it stands, for example as a compound.

    Examples
    --------
    >>> speller = Speller({"homepage", "buchhaltung"}, lambda word: False)
    >>> speller.repaired("Unsre Hompage und die Buchhatlung")
    'Unsre Homepage und die Buchhaltung'
    """

    def __init__(self, known: Collection[str], understood: Callable[[str], bool]) -> None:
        self.known = frozenset(word for word in known if len(word) >= SHORTEST and word.isalpha())
        self._understood = understood

    def repaired(self, text: str) -> str:
        """The text with each unknown word replaced by its only known neighbour."""
        return _WORD.sub(lambda match: self._word(match.group()), text)

    def _word(self, word: str) -> str:
        lower = word.lower()
        if len(word) > LONGEST_WORD or lower in self.known or self._understood(lower):
            return word
        near = {other for other in neighbours(lower) if other in self.known and other[0] == lower[0]}
        if len(near) != 1:
            return word
        (found,) = near
        return found.capitalize() if word[0].isupper() else found


def speller(known: Iterable[str], inference: Inference, vocabulary: Vocabulary) -> Speller:
    """Repairs towards known words and those of topics; what has a known stem or known parts is understood."""

    def understood(word: str) -> bool:
        parts = inference.analyser.word_features(word)
        return len(parts) != 1 or vocabulary.knows(word) or inference.vocabulary.knows(word)

    return Speller(inference.tokens | set(known), understood)


def neighbours(word: str) -> set[str]:
    """Every string one edit away: a letter left out, doubled or wrong, or two neighbours swapped.

    Examples
    --------
    >>> {"hompage", "homepages", "homepaeg", "homebage"} <= neighbours("homepage")
    True
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    out = {a + b[1:] for a, b in cuts if b}
    out |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    out |= {a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS}
    out |= {a + letter + b for a, b in cuts for letter in _LETTERS}
    return out - {word}
