"""Hard rules: who cannot, and why. Every rule has a code."""

from math import asin, cos, inf, radians, sin, sqrt

from ._types import Need, Profile

EARTH_KM = 6371.0


def distance_km(a: Profile, b: Need) -> float:
    """Straight line between the middles of two places; infinite when one is unknown."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return inf
    la, lb = radians(a.latitude), radians(b.latitude)
    h = sin((lb - la) / 2) ** 2 + cos(la) * cos(lb) * sin(radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


def broken(profile: Profile, need: Need, km: float) -> tuple[str, ...]:
    """Codes of the rules that rule this person out for this need."""
    remote, on_site = "remote" in profile.modes, "on_site" in profile.modes
    near = on_site and km <= profile.radius_km
    checks = (
        ("inactive", not profile.active),
        ("capacity", profile.capacity_left <= 0),
        ("language", not profile.languages & need.languages),
        ("mode", _wrong_mode(need.mode, remote, on_site)),
        (
            "distance",
            (need.mode == "on_site" and on_site and not near)
            or (need.mode == "either" and on_site and not remote and not near),
        ),
        ("org_kind", need.org_kind not in profile.org_kinds),
        ("conflict", need.organisation is not None and need.organisation in profile.excluded_organisations),
        ("excluded", profile.id in need.excluded_profiles),
        ("clearance", need.minors and not profile.clearance),
        ("time", bool(need.slots and profile.slots and not need.slots & profile.slots)),
        (
            "level",
            need.must_level > 0 and max((profile.topics.get(t, 0) for t in need.topics), default=0) < need.must_level,
        ),
    )
    return tuple(code for code, fails in checks if fails)


def _wrong_mode(mode: str, remote: bool, on_site: bool) -> bool:
    if mode == "remote":
        return not remote
    if mode == "on_site":
        return not on_site
    return not remote and not on_site
