"""Weekly times in words."""

from __future__ import annotations

from collections.abc import Sequence

DAYS = {
    "de": ("montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonntags"),
    "en": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
}
ORDER = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = {
    "de": {"morning": "vormittags", "afternoon": "nachmittags", "evening": "abends"},
    "en": {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening"},
}
MANY = {
    "de": {"morning": "an {} Vormittagen", "afternoon": "an {} Nachmittagen", "evening": "an {} Abenden"},
    "en": {"morning": "{} mornings", "afternoon": "{} afternoons", "evening": "{} evenings"},
}
NUMBERS = {
    "de": ("", "", "", "drei", "vier", "fünf", "sechs", "sieben"),
    "en": ("", "", "", "three", "four", "five", "six", "seven"),
}
MORE = {"de": " und öfter", "en": " and at other times"}
AND = {"de": " und ", "en": " and "}
FEW = 2


def slots(found: Sequence[str], language: str) -> str:
    """Times in words: one or two by name, of more the number or the first two.

    Examples
    --------
    >>> slots(("tue-evening", "mon-evening"), "de")
    'montags und dienstags abends'
    >>> slots(("mon-morning", "tue-morning", "thu-morning"), "de")
    'an drei Vormittagen'
    >>> slots(("mon-morning", "tue-evening", "thu-morning"), "de")
    'montags vormittags, dienstags abends und öfter'
    """
    known = [s.partition("-") for s in found if s[:3] in ORDER and s.partition("-")[2] in PARTS[language]]
    known.sort(key=lambda s: (ORDER.index(s[0]), list(PARTS["de"]).index(s[2])))
    shown = [(DAYS[language][ORDER.index(day)], PARTS[language][part]) for day, _, part in known]
    if len(shown) > FEW:
        if len({part for _, part in shown}) == 1:
            return MANY[language][known[0][2]].format(NUMBERS[language][len(shown)])
        return ", ".join(f"{day} {part}" for day, part in shown[:FEW]) + MORE[language]
    if len(shown) == FEW and shown[0][1] == shown[1][1]:
        return f"{shown[0][0]}{AND[language]}{shown[1][0]} {shown[0][1]}"
    if len(shown) == FEW and shown[0][0] == shown[1][0]:
        return f"{shown[0][0]} {shown[0][1]}{AND[language]}{shown[1][1]}"
    return AND[language].join(f"{day} {part}" for day, part in shown)
