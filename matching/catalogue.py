"""The catalogue of topics and sub-areas: words, brands and everyday situations, written for this project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from .digest import digest
from .inference import Inference
from .results import Suggestion
from .topics import Area, Outside, Topic, read_outside, read_topics
from .types import InputError
from .words import DATA


@dataclass(frozen=True)
class Catalogue:
    """Topics and sub-areas, and the inference from a text to them.

    Examples
    --------
    >>> catalogue = Catalogue.load()
    >>> len(catalogue.topics)
    25
    >>> catalogue.suggest("Unsere Homepage ist uralt und auf dem Handy unlesbar", limit=1)[0].topic
    'website'
    >>> catalogue.suggest("🙂")
    []
    """

    entries: tuple[Topic, ...]
    outside: tuple[Outside, ...] = ()

    @classmethod
    def load(cls, path: Path | str | None = None) -> Catalogue:
        """Read a folder of topic files; the one that is shipped when no path is given."""
        if path is None:
            return _shipped()
        folder = Path(path)
        return cls(read_topics(folder), read_outside(folder.parent / "outside.json"))

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Topics by slug."""
        return {topic.slug: topic for topic in self.entries}

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Sub-areas by slug."""
        return {area.slug: area for topic in self.entries for area in topic.areas}

    @cached_property
    def fingerprint(self) -> str:
        """Short name of the whole content; equal names read texts equally."""
        return digest([repr(self.entries), repr(self.outside)])

    def named(self, slug: str) -> Mapping[str, str]:
        """Labels of a topic, sub-area or outside kind by language; none when it is unknown."""
        found = self.topics.get(slug) or self.areas.get(slug) or next((o for o in self.outside if o.slug == slug), None)
        return {} if found is None else found.label

    def label(self, slug: str, language: str = "de") -> str:
        """Label of a topic, sub-area or outside kind; the slug itself when it is unknown."""
        labels = self.named(slug)
        return labels.get(language) or labels.get("de") or slug

    def with_entries(self, topics: Iterable[Topic] = (), areas: Iterable[Area] = ()) -> Catalogue:
        """A catalogue with topics added or replaced, and words of sub-areas added (a known slug is extended).

        Examples
        --------
        >>> own = Catalogue.load().with_entries(areas=[Area("website-build", "website", {}, words=("Dorfportal",))])
        >>> "Dorfportal" in own.areas["website-build"].words
        True
        """
        found = {topic.slug: topic for topic in self.entries} | {topic.slug: topic for topic in topics}
        for area in areas:
            if area.topic not in found:
                raise InputError(f"area {area.slug}: unknown topic {area.topic}")
            topic = found[area.topic]
            old = next((a for a in topic.areas if a.slug == area.slug), None)
            kept = tuple(a for a in topic.areas if a.slug != area.slug)
            found[area.topic] = replace(topic, areas=(*kept, _merged(old, area) if old else area))
        return Catalogue(tuple(found[slug] for slug in sorted(found)), self.outside)

    @cached_property
    def inference(self) -> Inference:
        """From text to topics; built at first use."""
        return Inference(self.entries, self.outside)

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """Topics that a text speaks of, best first, each with its likeliest sub-area and the words that say so."""
        return self.inference.suggest(text, limit=limit)


@cache
def _shipped() -> Catalogue:
    """The shipped catalogue, read and trained once a process; it never changes."""
    return Catalogue.load(DATA / "catalogue")


def _merged(old: Area, new: Area) -> Area:
    return Area(
        old.slug,
        old.topic,
        {**old.label, **new.label},
        tuple(dict.fromkeys(old.words + new.words)),
        tuple(dict.fromkeys(old.brands + new.brands)),
        tuple(dict.fromkeys(old.situations + new.situations)),
    )
