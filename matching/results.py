"""What comes out: frozen dataclasses without names of persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .types import Band, Key, Rule


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
    each of them. ``gaps`` says what to recruit for where nobody fits, and which topic has nobody open to it. Where the
    ranking is in doubt, ``unknown`` are words of the title that neither catalogue nor anybody open to the need knows.
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
    unknown: tuple[str, ...] = ()
