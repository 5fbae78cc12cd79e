"""Hard rules: who cannot, whatever the score. Vectorised over all profiles of a matcher."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .types import InputError, Key, Need, Profile, Rule

EARTH_KM = 6371.0088
MODES = frozenset({"on_site", "remote"})
Mask = NDArray[np.bool_]


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two points in degrees.

    Examples
    --------
    >>> round(kilometres((52.32, 9.2), (52.37, 9.73)), 1)
    36.4
    """
    p, q = math.radians(a[0]), math.radians(b[0])
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def check_profile(profile: Profile) -> None:
    """Refuse a profile that cannot be matched, naming the field."""
    where = f"profile {profile.id}"
    if profile.id is None:
        raise InputError("profile None: id is missing")
    _text(where, headline=profile.headline, about=profile.about)
    for slug, level in profile.topics.items():
        if isinstance(level, bool) or level not in (0, 1, 2, 3):
            raise InputError(f"{where}: topics: level of {slug} must be 1, 2 or 3, not {level!r}")
    if not profile.modes <= MODES:
        raise InputError(f"{where}: modes: unknown {sorted(profile.modes - MODES)}")
    _place(where, profile.latitude, profile.longitude)
    if not (math.isfinite(profile.radius_km) and profile.radius_km >= 0):
        raise InputError(f"{where}: radius_km must be a number from 0, not {profile.radius_km!r}")
    if not (math.isfinite(profile.record) and 0 <= profile.record <= 1):
        raise InputError(f"{where}: record must lie between 0 and 1, not {profile.record!r}")


def check_need(need: Need) -> None:
    """Refuse a need that cannot be matched, naming the field."""
    where = f"need {need.id}"
    _text(where, title=need.title, description=need.description)
    if need.mode not in {"on_site", "remote", "either"}:
        raise InputError(f"{where}: mode must be on_site, remote or either, not {need.mode!r}")
    _place(where, need.latitude, need.longitude)
    if need.must_level not in (0, 1, 2, 3):
        raise InputError(f"{where}: must_level must be 0 to 3, not {need.must_level!r}")


def _text(where: str, **fields: object) -> None:
    for name, value in fields.items():
        if not isinstance(value, str):
            raise InputError(f"{where}: {name} must be text, not {type(value).__name__}")


def _place(where: str, latitude: float | None, longitude: float | None) -> None:
    if (latitude is None) != (longitude is None):
        raise InputError(f"{where}: latitude and longitude belong together")
    if latitude is not None and longitude is not None:
        if not (math.isfinite(latitude) and -90 <= latitude <= 90):
            raise InputError(f"{where}: latitude must lie between -90 and 90, not {latitude!r}")
        if not (math.isfinite(longitude) and -180 <= longitude <= 180):
            raise InputError(f"{where}: longitude must lie between -180 and 180, not {longitude!r}")


class Facts:
    """The profiles' facts as arrays; bits for languages, slots and kinds."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.profiles = profiles
        self._at = {profile.id: at for at, profile in enumerate(profiles)}
        self._bits: dict[str, dict[str, int]] = {"slots": {}, "languages": {}, "org_kinds": {}}
        for name, known in self._bits.items():
            for value in sorted({v for p in profiles for v in getattr(p, name)}):
                known[value] = len(known)
        self._masks = {name: self._mask(name) for name in self._bits}
        self.named = {name: mask.any(axis=0) for name, mask in self._masks.items()}
        """Who names slots, languages, kinds of organisations at all."""
        self.on_site = np.array(["on_site" in p.modes for p in profiles], dtype=bool)
        self.remote = np.array(["remote" in p.modes for p in profiles], dtype=bool)
        self._latitude = np.radians([np.nan if p.latitude is None else p.latitude for p in profiles])
        self._longitude = np.radians([np.nan if p.longitude is None else p.longitude for p in profiles])
        self._cosine = np.cos(self._latitude)
        self.radius = np.array([p.radius_km for p in profiles], dtype=float)
        self.capacity = np.array([p.capacity_left for p in profiles], dtype=float)
        self.active = np.array([p.active for p in profiles], dtype=bool)
        self.clearance = np.array([p.clearance for p in profiles], dtype=bool)
        self.record = np.array([p.record for p in profiles], dtype=float)
        self._levels: dict[str, NDArray[np.int8]] = {}
        for at, profile in enumerate(profiles):
            for topic, level in profile.topics.items():
                self._levels.setdefault(topic, np.zeros(len(profiles), dtype=np.int8))[at] = level
        self._conflicts: dict[Key, list[int]] = {}
        for at, profile in enumerate(profiles):
            for organisation in profile.excluded_organisations:
                self._conflicts.setdefault(organisation, []).append(at)

    def _mask(self, name: str) -> Mask:
        known = self._bits[name]
        out = np.zeros((len(known), len(self.profiles)), dtype=bool)
        for at, profile in enumerate(self.profiles):
            for value in getattr(profile, name):
                out[known[value], at] = True
        return out

    def _common(self, name: str, wanted: Iterable[str]) -> NDArray[np.intp]:
        """How many of the wanted values each profile has."""
        known = self._bits[name]
        rows = [known[value] for value in wanted if value in known]
        return np.asarray(self._masks[name][rows].sum(axis=0, dtype=np.intp))

    def _without(self, name: str, wanted: Iterable[str]) -> Mask:
        """Who names values, but none of the wanted ones."""
        return np.asarray((self._common(name, wanted) == 0) & self.named[name])

    def common_slots(self, need: Need) -> NDArray[np.intp]:
        """Number of common slots with a need that names some."""
        return self._common("slots", need.slots)

    def distance(self, need: Need) -> NDArray[np.float64]:
        """Kilometres to a need, as :func:`kilometres` counts them; NaN where a place is unknown."""
        if need.latitude is None or need.longitude is None:
            return np.full(len(self.profiles), np.nan)
        here, there = math.radians(need.latitude), math.radians(need.longitude)
        across = math.cos(here) * self._cosine * np.sin((self._longitude - there) / 2) ** 2
        half = np.sin((here - self._latitude) / 2) ** 2 + across
        return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))

    def broken(self, need: Need, km: NDArray[np.float64]) -> dict[Rule, Mask]:
        """For each rule that somebody breaks, which profiles do."""
        size = len(self.profiles)
        nobody = np.zeros(size, dtype=bool)
        with np.errstate(invalid="ignore"):
            far = km > self.radius
        out = {
            Rule.INACTIVE: ~self.active,
            Rule.CAPACITY: self.capacity <= 0,
            Rule.LANGUAGE: nobody,
            Rule.MODE: ~(self.on_site | self.remote),
            Rule.DISTANCE: self.on_site & ~self.remote & far,
            Rule.ORG_KIND: nobody,
            Rule.CONFLICT: nobody,
            Rule.EXCLUDED: nobody,
            Rule.CLEARANCE: ~self.clearance if need.minors else nobody,
            Rule.TIME: nobody,
            Rule.LEVEL: nobody,
        }
        if need.languages:
            out[Rule.LANGUAGE] = self._without("languages", need.languages)
        if need.mode == "remote":
            out[Rule.MODE], out[Rule.DISTANCE] = ~self.remote, nobody
        elif need.mode == "on_site":
            out[Rule.MODE], out[Rule.DISTANCE] = ~self.on_site, self.on_site & far
        if need.org_kind:
            out[Rule.ORG_KIND] = self._without("org_kinds", (need.org_kind,))
        if need.slots:
            out[Rule.TIME] = self._without("slots", need.slots)
        if need.organisation is not None and need.organisation in self._conflicts:
            out[Rule.CONFLICT] = nobody.copy()
            out[Rule.CONFLICT][self._conflicts[need.organisation]] = True
        if need.excluded_profiles:
            out[Rule.EXCLUDED] = nobody.copy()
            out[Rule.EXCLUDED][[self._at[key] for key in need.excluded_profiles if key in self._at]] = True
        if need.must_level and need.topics:
            held = [self._levels[topic] for topic in need.topics if topic in self._levels]
            out[Rule.LEVEL] = np.max([nobody, *held], axis=0) < need.must_level
        return {rule: mask for rule, mask in out.items() if mask is not nobody and mask.any()}
