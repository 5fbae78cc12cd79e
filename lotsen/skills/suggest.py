"""Topics suggested from somebody's own words. Wraps the matcher's catalogue, shipped and with the town's own words."""

from collections.abc import Iterable
from functools import cache, lru_cache

import matching

from . import queries


@cache
def shipped() -> matching.Catalogue:
    """The shipped catalogue, read once a process."""
    return matching.Catalogue.load()


def catalogue() -> matching.Catalogue:
    """The shipped catalogue with what the town added; built anew when the town's part changes."""
    return _built(queries.own_version())


@lru_cache(maxsize=2)
def _built(version: str) -> matching.Catalogue:
    return _merged(queries.own_words()) if version else shipped()


def with_word(area_slug: str, kind: str, text: str) -> matching.Catalogue:
    """The catalogue as it would be with one word or situation more, for a preview."""
    return _merged([*queries.own_words(), (area_slug, kind, text)])


def _merged(words: Iterable[tuple[str, str, str]]) -> matching.Catalogue:
    kept: dict[str, dict[str, list[str]]] = {}
    for area, kind, text in words:
        kept.setdefault(area, {"word": [], "situation": []})[kind].append(text)
    base = shipped()
    topics = [
        matching.Topic(row.slug, {"de": row.label_de, "en": row.label_en})
        for row in queries.topics()
        if row.slug not in base.topics
    ]
    areas = [
        matching.Area(
            row.slug,
            row.topic.slug,
            {"de": row.label_de, "en": row.label_en},
            words=tuple(kept.get(row.slug, {}).get("word", ())),
            situations=tuple(kept.get(row.slug, {}).get("situation", ())),
        )
        for row in queries.areas()
        if row.slug in kept or row.slug not in base.areas
    ]
    return base.with_entries(topics, areas)


def suggest(text: str, limit: int = 5) -> list[tuple[str, str | None, float, tuple[str, ...]]]:
    """Topics that a text speaks of, best first: (topic slug, sub-area slug or None, score, words of evidence)."""
    if not text.strip():
        return []
    found = catalogue().suggest(text, limit=limit)
    return [(row.topic, row.area, row.score, row.evidence) for row in found]
