"""From words to stems, parts of compounds and letter groups: one analyser object."""

from __future__ import annotations

import gzip
import math
import re
import threading
from collections.abc import Iterable, Mapping
from copy import copy
from functools import cache

import snowballstemmer

from .words import DATA, STOP, clean, tokens

_NOUN = re.compile(r"(.{3,}er)[sn]?|(.{3,}ik)(?:en)?")
_FOLDED = str.maketrans("äöü", "aou")
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_SHORTEST = 4


@cache
def _parts_table() -> Mapping[str, int]:
    lines = gzip.decompress((DATA / "parts.tsv.gz").read_bytes()).decode().splitlines()
    return {word: int(number) for word, number in (line.split("\t") for line in lines)}


class _Stemmers(threading.local):
    """A stemmer of its own for each thread: one keeps the word it works on, and two threads would mix theirs."""

    def __init__(self) -> None:
        self.stem = snowballstemmer.stemmer("german").stemWord


_STEMMERS = _Stemmers()


class Analyser:
    """Words to features: stems, parts of compounds, letter groups.

    Parameters
    ----------
    extra : iterable of str
        Words of the installation itself that count as possible parts of compounds.

    Examples
    --------
    >>> Analyser().words("Die Mitgliederverwaltung macht Ärger")
    ['mitgliederverwalt', 'mitglied', 'verwalt', 'arg']
    """

    def __init__(self, extra: Iterable[str] = ()) -> None:
        self._counts = dict(_parts_table())
        for word in extra:
            if len(word) >= _SHORTEST and word.isalpha():
                self._counts[word] = max(self._counts.get(word, 0), 20)
        self._nouns = False
        self._known: dict[str, tuple[str, ...]] = {}
        self._split: dict[str, tuple[str, ...]] = {}
        self._grams: dict[str, tuple[str, ...]] = {}

    def with_nouns(self) -> Analyser:
        """An analyser of the same words that keeps nouns in -er and -ik apart from other words of their stem.

        What a text asks for is read better so; texts are found better without (``docs/matching.md``).

        Examples
        --------
        >>> reader = Analyser().with_nouns()
        >>> [reader.stem(word) for word in ("router", "routern", "routen", "elektronik", "elektronisch", "länder")]
        ['router', 'router', 'rout', 'elektronik', 'elektron', 'land']
        """
        other = copy(self)
        other._nouns, other._known = True, {}
        return other

    def stem(self, word: str) -> str:
        """Stem of one lower-case word; female endings count as the male word.

        Examples
        --------
        >>> Analyser().stem("kassenwartinnen") == Analyser().stem("kassenwart")
        True
        """
        for ending in ("innen", "in"):
            male = word[: -len(ending)]
            if word.endswith(ending) and len(male) >= 5 and any(male[i:] in self._counts for i in range(len(male) - 3)):
                word = male
                break
        return (self._noun(word) if self._nouns else "") or str(_STEMMERS.stem(word))

    def _noun(self, word: str) -> str:
        """A noun in -er whose ending is no inflection ("Router", but not "Länder"), or in -ik; else nothing."""
        found = _NOUN.fullmatch(word)
        if found is None:
            return ""
        if found[1]:
            base = found[1][:-2]
            if found[1] not in self._counts or base in self._counts or base.translate(_FOLDED) in self._counts:
                return ""
        return (found[1] or found[2]).translate(_FOLDED)

    def split(self, word: str) -> tuple[str, ...]:
        """Parts of a compound, or nothing (Koehn and Knight 2003: the best geometric mean of the parts' counts).

        Examples
        --------
        >>> Analyser().split("rechnungsvorlage")
        ('rechnungs', 'vorlage')
        >>> Analyser().split("garten")
        ()
        """
        found = self._split.get(word)
        if found is None:
            found = self._split_new(word) if len(word) >= 2 * _SHORTEST and word.isalpha() else ()
            if len(self._split) < 200_000:
                self._split[word] = found
        return found

    def _split_new(self, word: str) -> tuple[str, ...]:
        best: list[tuple[int, float, tuple[str, ...]]] = [(0, 0.0, ())]  # per end: parts, sum of logs, words
        for end in range(1, len(word) + 1):
            top: tuple[int, float, tuple[str, ...]] = (0, -math.inf, ())
            for start in range(end - _SHORTEST + 1):
                before = best[start]
                if before[1] == -math.inf:
                    continue
                piece = word[start:end]
                for link in _LINKS if end < len(word) else ("",):
                    stem = piece[: len(piece) - len(link)] if link else piece
                    if (link and not piece.endswith(link)) or len(stem) < _SHORTEST:
                        continue
                    number = self._counts.get(stem, 0)
                    if not number:
                        continue
                    value = before[1] + math.log(number) - (0.5 if link else 0.0)
                    candidate = (before[0] + 1, value, (*before[2], stem))
                    if top[0] == 0 or candidate[1] / candidate[0] > top[1] / top[0]:
                        top = candidate
            best.append(top)
        number, value, parts = best[-1]
        if number < 2 or value / number <= math.log(self._counts.get(word, 0) + 1) * 0.5:
            return ()
        return parts

    def word_features(self, token: str) -> tuple[str, ...]:
        """Stem of a word, then the stems of its parts; nothing for stop words."""
        found = self._known.get(token)
        if found is None:
            found = tuple(self._features_new(token))
            if len(self._known) < 200_000:
                self._known[token] = found
        return found

    def _features_new(self, token: str) -> list[str]:
        if token in STOP or (len(token) < 2) or token.isdigit():
            return []
        pieces = [p for p in re.split(r"[-&'’]", token) if p]
        out: list[str] = []
        if len(pieces) > 1:
            out.append(self.stem("".join(pieces)))
        for piece in pieces:
            if piece in STOP or len(piece) < 2:
                continue
            whole = self.stem(piece)
            out.append(whole)
            out.extend(stem for stem in (self.stem(part) for part in self.split(piece)) if stem != whole)
        return list(dict.fromkeys(out))

    def words(self, text: str) -> list[str]:
        """Word features of a whole text, in order, with repetitions."""
        return [feature for token in tokens(clean(text)) for feature in self.word_features(token)]

    def grams_of(self, token: str) -> tuple[str, ...]:
        """Letter groups of three and four inside one word with its borders; umlauts as ae, oe, ue.

        Examples
        --------
        >>> Analyser().grams_of("wlan")
        (' wl', 'wla', 'lan', 'an ', ' wla', 'wlan', 'lan ')
        """
        found = self._grams.get(token)
        if found is None:
            word = token.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss").replace("-", "")
            padded = f" {word} "
            found = tuple(padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1))
            if len(self._grams) < 200_000:
                self._grams[token] = found
        return found

    def grams(self, text: str) -> list[str]:
        """Letter groups of the content words of a text."""
        return [g for t in tokens(clean(text)) if t not in STOP for g in self.grams_of(t)]
