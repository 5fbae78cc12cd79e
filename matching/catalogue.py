"""The catalogue of topics and sub-areas: words, brands and everyday situations, written for this project."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .types import InputError, Suggestion
from .version import digest
from .words import DATA

if TYPE_CHECKING:
    from .inference import Inference

LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class Area:
    """A sub-area of a topic."""

    slug: str
    topic: str
    label: Mapping[str, str]
    words: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its words in several languages; ``ambiguous`` words count only with a second witness."""

    slug: str
    label: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """A kind of request that is not digital help."""

    slug: str
    label: Mapping[str, str]
    words: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()


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
        entries = tuple(_topic(_read(file), file.name) for file in sorted(folder.glob("*.json")))
        if not entries:
            raise InputError(f"{folder}: no topic files")
        extra = folder.parent / "outside.json"
        kinds = _read(extra)["kinds"] if extra.exists() else ()
        return cls(
            entries, tuple(Outside(k["slug"], k["label"], tuple(k["words"]), tuple(k["situations"])) for k in kinds)
        )

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
        from .inference import Inference

        return Inference(self)

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


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: {error}") from error


def _topic(raw: Mapping[str, Any], name: str) -> Topic:
    try:
        areas = tuple(
            Area(
                a["slug"],
                raw["slug"],
                a["label"],
                tuple(a["words"]),
                tuple(a.get("brands", ())),
                tuple(a["situations"]),
            )
            for a in raw["areas"]
        )
        foreign = tuple(word for words in raw.get("foreign", {}).values() for word in words)
        return Topic(
            raw["slug"],
            raw["label"],
            raw.get("description", {}),
            tuple(raw["words"]),
            tuple(raw.get("brands", ())),
            foreign,
            areas,
            tuple(raw.get("ambiguous", ())),
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{name}: field {error} is missing or of the wrong kind") from error
