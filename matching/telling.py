"""Which words of a text may be shown as a reason: those that would convince a reader too."""

from __future__ import annotations

import re

NOUN, SMALL = 0.25, 0.45
"""Evidence of one word for a topic, in the catalogue, from which it may be shown: "Router" has 1, "erzählen" 0.05.
Nouns tell more than verbs and adjectives, which German writes small."""
_FILLER = re.compile(
    r"[a-zäöü]{3,}(?:[^kaeiouäöümr]|ell|er)st(?:e[nrms]?)?|meist\w*|best(?:e[nrms]?)?"
    r"|[a-zäöüß]+(?:ig|isch|lich|los|ener)e[nrms]?"
)


def tells(surface: str, gain: float) -> bool:
    """Whether a word with this evidence for a topic may stand as a reason.

    Examples
    --------
    >>> tells("Router", 0.9), tells("wär", 0.3), tells("komische", 0.9), tells("ab", 0.9)
    (True, False, False, False)
    """
    enough = NOUN if surface[0].isupper() else SMALL
    return gain >= enough and len(surface) > 2 and not filler(surface)


def filler(surface: str) -> bool:
    """Whether a word is a superlative or an inflected adjective: never a noun, never a reason.

    Examples
    --------
    >>> [filler(word) for word in ("liebsten", "komische", "fertige", "Listen", "kosten")]
    [True, True, True, False, False]
    """
    return _FILLER.fullmatch(surface) is not None
