"""A match in sentences, as a colleague would say them, for the coordinator, the pilot and the organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..types import Match

LEVELS = {
    "de": {1: "kennt sich etwas aus mit", 2: "macht", 3: "hat viel Erfahrung mit"},
    "en": {1: "knows a little about", 2: "works with", 3: "has much experience with"},
}
PILOT_LEVELS = {
    "de": {1: "Sie kennen sich etwas aus mit", 2: "Sie kennen sich gut aus mit", 3: "Sie haben viel Erfahrung mit"},
    "en": {1: "You know a little about", 2: "You know well", 3: "You have much experience with"},
}
DAYS = {
    "de": ("montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonntags"),
    "en": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
}
ORDER = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = {
    "de": {"morning": "vormittags", "afternoon": "nachmittags", "evening": "abends"},
    "en": {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening"},
}
AND = {"de": " und ", "en": " and "}
QUOTES = {"de": "„{}“", "en": "“{}”"}


def sentences(match: Match, for_: str = "coordinator", language: str = "de") -> list[str]:
    """Two to four sentences: topics and level, words of the request found in the profile, time, place.

    Parameters
    ----------
    match : Match
    for_ : {"coordinator", "pilot", "member"}
        Who reads it; a pilot is spoken to, the others hear about the pilot.
    language : {"de", "en"}

    Returns
    -------
    list of str
    """
    language = language if language in QUOTES else "de"
    pilot = for_ == "pilot"
    details: dict[str, Mapping[str, Any]] = {s.component: s.detail for s in match.shares}
    found = [
        *_topics(details.get("topics", {}), pilot, language),
        _words(details.get("text", {}), pilot, language),
        _time(details.get("availability", {}), pilot, language),
        _place(details.get("distance", {}), pilot, language),
    ]
    out = [sentence for sentence in found if sentence]
    if not out and for_ == "coordinator":
        return ["Fachlich spricht wenig dafür." if language == "de" else "Little speaks for the expertise."]
    return out


def because(match: Match, language: str = "de") -> str:
    """One sentence for the pilot's mail: "Weil Sie sich mit … auskennen und dienstags abends können."

    Returns an empty string when there is nothing to say.
    """
    details = {s.component: s.detail for s in match.shares}
    held = [h for h in details["topics"].get("held", ()) if h["level"] or h["told"] >= 0.5][:1]
    times = slots(details["availability"].get("slots", ()), language)
    german = language == "de"
    clauses = []
    if held:
        name = label(held[0], language)
        clauses.append(f"sich mit {QUOTES['de'].format(name)} auskennen" if german else f"know about {name}")
    if times:
        clauses.append(f"{times} können" if german else f"are free on {times}")
    if not clauses:
        return ""
    return ("Weil Sie " if german else "Because you ") + AND[language].join(clauses) + "."


def label(held: Mapping[str, Any], language: str) -> str:
    """Name of the sub-area where the pilot ticked it, else of the topic."""
    names = held["area_label"] if held.get("ticked") and held.get("area_label") else held["label"]
    return str(names.get(language) or names.get("de") or held["topic"])


def slots(found: Sequence[str], language: str, limit: int = 2) -> str:
    """Times in words: "montags abends und samstags vormittags"; of many the first two.

    Examples
    --------
    >>> slots(("tue-evening", "mon-evening"), "de")
    'montags und dienstags abends'
    """
    known = [s.partition("-") for s in found if s[:3] in ORDER and s.partition("-")[2] in PARTS[language]]
    known.sort(key=lambda s: (ORDER.index(s[0]), list(PARTS["de"]).index(s[2])))
    shown = [(DAYS[language][ORDER.index(day)], PARTS[language][part]) for day, _, part in known[:limit]]
    if len(shown) == 2 and shown[0][1] == shown[1][1]:
        return f"{shown[0][0]}{AND[language]}{shown[1][0]} {shown[0][1]}"
    if len(shown) == 2 and shown[0][0] == shown[1][0]:
        return f"{shown[0][0]} {shown[0][1]}{AND[language]}{shown[1][1]}"
    return AND[language].join(f"{day} {part}" for day, part in shown)


def _topics(detail: Mapping[str, Any], pilot: bool, language: str) -> list[str]:
    out = []
    german = language == "de"
    for rank, held in enumerate(detail.get("held", ())[:2]):
        name = QUOTES[language].format(label(held, language))
        level = int(held["level"])
        if level:
            start = (PILOT_LEVELS if pilot else LEVELS)[language][level]
            sentence = f"{start[0].upper()}{start[1:]} {name}"
        elif pilot:
            sentence = f"Sie schreiben von {name}" if german else f"You write about {name}"
        else:
            sentence = f"Erzählt im Profil von {name}" if german else f"The profile tells of {name}"
        if rank == 0 and held.get("area_label") and not held.get("ticked"):
            area = QUOTES[language].format(held["area_label"].get(language) or held["area_label"].get("de", ""))
            sentence += f"; hier geht es um {area}" if german else f"; this is about {area}"
        out.append(sentence + ".")
    return out


def _words(detail: Mapping[str, Any], pilot: bool, language: str) -> str:
    shown = [QUOTES[language].format(word) for word in detail.get("words", ())[:3]]
    if not shown:
        return ""
    listed = shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + AND[language] + shown[-1]
    if language == "de":
        return f"{'Zu Ihrem' if pilot else 'Zum'} Profil passt aus der Anfrage: {listed}."
    return f"{'Your' if pilot else 'The'} profile goes with {listed} in the request."


def _time(detail: Mapping[str, Any], pilot: bool, language: str) -> str:
    times = slots(detail.get("slots", ()), language)
    if not times:
        return ""
    if language == "de":
        return f"{'Sie können' if pilot else 'Kann'} wie die Organisation {times}."
    return f"{'You are' if pilot else 'Is'} free like the organisation on {times}."


def _place(detail: Mapping[str, Any], pilot: bool, language: str) -> str:
    km, german = detail.get("km"), language == "de"
    if detail.get("mode") == "remote":
        if german:
            return "Es geht ohne Weg, per Video oder Telefon." if pilot else "Hilft per Video oder Telefon."
        return "No travel: by video or telephone." if pilot else "Helps by video or telephone."
    if detail.get("near") and km is not None:
        if km < 1:
            return "Im selben Ort." if german else "In the same place."
        return f"Etwa {km:.0f} km entfernt." if german else f"About {km:.0f} km away."
    if detail.get("remote"):
        return "Per Video oder Telefon möglich." if german else "Possible by video or telephone."
    return ""
