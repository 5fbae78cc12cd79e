"""Topics suggested from somebody's own words. Wraps the matcher's catalogue."""

from functools import cache

import matching


@cache
def catalogue() -> matching.Catalogue:
    """The shipped catalogue, read once a process; also for the sweep."""
    return matching.Catalogue.load()


def suggest(text: str, limit: int = 5) -> list[tuple[str, str | None, float, tuple[str, ...]]]:
    """Topics that a text speaks of, best first: (topic slug, sub-area slug or None, score, words of evidence)."""
    if not text.strip():
        return []
    found = catalogue().suggest(text, limit=limit)
    return [(row.topic, row.area, row.score, row.evidence) for row in found]
