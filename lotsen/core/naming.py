"""Whether a text says who somebody is or how to reach them, and the text without that. Pure."""

import re
import unicodedata
from collections.abc import Collection
from itertools import pairwise

from .folding import fold_for_search

TITLED_NAME = re.compile(r"\b(Herrn?|Frau)\s+(?:(?:Dr|Prof)\.\s*)*[A-ZÄÖÜ][\wäöüß]+(?:-[A-ZÄÖÜ][\wäöüß]+)?")
WAY = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w+|(?<!\d)(?:\+\d\d|0)[ ]?[1-9][\d /()-]{5,}\d"
LETTERS = r"[^\W\d_]{2,}"
REACHABLE, WORD = re.compile(WAY), re.compile(LETTERS)
BEFORE_MASK = re.compile(rf"\b(?P<word>{LETTERS})[\s-]+…")
AFTER_MASK = re.compile(rf"…[\s-]+(?P<word>{LETTERS})\b")
ADDRESS_OR_WORD = re.compile(rf"{WAY}|{LETTERS}")
TITLES = frozenset({"frau", "herr", "herrn", "dr", "prof"})

_ALSO_WORDS = (
    "backer koch fischer schneider schreiner tischler weber wagner schafer gartner jager bauer maler maurer "
    "metzger fleischer richter forster wirt kaufmann zimmermann dreher kramer drucker schreiber binder winkler "
    "reiter vogel fuchs wolf hahn hase adler konig kaiser herzog graf ritter papst bischof probst pfarrer engel "
    "stern sommer winter herbst sonntag freitag montag mai april stein berg bach wald baum busch feld kirsch "
    "apfel kohl rose linde birke kasper klein gross kurz schwarz weiss braun rot grun jung alt neu neumann stark "
    "schon gut ernst mark frei fromm kern kraft verein markt dorf stadt haus hof the von van der die das den dem "
    "lange lang kurze keller sauer wild schmied schuster sattler becker hammer nagel kunst schatz lieb suss "
    "heller dick fett ganz hell heiss kalt warm tief hoch lustig frohlich freund mann kind vater post brief bank "
    "kasse amt ort lager laden funke blitz wolke regen schnee wind sturm see brucke weg steg grabe eisen stahl "
    "gold silber kupfer fink specht storch spatz sperling schwan gans huhn lamm bock kuh kater hirsch bar luchs "
    "dachs biber igel fliege kafer hecht nuss zwiebel weizen roggen korn hafer salz pfeffer zucker honig butter "
    "kase speck wurst bier wein gast wirth reich arm klug weise treu ehrlich heide rosa viola jasmin iris erika "
    "flora kai falk max jan alexa siri des ein und wie man sie wir ich mal nur war son zum vom will zur bei mit"
)
ALSO_WORDS = frozenset(_ALSO_WORDS.split())  # folded; said alone these may be anything


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


def says_part_of_name(text: str, name: str) -> bool:
    """Whether a text says the first name or the surname alone; those that are words as well do not count.

    Examples
    --------
    >>> says_part_of_name("Tischler Moeller will eine Homepage", "Herbert Möller")
    True
    >>> says_part_of_name("Ein Bäcker will eine Homepage", "Uwe Bäcker")
    False
    >>> says_part_of_name("Das dauert schon lange, höchstens drei Leute (max 3)", "Max Lange")
    False
    """
    return not _parts_of_name(name).isdisjoint(_words(text))


def without_parts_of_name(text: str, name: str) -> str:
    """The text without the first name and the surname, wherever one of them stands; see `says_part_of_name`.

    >>> without_parts_of_name("ich bin die inge wiegmann vom TSV", "Inge Wiegmann")
    'ich bin die … vom TSV'
    """
    parts, called = _parts_of_name(name), set(_words(name))
    text = unicodedata.normalize("NFC", text)
    masked = ADDRESS_OR_WORD.sub(lambda said: "…" if fold_for_search(said[0]) in parts else said[0], text)
    for beside in (BEFORE_MASK, AFTER_MASK):  # of "Vera Bäcker" the second goes too
        masked = beside.sub(lambda said: "…" if fold_for_search(said["word"]) in called else said[0], masked)
    return re.sub(r"…(?:[\s-]+…)+", "…", masked)


def _parts_of_name(name: str) -> set[str]:
    return {word for word in _words(name) if len(word) > 2} - TITLES - ALSO_WORDS


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
