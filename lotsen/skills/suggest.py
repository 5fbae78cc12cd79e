"""Topics suggested from somebody's own words. Wraps the matcher's catalogue, shipped and with the town's own words."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache

import matching
from lotsen.core.openings import concern

from . import queries
from .models import OWN, Area
from .queries import OwnPart
from .rules import kind_of

SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
LIKELY = 0.1
"""From this probability on a topic is suggested; what sounds like no digital task at all has none."""
LIKELY_IN_A_SENTENCE = 0.25
"""From this one on, too, when a sentence alone speaks of it: several problems in one letter hide each other."""


@cache
def shipped() -> matching.Catalogue:
    """The shipped catalogue, read once a process."""
    return matching.Catalogue.load()


def catalogue() -> matching.Catalogue:
    """The shipped catalogue with what the town added; built anew when a word of the town's part changes."""
    return _built(queries.own_part())


@lru_cache(maxsize=2)
def _built(part: OwnPart) -> matching.Catalogue:
    return _merged(part)


def with_word(area: Area, kind: str, text: str) -> matching.Catalogue:
    """The catalogue as it would be with one word or situation more, for a preview."""
    part = queries.own_part()
    return _merged(replace(part, words=(*part.words, (area.slug, area.topic.slug, kind, text))))


def with_topic(label_de: str, label_en: str, description: str, lines: Iterable[str]) -> matching.Catalogue:
    """The catalogue as it would be with one topic more, for a preview."""
    part, slug = queries.own_part(), f"{OWN}new"
    topic = (slug, label_de, label_en or label_de, description, description)
    area = (slug, slug, label_de, label_en or label_de)
    words = tuple((slug, slug, kind_of(line), line) for line in lines)
    return _merged(OwnPart((*part.topics, topic), (*part.areas, area), (*part.words, *words)))


def _merged(part: OwnPart) -> matching.Catalogue:
    if part == OwnPart():
        return shipped()
    topics = [
        matching.Topic(slug, {"de": de, "en": en}, {"de": about_de, "en": about_en} if about_de else {})
        for slug, de, en, about_de, about_en in part.topics
    ]
    labels = {slug: {"de": de, "en": en} for slug, _topic, de, en in part.areas}
    place = {row[0]: row[1] for row in (*part.areas, *part.words)}
    areas = [
        matching.Area(
            slug,
            topic,
            labels.get(slug, {}),
            words=tuple(text for area, _topic, kind, text in part.words if (area, kind) == (slug, "word")),
            situations=tuple(text for area, _topic, kind, text in part.words if (area, kind) == (slug, "situation")),
        )
        for slug, topic in place.items()
    ]
    return shipped().with_entries(topics, areas)


def suggest(text: str, limit: int = 5) -> list[tuple[str, str | None, float, tuple[str, ...]]]:
    """Topics that the whole text speaks of, best first, then those of a sentence alone; of greeting and farewell none.

    Each as (topic slug, sub-area slug or None, score, words of evidence).
    """
    if not text.strip():
        return []
    known, text = catalogue(), concern(text)
    whole = (row for row in known.suggest(text, limit=limit) if row.score >= LIKELY)
    alone = (row for part in SENTENCE.split(text) for row in known.suggest(part, limit=2))
    found = {row.topic: row for row in whole}
    for row in alone:
        if row.score >= LIKELY_IN_A_SENTENCE:
            found.setdefault(row.topic, row)
    return [(row.topic, row.area, row.score, row.evidence) for row in list(found.values())[:limit]]
