"""Facts behind each share, as data, and the values of the plain components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .rules import apart
from .text import COVERAGE, WHOLE_WORD
from .types import Need

if TYPE_CHECKING:
    from .people import Entry, Snapshot
    from .rules import Facts
    from .wants import Wants

Array = NDArray[np.float64]
COMMON = np.array([0.8, 0.8, 0.9, 1.0])
UNKNOWN = 0.7


def slot_values(facts: Facts, need: Need) -> Array:
    """1 for a flexible need, else .8 to 1 by the number of common slots; what is not named is taken as possible."""
    if not need.slots:
        return np.ones(len(facts.ids))
    return np.asarray(COMMON[np.minimum(facts.common_slots(need), 3)])


def place_values(facts: Facts, need: Need) -> Array:
    """1 for remote needs; on site falls from 1 to .7 at the edge of the radius; unknown places and remote help .7."""
    if need.mode == "remote":
        return np.ones(len(facts.ids))
    km = facts.distance(need)
    inside = facts.on_site & (km <= facts.radius)
    with np.errstate(invalid="ignore", divide="ignore"):
        near = 1.0 - 0.3 * np.where(facts.radius > 0, km / facts.radius, 0.0)
    return np.asarray(np.where(inside, near, UNKNOWN))


def detail(component: str, people: Snapshot, need: Need, wish: Wants, entry: Entry, full: bool) -> Mapping[str, Any]:
    """The facts behind one share of one match."""
    if component == "topics":
        return _topics(wish, entry)
    if component == "text":
        return {"words": evidence(people, need, wish, entry) if full else ()}
    if component == "availability":
        return {"slots": tuple(sorted(need.slots & entry.profile.slots)), "flexible": not need.slots}
    if component == "distance":
        km = apart(entry.profile, need)
        near = bool("on_site" in entry.profile.modes and km <= entry.profile.radius_km)
        remote = need.mode != "on_site" and "remote" in entry.profile.modes
        return {"km": None if np.isnan(km) else round(km, 1), "near": near, "remote": remote, "mode": need.mode}
    if component == "org_kind":
        return {"kind": need.org_kind}
    return {"record": entry.profile.record}


def _topics(wish: Wants, entry: Entry) -> Mapping[str, Any]:
    """Topics that carry this match, best first, each with level, likeliest common area and what the text says."""
    inference, catalogue = wish.catalogue.inference, wish.catalogue
    gain = wish.topics * entry.topics
    by_area = wish.areas * entry.areas
    np.add.at(gain, inference.topic_of, by_area)
    held: list[dict[str, Any]] = []
    for t in np.argsort(-gain, kind="stable")[:3].tolist():
        if gain[t] <= 0.02 or (held and gain[t] < 0.4 * gain.max()):
            break
        slug = inference.topic_slugs[t]
        level = entry.profile.topics.get(slug, 0)
        mine = np.flatnonzero(inference.topic_of == t)
        area = None
        if mine.size:
            best = mine[int(by_area[mine].argmax())]
            if inference.area_slugs[best] in entry.profile.areas or by_area[best] >= 0.3 * by_area[mine].sum():
                area = inference.area_slugs[best]
        if level or entry.told[t] >= 0.5:
            held.append(
                {
                    "topic": slug,
                    "area": area,
                    "level": level,
                    "told": round(float(entry.told[t]), 3),
                    "label": dict(catalogue.topics[slug].label),
                    "ticked": area in entry.profile.areas,
                    "area_label": dict(catalogue.areas[area].label) if area else {},
                }
            )
    asked = [{"topic": s.topic, "label": dict(catalogue.topics[s.topic].label)} for s in wish.inferred[:2]]
    return {"held": tuple(held), "asked": tuple(asked)}


def evidence(people: Snapshot, need: Need, wish: Wants, entry: Entry, limit: int = 4) -> tuple[str, ...]:
    """Two to four words of the need that speak most for this person, as the requester wrote them."""
    row = entry.document.words[0]
    theirs = dict(zip(row[0].tolist(), row[1].tolist(), strict=True))
    gains = []
    for surface, features in wish.words:
        gain = sum(WHOLE_WORD * value * theirs[f] + COVERAGE * mass for f, value, mass in features if f in theirs)
        if gain > 0:
            gains.append((-gain, surface))
    gains.sort()
    return tuple(surface for gain, surface in gains[:limit] if gain <= 0.25 * gains[0][0])
