"""Sentences of a text and how much each counts: what is not wanted, or exists already, counts little."""

from __future__ import annotations

import re

from .words import clean, sentences

UNWANTED = 0.15
_UNWANTED = re.compile(
    r"\b(?:wollen|möchten|brauchen|brauch|sollen|soll|geht es)\b[^,.;]*\b(?:kein\w*|nichts|nicht)\b"
    r"(?! mehr| länger| nur)"
    r"|\b(?:kein\w*|nicht)\b[^,.;]*\b(?:brauchen|nötig|gewünscht|gesucht)\b"
    r"|\b(?:können|machen|läuft|klappt|funktioniert|haben|gibt es|ist)\b(?:(?!\bnicht\b|\bkein)[^,.;])*"
    r"\b(?:schon|bereits)(?: da| vorhanden)?\W*$"
    r"|\b(?:können|machen|läuft|klappt|funktioniert)\b(?:(?!\bnicht\b|\bkein)[^,.;])*"
    r"\b(?:selbst|selber|allein|alleine|gut|prima)\W*$"
    r"|^(?!\W*(?:wie|was|wo|womit|wann|wer|ob|dann|so|damit|das)\b)[^,.;?]+\bkönnen wir(?: auch)?(?=\W*$|,)(?!.*\?)"
    r"|\b(?:lasse ich die finger|mache ich nicht|kann ich nicht|bin ich raus|nicht mein\w*|keine ahnung von)\b",
    re.IGNORECASE,
)
_SIGNS = ("nich", "kein", "schon", "bereits", "selb", "finger", "raus", "allein", "gut", "prima", "können wir")
"""Without one of these nothing of the above is found; looked for first because it is quicker."""
_CLAUSE = re.compile(r",\s+|\s+(?:aber|sondern|nur)\s+")
_LIST = re.compile(r"[,;:]\s+|\s+(?:und|oder|sowie)\s+")


def enumerated(sentence: str) -> list[str]:
    """The parts of a list, or the sentence as it is.

    Examples
    --------
    >>> enumerated("Drucker, Router und Klingel mit Kamera")
    ['Drucker', 'Router', 'Klingel mit Kamera']
    """
    return _LIST.split(sentence)


def clauses(text: str) -> list[tuple[str, float]]:
    """Sentences of a text with their weight: what is not wanted, or exists already, counts little.

    Examples
    --------
    >>> clauses("Wir brauchen ein Logo. Verschicken wollen wir nichts.")
    [('Wir brauchen ein Logo.', 1.0), ('Verschicken wollen wir nichts.', 0.15)]
    """
    out: list[tuple[str, float]] = []
    for sentence in sentences(clean(text)):
        lower = sentence.lower()
        if not any(sign in lower for sign in _SIGNS) or not _UNWANTED.search(sentence):
            out.append((sentence, 1.0))
            continue
        out.extend((part, UNWANTED if _UNWANTED.search(part) else 1.0) for part in _CLAUSE.split(sentence) if part)
    return out
