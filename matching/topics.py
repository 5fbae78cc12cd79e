"""Topics, their sub-areas, and kinds of help that are not digital, as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .types import InputError


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


def read_topics(folder: Path) -> tuple[Topic, ...]:
    """The topics of a folder, one file each."""
    entries = tuple(_topic(_read(file), file.name) for file in sorted(folder.glob("*.json")))
    if not entries:
        raise InputError(f"{folder}: no topic files")
    return entries


def read_outside(file: Path) -> tuple[Outside, ...]:
    """The kinds of help that are not digital; none without a file."""
    kinds = _read(file)["kinds"] if file.exists() else ()
    return tuple(Outside(k["slug"], k["label"], tuple(k["words"]), tuple(k["situations"])) for k in kinds)


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
