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
_INSTITUTION = re.compile(
    r"kita|kindergarten|schule|gymnasium|bibliothek|bücherei|museum|feuerwehr|kirche|gemeinde|amt\b|heim\b|stiftung|"
    r"einrichtung|krippe|hort\b"
)
_BUSINESS = re.compile(r"gmbh|\bkg\b|\bag\b|\bohg\b|\bug\b|\bgbr\b|e\.? ?k\.|bäckerei|salon|praxis|laden|betrieb|firma")
_LEGAL_FORMS = re.compile(r"\b(e\.? ?v\.?|eingetragener verein)(?=\W|$)")


def fold_name(name: str) -> str:
    """The form in which names are compared: no case, no punctuation, no "e. V."; never empty for a name."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.findall(r"\w+", _LEGAL_FORMS.sub(" ", plain))
    return " ".join(words)[:MAX_NAME] or plain.strip()[:MAX_NAME]


def guess_kind(name: str) -> Kind:
    """What an organisation probably is, by its name; whoever knows it says so later."""
    folded = name.casefold()
    if _LEGAL_FORMS.search(folded):
        return Kind.CLUB
    if _BUSINESS.search(folded):
        return Kind.BUSINESS
    return Kind.INSTITUTION if _INSTITUTION.search(folded) else Kind.CLUB
