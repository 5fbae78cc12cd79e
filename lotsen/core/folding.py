"""The form in which names are looked for: no case, no accents, ``ü`` and ``ue`` alike. Pure."""

import re
import unicodedata

_TWO_LETTERS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
MAX_FOLDED = 200


def fold_for_search(text: str) -> str:
    """Fold a name, or a word of it, so that ``Müller``, ``Mueller`` and ``MULLER`` are the same.

    >>> fold_for_search("Jörg Müller-Weiß") == fold_for_search("joerg mueller weiss")
    True
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    folded = " ".join(re.findall(r"\w+", plain))
    for long, short in _TWO_LETTERS:
        folded = folded.replace(long, short)
    return folded[:MAX_FOLDED]
