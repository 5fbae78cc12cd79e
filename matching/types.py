"""What goes in and what comes out: frozen dataclasses without names of persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

Key = Any
"""Id of a profile or need: any hashable value with an order, the same type throughout one matcher."""

NOTHING: Mapping[str, int] = MappingProxyType({})


class Rule(StrEnum):
    """Hard rules: each removes a profile, whatever its score."""

    INACTIVE = "inactive"
    CAPACITY = "capacity"
    LANGUAGE = "language"
    MODE = "mode"
    DISTANCE = "distance"
    ORG_KIND = "org_kind"
    CONFLICT = "conflict"
    EXCLUDED = "excluded"
    CLEARANCE = "clearance"
    TIME = "time"
    LEVEL = "level"


class Band(StrEnum):
    """How well a match fits, for people: fits, possible, far."""

    FITS = "passt"
    POSSIBLE = "moeglich"
    FAR = "fern"


class InputError(ValueError):
    """A record that cannot be matched; the message names the record and the field."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A pilot as the matcher sees one.

    Parameters
    ----------
    id : hashable with an order
    headline, about : str
        The pilot's own words.
    topics : mapping of topic slug to level
        1 some, 2 good, 3 expert.
    areas : frozenset of str
        Sub-areas ticked.
    languages, modes, slots, org_kinds : frozenset of str
        ISO codes; ``on_site`` and ``remote``; ``mon-morning`` …; kinds accepted, empty for all.
    latitude, longitude : float or None
        Degrees.
    radius_km : float
    capacity_left : int
    active, clearance : bool
    excluded_organisations : frozenset
        Organisations with a declared conflict.
    cases : tuple of str
        Short texts of finished engagements.
    record : float
        Track record in [0, 1]; 0.5 says nothing is known.
    """

    id: Key
    headline: str = ""
    about: str = ""
    topics: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    areas: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset({"de"})
    modes: frozenset[str] = frozenset({"on_site", "remote"})
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float = 0.0
    slots: frozenset[str] = frozenset()
    org_kinds: frozenset[str] = frozenset()
    capacity_left: int = 1
    active: bool = True
    clearance: bool = False
    excluded_organisations: frozenset[Key] = frozenset()
    cases: tuple[str, ...] = ()
    record: float = 0.5


@dataclass(frozen=True, slots=True)
class Need:
    """A request as the matcher sees one; empty ``slots`` or ``languages`` mean that any will do.

    Parameters
    ----------
    id : hashable with an order
    title, description : str
    topics, areas : tuple of str
        What the requester chose, possibly wrong.
    latitude, longitude : float or None
        Degrees.
    mode : {"on_site", "remote", "either"}
    languages, slots : frozenset of str
    org_kind : str
    organisation : hashable, optional
    minors : bool
        Help for or with minors: only profiles with a clearance.
    must_level : int
        Least level in one of the chosen topics; 0 for none.
    excluded_profiles : frozenset
    """

    id: Key
    title: str = ""
    description: str = ""
    topics: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    mode: str = "either"
    languages: frozenset[str] = frozenset()
    slots: frozenset[str] = frozenset()
    org_kind: str = ""
    organisation: Key = None
    minors: bool = False
    must_level: int = 0
    excluded_profiles: frozenset[Key] = frozenset()

    @property
    def text(self) -> str:
        """Title and description."""
        return f"{self.title}\n{self.description}".strip()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic, and where clear its sub-area, that a text speaks of; score is a probability, evidence are its words."""

    topic: str
    area: str | None
    score: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """One component's part of a score; ``detail`` is data, :mod:`matching.reasons` makes sentences of it."""

    component: str
    value: float
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """One profile for one need; the values of the shares sum to the score."""

    profile_id: Key
    score: float
    band: Band
    shares: tuple[Share, ...]
    fit: float = 0.0
    chance: float = 0.0
    """Calibrated chance that this person is able to help, rules aside."""

    def share(self, component: str) -> Share:
        """The share of one component."""
        return next(share for share in self.shares if share.component == component)


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing for a topic: who holds it well enough, and which rules remove them.

    Parameters
    ----------
    topic : str
        Slug of a topic, or of a kind of help that is not digital (``outside``).
    area : str or None
        Slug of the likeliest sub-area.
    level : int
        The level that would be needed.
    holders : int
        People who hold the topic at that level, rules aside.
    open : int
        Those of them whom no rule removes.
    removed : mapping of Rule to int
        How many holders each rule removes; one person may count for several rules.
    outside : bool
    """

    topic: str
    area: str | None
    level: int
    holders: int
    open: int
    removed: Mapping[Rule, int] = field(default_factory=dict)
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One of several needs in one request: its sentences, its topic, the words that say so, who fits, best first."""

    text: str
    suggestion: Suggestion
    matches: Sequence[Match]
    nobody: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """Answer to one need: matches best first, who was removed by which rule, and what the text seems to ask for.

    ``needs`` is empty for a request with one need; else it has one list a need, and ``both`` are the people who fit
    each of them. ``gaps`` says what to recruit for where nobody fits, and which topic has nobody open to it.
    """

    need_id: Key
    matches: Sequence[Match]
    removed: dict[Rule, int]
    removed_by_profile: Mapping[Key, tuple[Rule, ...]]
    inferred: list[Suggestion]
    nobody: bool
    uncertain: bool
    missing: tuple[str, ...]
    model_version: str
    needs: tuple[Part, ...] = ()
    both: tuple[Key, ...] = ()
    gaps: tuple[Gap, ...] = ()
