"""A match in sentences, as a colleague would say them, for the coordinator, the pilot and the organisation."""

from collections.abc import Mapping
from typing import Any

from ._types import Match

LEVELS = {
    "de": {1: "etwas", 2: "gut", 3: "sehr gut"},
    "en": {1: "a little", 2: "well", 3: "very well"},
}
DAYS = {
    "de": dict(
        zip(
            ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            ["montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonntags"],
            strict=True,
        )
    ),
    "en": dict(
        zip(
            ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"],
            strict=True,
        )
    ),
}
PARTS = {
    "de": {"morning": "vormittags", "afternoon": "nachmittags", "evening": "abends"},
    "en": {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening"},
}  # fmt: skip
QUOTES = {"de": "„{}“", "en": "“{}”"}


def sentences(match: Match, for_: str = "coordinator", language: str = "de") -> list[str]:
    """Two to four sentences: topics and level, words of the request found in the profile, time, place."""
    details: dict[str, Mapping[str, Any]] = {s.component: s.detail for s in match.shares}
    german, pilot = language == "de", for_ == "pilot"
    found = [_topics(details.get("topics", {}), german, pilot, language)]
    found.append(_words(details.get("text", {}), german, pilot, language))
    found.append(_time(details.get("availability", {}), german, pilot, language))
    if not pilot:
        found.append(_place(details.get("distance", {}), german))
    return [sentence for sentence in found if sentence]


def _topics(detail: Mapping[str, Any], german: bool, pilot: bool, language: str) -> str:
    held = list(detail.get("held", ()))
    if not held:
        return ""
    topic, _area, level = held[0]
    label = detail["labels"][topic][language]
    how = LEVELS[language][level]
    if german:
        return f"Sie kennen sich mit {label} {how} aus." if pilot else f"Kennt sich mit {label} {how} aus."
    return f"You know {label} {how}." if pilot else f"Knows {label} {how}."


def _words(detail: Mapping[str, Any], german: bool, pilot: bool, language: str) -> str:
    shown = [QUOTES[language].format(w) for w in detail.get("words", ())[:3]]
    if not shown:
        return ""
    listed = ", ".join(shown)
    if german:
        return f"{'In Ihrem Profil' if pilot else 'Im Profil'} steht etwas zu {listed}."
    return f"{'Your profile' if pilot else 'The profile'} speaks of {listed}."


def _time(detail: Mapping[str, Any], german: bool, pilot: bool, language: str) -> str:
    slots = detail.get("slots", ())[:2]
    if not slots:
        return ""
    shown = []
    for slot in slots:
        day, _, part = slot.partition("-")
        shown.append(f"{DAYS[language][day]} {PARTS[language][part]}")
    listed = (" und " if german else " and ").join(shown)
    if german:
        return f"Sie können {listed}." if pilot else f"Kann {listed}."
    return f"You are free on {listed}." if pilot else f"Is free on {listed}."


def _place(detail: Mapping[str, Any], german: bool) -> str:
    km, near, remote = detail.get("km"), detail.get("near"), detail.get("remote")
    if near and km is not None and km < 1:
        return "Wohnt im selben Ort." if german else "Lives in the same place."
    if near and km is not None:
        return f"Wohnt etwa {km:.0f} km entfernt." if german else f"Lives about {km:.0f} km away."
    if remote:
        return "Hilft per Video oder Telefon." if german else "Helps by video or telephone."
    return ""
