"""Synonyms from a file in the text format of OpenThesaurus (LGPL, not shipped): a group a line, semicolons between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from .digest import digest
from .types import InputError

MOST = 8
"""Groups a word may be in; a word of more meanings says too little."""
_NOTE = re.compile(r"\([^)]*\)")


class Thesaurus:
    """Groups of single words of the same meaning.

    Examples
    --------
    >>> found = Thesaurus(["# Kommentar", "Rechner;Computer;PC (ugs.)", "Rechner;Taschenrechner"])
    >>> sorted(found.of("rechner"))
    ['computer', 'pc', 'taschenrechner']
    """

    def __init__(self, lines: list[str]) -> None:
        self._groups = [tuple(words) for words in map(_group, lines) if len(words) > 1]
        self._of: dict[str, list[int]] = {}
        for number, words in enumerate(self._groups):
            for word in words:
                self._of.setdefault(word, []).append(number)

    @classmethod
    def load(cls, path: Path | str) -> Thesaurus:
        """Read a file; ``InputError`` when it holds no group at all."""
        try:
            out = cls(Path(path).read_text(encoding="utf-8").splitlines())
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{Path(path).name}: cannot be read ({error})") from error
        if not out._groups:
            raise InputError(f"{Path(path).name}: no line with two words parted by a semicolon")
        return out

    @cached_property
    def fingerprint(self) -> str:
        """Short name of all groups."""
        return digest(";".join(words) for words in self._groups)

    def of(self, word: str) -> set[str]:
        """Words that mean the same as a word in lower case; none for a word of too many meanings."""
        groups = self._of.get(word, ())
        if len(groups) > MOST:
            return set()
        return {other for number in groups for other in self._groups[number]} - {word}


def _group(line: str) -> list[str]:
    return list(dict.fromkeys(_words(line))) if not line.lstrip().startswith("#") else []


def _words(line: str) -> Iterator[str]:
    for part in line.split(";"):
        word = _NOTE.sub("", part).strip().lower()
        if len(word) > 1 and not any(c.isspace() for c in word):
            yield word
