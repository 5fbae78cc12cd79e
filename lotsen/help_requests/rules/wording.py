"""Titles and short texts: what they are drafted from, and what they must not give away. Pure."""

import re

from lotsen.core.naming import (
    REACHABLE,
    names_person,
    without_names,
    without_parts_of_name,
    without_person,
    without_ways,
)
from lotsen.core.openings import first_thing_said, said_first, without_opening

MAX_TITLE = 120
LONGEST_DRAFTED = 80  # characters of a title that nobody has written
MAX_SHORT_TEXT = 600
UNTITLED = "Anfrage"
WANTS = re.compile(r"^(?:Der |Die )?(?:Herrn?|Frau) … (?:will|möchte|wünscht sich|braucht|sucht) (?:gerne? )?(?=\S)")


def draft_short_text(description: str, name: str = "") -> str:
    """What a coordinator begins with: what the letter is about, without names, up to the last sentence that fits.

    ``name``: of the person who asks; neither first name nor surname stays, nor does any name after Herr and Frau.

    Examples
    --------
    >>> draft_short_text("Hallo, ich bin die Renate und bei uns hakt die Liste. Die hat der Herr Müller gemacht.")
    'Bei uns hakt die Liste. Die hat der Herr … gemacht.'
    """
    text = _unnamed(without_opening(without_parts_of_name(description, name)))
    if len(text) <= MAX_SHORT_TEXT:
        return text
    cut = text[:MAX_SHORT_TEXT]
    return cut[: cut.rfind(". ") + 1] or cut


def title_from(description: str, topic: str = "", name: str = "") -> str:
    """A title from the first sentence that says something, without names: at most 80 characters, cut between words.

    Examples
    --------
    >>> title_from("Frau Möller will Fotos vom Ausflug zeigen.")
    'Fotos vom Ausflug zeigen'

    ``topic``: what the request is about, as a title of its own; taken where no sentence says anything or where the
    first that does is too long for a title. ``name``: of the person who asks, as in `draft_short_text`.
    """
    description = without_parts_of_name(description, name)
    said = _without_who_wants(_unnamed(said_first(description)))
    if topic and not 0 < len(said) <= LONGEST_DRAFTED:
        return topic[:MAX_TITLE]
    first = said or _unnamed(first_thing_said(description))
    return (first if len(first) <= LONGEST_DRAFTED else _cut(first)).strip()[:MAX_TITLE]


def _unnamed(sentence: str) -> str:
    return without_names(without_ways(sentence))


def _without_who_wants(title: str) -> str:
    """What Frau … wants, without saying that she does."""
    wanted = WANTS.sub("", title)
    return wanted[:1].upper() + wanted[1:]


def _cut(sentence: str) -> str:
    """As many whole words as a title takes, and the sign that there were more."""
    words = sentence[: LONGEST_DRAFTED - 1].rsplit(None, 1)[0][: LONGEST_DRAFTED - 2]
    return words.rstrip(" .,;:!?–-") + " …"


def readable_title(typed: str, name: str) -> str:
    """A typed title as the other side may read it: no name after Herr or Frau, no ``name``, no number, no address.

    Empty when nothing else was typed.

    Examples
    --------
    >>> readable_title("Website, bitte Uwe Kasper anrufen: 05721 98765", "Uwe Kasper")
    'Website, bitte … anrufen: …'
    """
    title = _unnamed(without_person(typed, name)).strip()[:MAX_TITLE]
    return title if re.search(r"\w", title) else ""


def fold_text(*parts: str) -> str:
    """The form in which words are searched: no case, white space collapsed."""
    return " ".join(" ".join(parts).casefold().split())


LEGAL_FORM = re.compile(r"\s+(?:e\.\s?v\.?|g?gmbh|ohg|kg|ug|ag|eg)(?:\s.*)?$", re.IGNORECASE)


def person_asking(contact_name: str, organisation_name: str) -> str:
    """The name that nobody reads before the yes; empty where only the organisation's is known."""
    return "" if contact_name == organisation_name else contact_name


def tells_who(text: str, name: str, email: str, phone: str) -> bool:
    """Whether a text gives away a person's name, or any mail address or telephone number."""
    digits, number = re.sub(r"\D", "", text), re.sub(r"\D", "", phone)
    known = bool(email) and fold_text(email) in fold_text(text)
    return known or (len(number) >= 6 and number in digits) or names_person(text, name) or bool(REACHABLE.search(text))


def names_organisation(text: str, name: str) -> bool:
    """Whether a text says the organisation's name, with its legal form or without."""
    bare = fold_text(LEGAL_FORM.sub("", name.strip()))
    return len(bare) > 3 and bare in fold_text(text)
