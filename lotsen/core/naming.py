"""Whether a text says who somebody is or how to reach them, and the text without that. Pure."""

import re
import unicodedata
from collections.abc import Collection
from itertools import pairwise

from .folding import fold_for_search

TITLED_NAME = re.compile(r"\b(Herrn?|Frau)\s+(?:(?:Dr|Prof)\.\s*)*[A-ZÄÖÜ][\wäöüß]+(?:-[A-ZÄÖÜ][\wäöüß]+)?")
REACHABLE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w+|(?<!\d)(?:\+\d\d|0)[ ]?[1-9][\d /()-]{5,}\d")
WORD = re.compile(r"[^\W\d_]{2,}")
TITLES = frozenset({"frau", "herr", "herrn", "dr", "prof"})


def names_person(text: str, name: str) -> bool:
    """Whether a text says a person's name: all its words side by side, or the surname after Frau or Herr.

    Signs, emoji and case do not count, ``ü`` and ``ue`` are alike; words of one letter are left out.

    Examples
    --------
    >>> names_person("Sportverein, Uwe Kasper, führt Listen", "Uwe Kasper 😀")
    True
    >>> names_person("Die Liste hat Frau Moeller gemacht", "Petra Möller")
    True
    >>> names_person("Wir backen Brot wie ein Möller", "Petra Möller")
    False
    """
    called = [word for word in _words(name) if word not in TITLES]
    said = _words(text)
    spoken = [word for word in said if word not in TITLES]
    if len(called) > 1 and any(
        sorted(spoken[n : n + len(called)]) == sorted(called) for n in range(len(spoken) - len(called) + 1)
    ):
        return True
    surname = next((words for part in reversed(name.split()) if (words := _words(part))), [])
    return any(before in TITLES and word in surname for before, word in pairwise(said))


def names_somebody(text: str) -> bool:
    """Whether a text calls anybody by name after Frau or Herr."""
    return TITLED_NAME.search(text) is not None


def without_names(text: str) -> str:
    """The text without the names after Frau and Herr.

    >>> without_names("Die hat der Herr Müller gemacht.")
    'Die hat der Herr … gemacht.'
    """
    return TITLED_NAME.sub(r"\1 …", text)


def without_person(text: str, name: str) -> str:
    """The text without a person's name, wherever all its words stand side by side, in whatever order and spelling.

    >>> without_person("Homepage, fragen Sie Moeller Petra", "Petra Möller")
    'Homepage, fragen Sie …'
    """
    text, called = unicodedata.normalize("NFC", text), sorted(set(_words(name)) - TITLES)
    said = [found for found in WORD.finditer(text) if fold_for_search(found[0]) not in TITLES]
    kept, end = [], 0
    for n in range(len(said) - len(called) + 1 if len(called) > 1 else 0):
        side_by_side = said[n : n + len(called)]
        begin = side_by_side[0].start()
        if begin >= end and sorted(fold_for_search(word[0]) for word in side_by_side) == called:
            kept.append(text[end:begin])
            end = side_by_side[-1].end()
    return "…".join([*kept, text[end:]])


def without_ways(text: str, known: Collection[str] = ()) -> str:
    """The text without mail addresses and telephone numbers, but for those in ``known``.

    >>> without_ways("Mail an uwe@verein.example oder 05721 98765.", ["05721/98765"])
    'Mail an … oder 05721 98765.'
    """
    kept = {_way(way) for way in known if way}
    return REACHABLE.sub(lambda found: found[0] if _way(found[0]) in kept else "…", text)


def _way(way: str) -> str:
    return way.casefold() if "@" in way else re.sub(r"\D", "", way.replace("+49", "0", 1))


def _words(text: str) -> list[str]:
    """The words of two or more letters, folded, in their order."""
    return [fold_for_search(word) for word in WORD.findall(unicodedata.normalize("NFC", text))]
