"""Count the parts of German compounds once, from simplemma's list of German forms.

    python -m venv /tmp/v && /tmp/v/bin/pip install simplemma==2.0.0
    /tmp/v/bin/python benchmarks/matching_parts.py matching/data/parts.tsv.gz

Every noun of eight letters or more is cut wherever the right side is a noun and the left side a form of four letters or
more (a linking element between them allowed); each side is counted. What is counted three times or more is kept.
"""

import gzip
import sys
from collections import Counter
from pathlib import Path

LINKS = ("", "s", "es", "n", "en")
ENDINGS = frozenset(
    [
        "eren",
        "sten",
        "ende",
        "enden",
        "este",
        "esten",
        "teste",
        "testen",
        "testes",
        "rinnen",
        "innen",
        "keit",
        "heit",
        "schaft",
        "ungen",
        "isten",
        "ierung",
        "erin",
        "nisse",
        "nissen",
    ]
)
LEAST, SHORTEST = 3, 4


def count(forms: set[str], nouns: set[str]) -> Counter[str]:
    """How often each form is a part of a noun."""
    counted: Counter[str] = Counter()
    for form in nouns:
        for cut in range(SHORTEST, len(form) - SHORTEST + 1):
            tail = form[cut:]
            if tail not in nouns or tail in ENDINGS:
                continue
            for link in LINKS:
                head = form[: cut - len(link)] if link and form[:cut].endswith(link) else form[:cut]
                if (link == "" or head != form[:cut]) and len(head) >= SHORTEST and head in forms:
                    counted[head] += 1
                    counted[tail] += 1
                    break
    return counted


def main(target: str) -> None:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    entries = DefaultDictionaryFactory().get_dictionary("de")
    both = {word for pair in entries.items() for word in pair if word.isalpha() and len(word) >= SHORTEST}
    forms = {word.casefold() for word in both}
    nouns = {word.casefold() for word in both if word.istitle()}
    kept = sorted((word, number) for word, number in count(forms, nouns).items() if number >= LEAST)
    text = "".join(f"{word}\t{number}\n" for word, number in kept)
    Path(target).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(forms)} forms, {len(kept)} parts, {Path(target).stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
