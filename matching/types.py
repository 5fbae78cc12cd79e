"""What goes in: frozen dataclasses without names of persons, and what is common to both sides."""

from __future__ import annotations

from collections.abc import Mapping
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
