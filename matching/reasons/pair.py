"""A match in sentences, as a colleague would say them, for the coordinator, the pilot and the organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..results import Match
from ..types import Band
from .times import slots

LEVELS = {
    "de": {1: "Kennt sich etwas aus mit {}.", 2: "Kennt sich gut aus mit {}.", 3: "Hat viel Erfahrung mit {}."},
    "en": {1: "Knows a little about {}.", 2: "Knows {} well.", 3: "Has much experience with {}."},
}
TOLD = {"de": "Erzählt im Profil von {}.", "en": "Tells of {} in the profile."}
RATHER = {"de": "Erzählt im Profil eher von {}.", "en": "Tells rather of {} in the profile."}
LITTLE = {"de": "Fachlich spricht wenig dafür.", "en": "Little speaks for the expertise."}
ELSEWHERE = {"de": "Kennt sich eher mit {} aus.", "en": "Knows more about {}."}
BECAUSE = {
    "de": {
        0: "in Ihrem Profil von {} erzählen",
        1: "sich etwas mit {} auskennen",
        2: "sich gut mit {} auskennen",
        3: "viel Erfahrung mit {} haben",
    },
    "en": {
        0: "tell of {} in your profile",
        1: "know a little about {}",
        2: "know {} well",
        3: "have much experience with {}",
    },
}
AND = {"de": " und ", "en": " and "}
QUOTES = {"de": "„{}“", "en": "“{}”"}


def sentences(match: Match, for_: str = "coordinator", language: str = "de") -> list[str]:
    """At most four sentences: topics and level, words of the request that the profile has too, time and way.

    The pilot reads one reason and the way, and no words of the request but those a coordinator cleared. The
    organisation reads what the pilot can do for it: each sentence begins with a verb, so that a name may stand before
    it, and none says where somebody lives.

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
    details: dict[str, Mapping[str, Any]] = {s.component: s.detail for s in match.shares}
    place = details.get("distance", {})
    if for_ == "pilot":
        return [sentence for sentence in (because(match, language), _your_way(place, language)) if sentence]
    topics = _topics(details.get("topics", {}), language, praise_only=for_ == "member")
    if for_ == "coordinator":
        topics = _doubtful(match, details.get("topics", {}), language) or topics
    words = () if match.band is Band.FAR else details.get("text", {}).get("words", ())[:3]
    times = slots(details.get("availability", {}).get("slots", ()), language)
    if for_ == "member":
        told = topics or [_words(words, language, TOLD[language])]
        return [s for s in (*told, _time_and_way(times, _comes(place, language), language)) if s]
    return [s for s in (*topics, _words(words, language), _time_and_way(times, _lives(place, language), language)) if s]


def because(match: Match, language: str = "de") -> str:
    """One sentence for the pilot: "Weil Sie viel Erfahrung mit … haben und dienstags abends können."

    Returns an empty string when there is nothing to say.
    """
    language = language if language in QUOTES else "de"
    details = {s.component: s.detail for s in match.shares}
    held = details["topics"].get("held", ())[:2]
    level, names = _same_level(held, language)[0] if held else (0, "")
    times = slots(details["availability"].get("slots", ()), language)
    german = language == "de"
    clauses = [BECAUSE[language][level].format(names)] if names else []
    if times:
        clauses.append(f"{times} können" if german else f"are free on {times}")
    if not clauses:
        return ""
    return ("Weil Sie " if german else "Because you ") + AND[language].join(clauses) + "."


def label(held: Mapping[str, Any], language: str) -> str:
    """Name of the sub-area where the pilot ticked it, else of the topic."""
    names = held["area_label"] if held.get("ticked") and held.get("area_label") else held["label"]
    return str(names.get(language) or names.get("de") or held["topic"])


def listed(words: Sequence[str], language: str) -> str:
    """Words in quotation marks, one after the other.

    Examples
    --------
    >>> listed(["Router", "WLAN", "Kabel"], "de")
    '„Router“, „WLAN“ und „Kabel“'
    """
    shown = [QUOTES[language].format(word) for word in words]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + AND[language] + shown[-1]


def _same_level(held: Sequence[Mapping[str, Any]], language: str) -> list[tuple[int, str]]:
    """Levels with the names of what is held at them, in order of the first of each."""
    found: dict[int, list[str]] = {}
    for row in held:
        found.setdefault(int(row["level"]), []).append(label(row, language))
    return [(level, listed(names, language)) for level, names in found.items()]


def _doubtful(match: Match, detail: Mapping[str, Any], language: str) -> list[str]:
    """What is said of somebody who hardly fits and holds nothing that was asked for."""
    held = detail.get("held", ())[:1]
    if held and (match.band is not Band.FAR or held[0]["topic"] in {row["topic"] for row in detail.get("asked", ())}):
        return []
    return [LITTLE[language], *(ELSEWHERE[language].format(listed([label(row, language)], language)) for row in held)]


def _topics(detail: Mapping[str, Any], language: str, *, praise_only: bool) -> list[str]:
    """Two sentences at most; that somebody tells rather of another area is the office's business alone."""
    held = detail.get("held", ())[:2]
    found = [
        (LEVELS[language][level] if level else TOLD[language]).format(names)
        for level, names in _same_level(held, language)
    ]
    if held and held[0].get("tells_of") and not (praise_only and held[0]["rather"]):
        area = held[0]["tells_of"].get(language) or held[0]["tells_of"]["de"]
        if held[0]["level"] or held[0]["rather"]:
            found.insert(1, (RATHER if held[0]["rather"] else TOLD)[language].format(listed([area], language)))
        else:  # the topic is known from the profile's words too: one sentence for both
            told = [label(row, language) for row in held if not row["level"]]
            found[0] = TOLD[language].format(listed([*told, area] if area not in told else told, language))
    return found[:2]


def _words(words: Sequence[str], language: str, start: str = "") -> str:
    if not words:
        return ""
    start = start or ("Passt zu {} in der Anfrage." if language == "de" else "Goes with {} in the request.")
    return start.format(listed(words, language))


def _lives(place: Mapping[str, Any], language: str) -> str:
    """The way as the office reads it."""
    km, german = place.get("km"), language == "de"
    if not _on_site(place) or km is None:
        return _remote(place, language)
    if german:
        return "wohnt im selben Ort" if km < 1 else f"wohnt etwa {km:.0f} km entfernt"
    return "lives in the same place" if km < 1 else f"lives about {km:.0f} km away"


def _comes(place: Mapping[str, Any], language: str) -> str:
    """The way as the organisation reads it."""
    if not _on_site(place):
        return _remote(place, language)
    return "kann zu Ihnen kommen" if language == "de" else "can come to you"


def _on_site(place: Mapping[str, Any]) -> bool:
    return bool(place.get("near")) and place.get("km") is not None and place.get("mode") != "remote"


def _remote(place: Mapping[str, Any], language: str) -> str:
    if place.get("mode") != "remote" and not place.get("remote"):
        return ""
    return "hilft online oder am Telefon" if language == "de" else "helps online or by telephone"


def _time_and_way(times: str, way: str, language: str) -> str:
    german = language == "de"
    free = (f"hat {times} Zeit" if german else f"is free on {times}") if times else ""
    said = AND[language].join(part for part in (free, way) if part)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _your_way(place: Mapping[str, Any], language: str) -> str:
    km, german = place.get("km"), language == "de"
    if place.get("mode") == "remote":
        return "Es geht ohne Weg, online oder am Telefon." if german else "No travel: online or by telephone."
    if place.get("near") and km is not None:
        if km < 1:
            return "Es ist bei Ihnen im Ort." if german else "It is where you live."
        return f"Bis dorthin sind es etwa {km:.0f} km." if german else f"It is about {km:.0f} km away."
    if place.get("remote"):
        return "Es geht online oder am Telefon." if german else "It works online or by telephone."
    return ""
