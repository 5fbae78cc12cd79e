"""From German text to sentences and words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"
LONGEST_TEXT, LONGEST_WORD = 20_000, 64
"""Beyond these nothing is read: the work on one word grows with the square of its length."""
_TOKEN = re.compile(r"[^\W_]+(?:[-&'’][^\W_]+)*")
_GENDER = re.compile(r"(?<=[^\W\d_])(?:[*:_·/]-?|\()in(nen)?\b\)?|(?<=[a-zäöüß])In(nen)?\b")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|[;•]|\s[–—-]\s")
_ENDLESS = re.compile(rf"([^\W_]{{{LONGEST_WORD}}})[^\W_]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

_LISTED = (DATA / "stopwords.txt").read_text(encoding="utf-8").split()
STOP = frozenset([*_LISTED, *(f"{word}'s" for word in _LISTED)])
"""Words without meaning of their own, also with a clipped "es": "wär's"."""


def clean(text: str) -> str:
    """Normal form of a text: composed, without control characters, gender endings without signs.

    Examples
    --------
    >>> clean("Kassenwart*innen, Trainer:in und LehrerInnen")
    'Kassenwartinnen, Trainerin und Lehrerinnen'
    """
    text = unicodedata.normalize("NFC", text[:LONGEST_TEXT])
    if max(map(len, text.split()), default=0) > LONGEST_WORD:
        text = _ENDLESS.sub(r"\1", text)
    if not text.isprintable():
        text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    if "In" not in text and not any(sign in text for sign in "*:_·/("):
        return text
    return _GENDER.sub(lambda m: "in" + (m.group(1) or m.group(2) or ""), text)


def tokens(text: str) -> Iterator[str]:
    """Words of a cleaned text in lower case, hyphens kept.

    Examples
    --------
    >>> list(tokens("Der Online-Shop läuft nicht!"))
    ['der', 'online-shop', 'läuft', 'nicht']
    """
    return iter(_TOKEN.findall(text.lower().replace("’", "'")))


def sentences(text: str) -> list[str]:
    """Sentences and lines of a text, none of them empty.

    Examples
    --------
    >>> sentences("Wir brauchen Hilfe. Das WLAN geht nicht!")
    ['Wir brauchen Hilfe.', 'Das WLAN geht nicht!']
    """
    return [piece.strip() for piece in _SENTENCE.split(text) if _TOKEN.search(piece)]


def content(text: str) -> list[str]:
    """Words of a text that are no stop words.

    Examples
    --------
    >>> content("Die Homepage ist uralt!")
    ['homepage', 'uralt']
    """
    return [token for token in tokens(clean(text)) if token not in STOP]
