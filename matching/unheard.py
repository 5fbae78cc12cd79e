"""What a need names and nobody knows: a brand or technique in its title ("CAD"), a thing of an unknown word."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from .reading import Reading
from .sheet import Sheet
from .words import STOP, tokens

SHORTEST = 3
"""Letters of a noun at least."""

_NAME = re.compile(r"\b(?:[A-ZÄÖÜ]{3,5}\d*|[A-ZÄÖÜ]+[a-zäöüß]+(?:[A-ZÄÖÜ][a-zäöüß]*)+|[A-Za-zäöüß]{2,}\d+|\d+[A-Z]+)\b")
_ORGANISATIONS = frozenset({
    "gmbh", "ggmbh", "mbh", "ohg", "awo", "drk", "dlrg", "thw", "nabu", "bund", "adac", "ihk", "hwk", "vhs", "dgb",
    "kita", "tsv", "tus", "vfl", "vfb", "mtv", "esv", "fsv", "spvgg", "djk", "vdk", "ffw", "cvjm",
    "spd", "cdu", "csu", "fdp",
})  # fmt: skip
"""Names of who asks, not of what help is needed with."""
_NOUN = re.compile(r"(?<!\w)(?<!-)[A-ZÄÖÜ][a-zäöüß]{5,}(?:-[A-ZÄÖÜ][a-zäöüß]+)*(?![\w-])")
_AFTER_A_PLACE_WORD = re.compile(r"\b(?:in|aus|nach|zu|zur|zum|am|im|von|vom)\s+$")
"""What follows is rather a place than the thing that help is needed with."""


def names(title: str) -> list[str]:
    """What a title calls by a name, told by capitals or digits within a word; nothing where everything is in capitals.

    Examples
    --------
    >>> names("SAP-Schnittstelle zu MuseScore"), names("Typo3 im Café"), names("Homepage DRINGEND für TSV und Werk-AG")
    (['SAP', 'MuseScore'], ['Typo3'], [])
    """
    found = [] if title.isupper() else _NAME.findall(title)
    return [name for name in found if name.lower() not in STOP and name.lower() not in _ORGANISATIONS]


def things(title: str) -> list[str]:
    """Longer nouns of a title, as it writes them, but no places.

    Examples
    --------
    >>> things("Lochkartenleser im Keller aus Obernkirchen")
    ['Lochkartenleser']
    """
    nouns = ((found.group(), title[: found.start()]) for found in _NOUN.finditer(title))
    return [word for word, before in nouns if word.lower() not in STOP and not _AFTER_A_PLACE_WORD.search(before)]


def unheard_names(sheet: Sheet, gone: NDArray[np.bool_]) -> tuple[str, ...]:
    """Names in the title that neither catalogue nor anybody open knows: who holds the topic need not know them.

    Names in the text are often those of organisations.
    """
    known = sheet.wish.catalogue.inference.knows
    return tuple(name for name in names(sheet.need.title) if not known(name.lower()) and not _said(sheet, gone, name))


def unheard_things(sheet: Sheet, gone: NDArray[np.bool_]) -> tuple[str, ...]:
    """The same for nouns, whole compounds too: "Praxisprogramm" is no programme in general. A hint, never a verdict.

    As a verdict it would be wrong for one request in eight that somebody fits (``docs/matching.md``).
    """
    knows = sheet.wish.catalogue.inference.knows_thing
    unknown = [word for word in things(sheet.need.title) if not knows(word.lower())]
    return tuple(word for word in unknown if not _said(sheet, gone, word, whole=True))


def unheard_share(sheet: Sheet, gone: NDArray[np.bool_]) -> float:
    """Share of a need's nouns that neither the catalogue nor anybody open knows, not even in part."""
    known = sheet.wish.catalogue.inference.knows_thing
    found = nouns(sheet.wish.reading, sheet.need.title)
    strange = [word for word in found if not known(word) and not _said(sheet, gone, word)]
    return len(strange) / max(len(found), 1)


def nouns(reading: Reading, title: str) -> list[str]:
    """What a need writes with a capital, in lower case: in its title, and within its sentences if it is wanted there.

    Examples
    --------
    >>> from matching import Catalogue
    >>> text = "Lochkarten. Gestern brummte der Leser am Tor. Ein Tor wollen wir nicht, einen Zaun wollen wir nicht."
    >>> nouns(Catalogue.load().inference.read(text), "Lochkarten")
    ['lochkarten', 'leser', 'tor']
    """
    first = {next(tokens(piece), "") for piece, _ in reading.pieces}.difference(tokens(title))
    return [
        word
        for word, (surface, weight) in reading.surfaces.items()
        if weight == 1.0 and len(word) >= SHORTEST and surface[0].isupper() and word not in first
    ]


def _said(sheet: Sheet, gone: NDArray[np.bool_], word: str, *, whole: bool = False) -> bool:
    return bool((sheet.people.says(word.lower(), whole=whole) & ~gone).any())
