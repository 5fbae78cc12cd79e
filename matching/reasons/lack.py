"""What is missing when nobody fits, and why one person stands below another, in sentences."""

from __future__ import annotations

from ..results import Gap, Match
from ..types import Rule
from .pair import QUOTES

RULES = {
    "de": {
        Rule.TIME: ("hat zu anderen Zeiten Zeit", "haben zu anderen Zeiten Zeit"),
        Rule.DISTANCE: ("wohnt zu weit weg", "wohnen zu weit weg"),
        Rule.MODE: ("hilft auf andere Weise (vor Ort oder online)", "helfen auf andere Weise (vor Ort oder online)"),
        Rule.LANGUAGE: ("spricht eine andere Sprache", "sprechen eine andere Sprache"),
        Rule.ORG_KIND: ("hilft anderen Organisationen", "helfen anderen Organisationen"),
        Rule.CAPACITY: ("hat gerade genug zu tun", "haben gerade genug zu tun"),
        Rule.INACTIVE: ("macht gerade Pause", "machen gerade Pause"),
        Rule.CLEARANCE: ("hat kein Führungszeugnis vorgelegt", "haben kein Führungszeugnis vorgelegt"),
        Rule.LEVEL: ("hat dafür zu wenig Erfahrung", "haben dafür zu wenig Erfahrung"),
        Rule.CONFLICT: ("ist für diese Organisation ausgenommen", "sind für diese Organisation ausgenommen"),
        Rule.EXCLUDED: ("wurde hier schon gefragt", "wurden hier schon gefragt"),
    },
    "en": {
        Rule.TIME: ("is free at other times", "are free at other times"),
        Rule.DISTANCE: ("lives too far away", "live too far away"),
        Rule.MODE: ("helps in another way (on site or online)", "help in another way (on site or online)"),
        Rule.LANGUAGE: ("speaks another language", "speak another language"),
        Rule.ORG_KIND: ("helps other organisations", "help other organisations"),
        Rule.CAPACITY: ("is busy at the moment", "are busy at the moment"),
        Rule.INACTIVE: ("is taking a break", "are taking a break"),
        Rule.CLEARANCE: ("has shown no certificate of conduct", "have shown no certificate of conduct"),
        Rule.LEVEL: ("has too little experience with it", "have too little experience with it"),
        Rule.CONFLICT: ("is ruled out for this organisation", "are ruled out for this organisation"),
        Rule.EXCLUDED: ("was asked here already", "were asked here already"),
    },
}


def gap(found: Gap, label_: str, language: str = "de") -> list[str]:
    """What is missing, in sentences; ``label_`` is the name of the topic or sub-area.

    Examples
    --------
    >>> gap(Gap("website", None, 2, 3, 0, {Rule.TIME: 2, Rule.DISTANCE: 1}), "Website")[0]
    '3 Personen kennen sich mit „Website“ aus, aber niemand davon kann hier helfen.'
    >>> gap(Gap("website", None, 2, 0, 0), "Website")
    ['Für „Website“ fehlt jemand mit guten Kenntnissen.']
    """
    language = language if language in QUOTES else "de"
    german, name, number = language == "de", QUOTES[language].format(label_), found.holders
    if found.outside:
        return [
            f"Das klingt nach {name} und damit nach keiner digitalen Aufgabe."
            if german
            else f"This sounds like {name}, which is no digital task."
        ]
    if not number:
        return [
            f"Für {name} fehlt jemand mit guten Kenntnissen."
            if german
            else f"Somebody with good knowledge of {name} is missing."
        ]
    if german:
        who = "Eine Person kennt" if number == 1 else f"{number} Personen kennen"
        cannot = "sie kann hier nicht" if number == 1 else "niemand davon kann hier"
        first = f"{who} sich mit {name} aus, aber {cannot} helfen."
    else:
        who = "One person knows" if number == 1 else f"{number} people know"
        first = f"{who} about {name}, but {'cannot' if number == 1 else 'none of them can'} help here."
    out = [first]
    for rule, count in sorted(found.removed.items(), key=lambda item: -item[1])[:3]:
        one, many = RULES[language][rule]
        if german:
            out.append(f"{'Eine Person' if count == 1 else f'{count} Personen'} {one if count == 1 else many}.")
        else:
            out.append(f"{'One person' if count == 1 else f'{count} people'} {one if count == 1 else many}.")
    return out


COMPONENTS = {
    "de": {
        "topics": "passt fachlich weniger",
        "text": "hat mit den Worten der Anfrage weniger gemeinsam",
        "availability": "hat weniger gemeinsame Zeiten",
        "distance": "hat den weiteren Weg",
        "org_kind": "passt weniger zu dieser Art von Organisation",
        "record": "hat bisher weniger begleitet",
    },
    "en": {
        "topics": "fits less by expertise",
        "text": "has less in common with the words of the request",
        "availability": "shares fewer times",
        "distance": "has the longer way",
        "org_kind": "fits this kind of organisation less",
        "record": "has helped less so far",
    },
}


def weaker(match: Match, better: Match, language: str = "de") -> str:
    """Why one match stands below another: the component that costs it most; empty when it does not stand below."""
    language = language if language in QUOTES else "de"
    lost = {s.component: better.share(s.component).value - s.value for s in match.shares}
    worst = max(lost, key=lambda name: lost[name])
    if match.score >= better.score or lost[worst] <= 0:
        return ""
    return f"{COMPONENTS[language][worst][0].upper()}{COMPONENTS[language][worst][1:]}."
