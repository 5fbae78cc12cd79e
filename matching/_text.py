"""German words as stems and compound parts."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import exp, log

import snowballstemmer

WORD = re.compile(r"[^\W_]{2,}")
GENDER = re.compile(r"(?<=\w{3})[*:_/](?=innen|in\b)")
FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
STOP = frozenset(
    [
        "aber",
        "alle",
        "allem",
        "allen",
        "aller",
        "alles",
        "als",
        "also",
        "am",
        "an",
        "ander",
        "andere",
        "anderen",
        "anderes",
        "auch",
        "auf",
        "aus",
        "bald",
        "bei",
        "beim",
        "bin",
        "bis",
        "bisher",
        "bitte",
        "brauchen",
        "braucht",
        "da",
        "dabei",
        "dafuer",
        "daher",
        "damit",
        "danach",
        "dann",
        "daran",
        "darauf",
        "das",
        "dass",
        "dein",
        "dem",
        "den",
        "denn",
        "der",
        "des",
        "deshalb",
        "die",
        "dies",
        "diese",
        "diesem",
        "diesen",
        "dieser",
        "dieses",
        "doch",
        "dort",
        "du",
        "durch",
        "eher",
        "ein",
        "eine",
        "einem",
        "einen",
        "einer",
        "eines",
        "einfach",
        "einige",
        "einmal",
        "er",
        "es",
        "etwas",
        "euch",
        "euer",
        "fuer",
        "ganz",
        "gar",
        "geben",
        "gehen",
        "gern",
        "gerne",
        "geht",
        "gibt",
        "gut",
        "haben",
        "habe",
        "hat",
        "hatte",
        "hatten",
        "helfen",
        "hier",
        "hilfe",
        "hin",
        "ich",
        "ihm",
        "ihn",
        "ihnen",
        "ihr",
        "ihre",
        "ihrem",
        "ihren",
        "ihrer",
        "im",
        "immer",
        "in",
        "ins",
        "irgendwie",
        "ist",
        "ja",
        "jeder",
        "jede",
        "jedes",
        "jemand",
        "jetzt",
        "kann",
        "kein",
        "keine",
        "keinem",
        "keinen",
        "keiner",
        "koennen",
        "koennte",
        "lassen",
        "leider",
        "lieber",
        "machen",
        "macht",
        "man",
        "mehr",
        "mein",
        "meine",
        "mich",
        "mir",
        "mit",
        "moechte",
        "moechten",
        "muessen",
        "muss",
        "nach",
        "nicht",
        "nichts",
        "nie",
        "niemand",
        "noch",
        "nun",
        "nur",
        "ob",
        "oder",
        "ohne",
        "schon",
        "sehr",
        "sein",
        "seine",
        "seit",
        "selbst",
        "sich",
        "sie",
        "sind",
        "so",
        "sogar",
        "soll",
        "sollen",
        "sollte",
        "sollten",
        "sowie",
        "statt",
        "suchen",
        "sucht",
        "um",
        "und",
        "uns",
        "unser",
        "unsere",
        "unserem",
        "unseren",
        "unserer",
        "viel",
        "viele",
        "vom",
        "von",
        "vor",
        "wann",
        "war",
        "waren",
        "warum",
        "was",
        "weil",
        "welche",
        "wenn",
        "wer",
        "werden",
        "wie",
        "wieder",
        "will",
        "wir",
        "wird",
        "wissen",
        "wo",
        "wollen",
        "wurde",
        "zu",
        "zum",
        "zur",
        "zwar",
        "zwei",
        "ueber",
        "unter",
        "bereits",
        "waere",
        "wuerde",
        "the",
        "and",
        "for",
        "with",
        "our",
        "are",
        "have",
        "need",
        "help",
        "please",
        "you",
        "we",
        "to",
        "of",
        "is",
        "on",
        "it",
        "that",
        "can",
        "not",
    ]
)


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word)).translate(FOLD)


@lru_cache(maxsize=1)
def _stemmer() -> object:
    return snowballstemmer.stemmer("german")


def words(text: str) -> list[str]:
    """Lower-case words without gender signs and stop words, in order."""
    plain = GENDER.sub("", text.casefold().replace("\u00df", "ss"))
    return [w for w in WORD.findall(plain) if w.translate(FOLD) not in STOP]


def stems(text: str) -> list[str]:
    """Stems of the words of a text, umlauts folded."""
    return [_stem(word) for word in words(text)]


def stem(word: str) -> str:
    """The stem of one word."""
    return _stem(word)


class Splitter:
    """Compound parts by the geometric mean of their frequencies (Koehn and Knight 2003)."""

    def __init__(self, texts: Iterable[str], least: int = 4) -> None:
        self.least = least
        self.counts: Counter[str] = Counter()
        for text in texts:
            self.counts.update(w.translate(FOLD) for w in words(text) if len(w) >= least)
        self._cache: dict[str, tuple[str, ...]] = {}

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a compound, or nothing when it is none."""
        folded = word.translate(FOLD)
        if len(folded) < 2 * self.least:
            return ()
        known = self._cache.get(folded)
        if known is None:
            known = self._cache[folded] = self._split(folded)
        return known

    def _split(self, word: str) -> tuple[str, ...]:
        best, score = (), log(self.counts[word] + 1) if self.counts[word] else 0.0
        for cut in range(self.least, len(word) - self.least + 1):
            right = self.counts[word[cut:]]
            for left in {
                word[:cut],
                word[:cut].removesuffix("s"),
                word[:cut].removesuffix("n"),
                word[:cut].removesuffix("en"),
            }:
                if right and len(left) >= self.least and self.counts[left]:
                    mean = (log(self.counts[left] + 1) + log(right + 1)) / 2
                    if mean > score:
                        best, score = (left, word[cut:]), mean
        return best

    def terms(self, text: str) -> list[str]:
        """Stems of the words, and of the parts of compounds."""
        found = []
        for word in words(text):
            found.append(_stem(word))
            found.extend(_stem(part) for part in self.parts(word))
        return found


def sigmoid(x: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + exp(-x))
