"""Hard rules: who cannot, whatever the score. Vectorised over all profiles of a matcher."""

from __future__ import annotations

import math
from collections.abc import Sequence

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


def _kilometres(
    latitude: float, longitude: float, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]
) -> NDArray[np.float64]:
    p, q = math.radians(latitude), np.radians(latitudes)
    half = (
        np.sin((q - p) / 2) ** 2
        + math.cos(p) * np.cos(q) * np.sin((np.radians(longitudes) - math.radians(longitude)) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


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


def apart(profile: Profile, need: Need) -> float:
    """Kilometres between a profile and a need; NaN where a place is unknown."""
    here, there = (profile.latitude, profile.longitude), (need.latitude, need.longitude)
    if None in here or None in there:
        return math.nan
    return kilometres((here[0] or 0.0, here[1] or 0.0), (there[0] or 0.0, there[1] or 0.0))


class Facts:
    """The profiles' facts as arrays; bits for languages, slots and kinds."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.profiles = profiles
        self.ids = [profile.id for profile in profiles]
        self._bits: dict[str, dict[str, int]] = {"slots": {}, "languages": {}, "org_kinds": {}}
        for name, known in self._bits.items():
            for value in sorted({v for p in profiles for v in getattr(p, name)}):
                known[value] = len(known)
        self.slots = self._masks("slots")
        self.languages = self._masks("languages")
        self.org_kinds = self._masks("org_kinds")
        self.on_site = np.array(["on_site" in p.modes for p in profiles], dtype=bool)
        self.remote = np.array(["remote" in p.modes for p in profiles], dtype=bool)
        self.latitude = np.array([np.nan if p.latitude is None else p.latitude for p in profiles], dtype=float)
        self.longitude = np.array([np.nan if p.longitude is None else p.longitude for p in profiles], dtype=float)
        self.radius = np.array([p.radius_km for p in profiles], dtype=float)
        self.capacity = np.array([p.capacity_left for p in profiles], dtype=float)
        self.active = np.array([p.active for p in profiles], dtype=bool)
        self.clearance = np.array([p.clearance for p in profiles], dtype=bool)
        self.record = np.array([p.record for p in profiles], dtype=float)
        self._conflicts: dict[Key, list[int]] = {}
        for at, profile in enumerate(profiles):
            for organisation in profile.excluded_organisations:
                self._conflicts.setdefault(organisation, []).append(at)

    def _masks(self, name: str) -> NDArray[np.bool_]:
        known = self._bits[name]
        out = np.zeros((len(self.profiles), len(known)), dtype=bool)
        for at, profile in enumerate(self.profiles):
            for value in getattr(profile, name):
                out[at, known[value]] = True
        return out

    def _common(self, name: str, wanted: frozenset[str]) -> NDArray[np.intp]:
        """How many of the wanted values each profile has."""
        known = self._bits[name]
        columns = [known[value] for value in wanted if value in known]
        return np.asarray(getattr(self, name)[:, columns].sum(axis=1), dtype=np.intp)

    def common_slots(self, need: Need) -> NDArray[np.intp]:
        """Number of common slots with a need that names some."""
        return self._common("slots", need.slots)

    def distance(self, need: Need) -> NDArray[np.float64]:
        """Kilometres to a need; NaN where a place is unknown."""
        if need.latitude is None or need.longitude is None:
            return np.full(len(self.profiles), np.nan)
        return _kilometres(need.latitude, need.longitude, self.latitude, self.longitude)

    def broken(self, need: Need, km: NDArray[np.float64]) -> dict[Rule, Mask]:
        """For each rule, which profiles break it."""
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
            out[Rule.LANGUAGE] = (self._common("languages", need.languages) == 0) & self.languages.any(axis=1)
        if need.mode == "remote":
            out[Rule.MODE], out[Rule.DISTANCE] = ~self.remote, nobody
        elif need.mode == "on_site":
            out[Rule.MODE], out[Rule.DISTANCE] = ~self.on_site, self.on_site & far
        if need.org_kind:
            out[Rule.ORG_KIND] = (self._common("org_kinds", frozenset({need.org_kind})) == 0) & self.org_kinds.any(
                axis=1
            )
        if need.slots:
            out[Rule.TIME] = (self.common_slots(need) == 0) & self.slots.any(axis=1)
        if need.organisation is not None and need.organisation in self._conflicts:
            out[Rule.CONFLICT] = nobody.copy()
            out[Rule.CONFLICT][self._conflicts[need.organisation]] = True
        if need.excluded_profiles:
            out[Rule.EXCLUDED] = np.array([key in need.excluded_profiles for key in self.ids], dtype=bool)
        if need.must_level and need.topics:
            held = [max((p.topics.get(t, 0) for t in need.topics), default=0) for p in self.profiles]
            out[Rule.LEVEL] = np.array(held, dtype=np.intp) < need.must_level
        return out
