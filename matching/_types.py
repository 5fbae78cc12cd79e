"""What goes in and what comes out."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ._catalogue import Suggestion


class Band(StrEnum):
    """How sure the matcher is of a match."""

    FITS = "passt"
    POSSIBLE = "moeglich"
    FAR = "fern"


@dataclass(frozen=True, slots=True)
class Profile:
    """One person who can help. Slots are ``mon-morning``; levels 1 some, 2 good, 3 expert; kilometres, degrees."""

    id: Hashable
    headline: str = ""
    about: str = ""
    topics: Mapping[str, int] = field(default_factory=dict)
    areas: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset({"de"})
    modes: frozenset[str] = frozenset({"on_site"})
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float = 0.0
    slots: frozenset[str] = frozenset()
    org_kinds: frozenset[str] = frozenset({"business", "club", "institution"})
    capacity_left: int = 1
    active: bool = True
    clearance: bool = False
    excluded_organisations: frozenset[Hashable] = frozenset()
    cases: tuple[str, ...] = ()
    record: float = 0.5


@dataclass(frozen=True, slots=True)
class Need:
    """One request for help; empty ``slots`` mean any time."""

    id: Hashable
    title: str = ""
    description: str = ""
    topics: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    mode: str = "either"
    languages: frozenset[str] = frozenset({"de"})
    slots: frozenset[str] = frozenset()
    org_kind: str = "club"
    organisation: Hashable = None
    minors: bool = False
    must_level: int = 0
    excluded_profiles: frozenset[Hashable] = frozenset()

    @property
    def text(self) -> str:
        """Title and description."""
        return f"{self.title}. {self.description}"


@dataclass(frozen=True, slots=True)
class Share:
    """What one component adds to the score, and the facts behind it."""

    component: str
    value: float
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """One ranked person; the shares' values sum to the score."""

    profile_id: Hashable
    score: float
    band: Band
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer to one need."""

    need_id: Hashable
    matches: tuple[Match, ...]
    removed: Mapping[str, int]
    removed_by_profile: Mapping[Hashable, tuple[str, ...]]
    inferred: tuple[Suggestion, ...]
    nobody: bool
    uncertain: bool
    missing: tuple[str, ...]
    model_version: str
