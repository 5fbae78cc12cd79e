"""Kinds of organisation, and when two names mean the same one. Pure."""

import re
import unicodedata
from enum import StrEnum


class Kind(StrEnum):
    """What an organisation is."""

    BUSINESS = "business"
    CLUB = "club"
    INSTITUTION = "institution"


MAX_NAME = 160
_LEGAL_FORMS = re.compile(r"\b(e\.? ?v\.?|eingetragener verein)(?=\W|$)")


def fold_name(name: str) -> str:
    """The form in which names are compared: no case, no punctuation, no "e. V."; never empty for a name."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.findall(r"\w+", _LEGAL_FORMS.sub(" ", plain))
    return " ".join(words)[:MAX_NAME] or plain.strip()[:MAX_NAME]
