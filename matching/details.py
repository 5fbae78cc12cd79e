"""Facts behind each share, as data, and the values of the plain components."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .inference import CLEAR
from .rules import apart
from .types import Need

if TYPE_CHECKING:
    from .inference import Inference
    from .people import Snapshot
    from .rules import Facts
    from .wants import Wants

Array = NDArray[np.float64]
COMMON = np.array([0.8, 0.8, 0.9, 1.0])
UNKNOWN = 0.7


def plain_values(facts: Facts, need: Need, km: Array) -> dict[str, Array]:
    """Values of the components that need neither topics nor text."""
    return {
        "availability": slot_values(facts, need),
        "distance": place_values(facts, need, km),
        "org_kind": np.where(facts.org_kinds.any(axis=1), 1.0, 0.8),
        "record": facts.record,
    }


def slot_values(facts: Facts, need: Need) -> Array:
    """1 for a flexible need, else .8 to 1 by the number of common slots; what is not named is taken as possible."""
    if not need.slots:
        return np.ones(len(facts.ids))
    return np.asarray(COMMON[np.minimum(facts.common_slots(need), 3)])


def place_values(facts: Facts, need: Need, km: Array) -> Array:
    """1 for remote needs; on site falls from 1 to .7 at the edge of the radius; unknown places and remote help .7."""
    if need.mode == "remote":
        return np.ones(len(facts.ids))
    inside = facts.on_site & (km <= facts.radius)
    with np.errstate(invalid="ignore", divide="ignore"):
        near = 1.0 - 0.3 * np.where(facts.radius > 0, km / facts.radius, 0.0)
    return np.asarray(np.where(inside, near, UNKNOWN))


def details(
    people: Snapshot, need: Need, wish: Wants, places: Sequence[int], detailed: int
) -> list[dict[str, Mapping[str, Any]]]:
    """The facts behind each share of some matches; words of evidence for the first ``detailed``."""
    words = evidence(people, wish, places[:detailed])
    topics = _topics(people, wish, places)
    out = []
    for row, place in enumerate(places):
        profile = people.profile(place)
        km = apart(profile, need)
        out.append(
            {
                "topics": topics[row],
                "text": {"words": words[row] if row < len(words) else ()},
                "availability": {"slots": tuple(sorted(need.slots & profile.slots)), "flexible": not need.slots},
                "distance": {
                    "km": None if math.isnan(km) else round(km, 1),
                    "near": "on_site" in profile.modes and km <= profile.radius_km,
                    "remote": need.mode != "on_site" and "remote" in profile.modes,
                    "mode": need.mode,
                },
                "org_kind": {"kind": need.org_kind},
                "record": {"record": profile.record},
            }
        )
    return out


def _topics(people: Snapshot, wish: Wants, places: Sequence[int]) -> list[Mapping[str, Any]]:
    """Topics that carry each match, best first, each with level, likeliest common area and what the text says."""
    inference, catalogue = wish.catalogue.inference, wish.catalogue
    count = len(inference.topic_slugs)
    strength, told = people.columns("strength", places), people.columns("told", places)
    by_area = wish.areas[:, None] * strength[count:]
    gains = wish.topics[:, None] * strength[:count]
    np.add.at(gains, inference.topic_of, by_area)
    asked = tuple({"topic": s.topic, "label": dict(catalogue.topics[s.topic].label)} for s in wish.inferred[:2])
    out: list[Mapping[str, Any]] = []
    for row, place in enumerate(places):
        profile = people.profile(place)
        held: list[dict[str, Any]] = []
        gain = gains[:, row]
        for t in np.argsort(-gain, kind="stable")[:3].tolist():
            if gain[t] <= 0.02 or (held and gain[t] < 0.4 * gain.max()):
                break
            level = profile.topics.get(inference.topic_slugs[t], 0)
            if level or told[t, row] >= 0.5:
                area = _area(t, wish, inference)
                held.append(
                    {
                        "topic": inference.topic_slugs[t],
                        "area": area,
                        "level": level,
                        "told": round(float(told[t, row]), 3),
                        "label": dict(catalogue.topics[inference.topic_slugs[t]].label),
                        "ticked": area in profile.areas,
                        "area_label": dict(catalogue.areas[area].label) if area else {},
                    }
                )
        out.append({"held": tuple(held), "asked": asked})
    return out


def _area(topic: int, wish: Wants, inference: Inference) -> str | None:
    """The area of a topic that the need clearly speaks of."""
    mine = np.flatnonzero(inference.topic_of == topic)
    best = mine[int(wish.areas[mine].argmax())] if mine.size else -1
    clear = mine.size > 0 and wish.areas[best] >= CLEAR * wish.areas[mine].sum() / mine.size
    return inference.area_slugs[best] if clear and wish.areas[best] > 0 else None


def evidence(people: Snapshot, wish: Wants, places: Sequence[int], limit: int = 4) -> list[tuple[str, ...]]:
    """Up to four words of the need that speak most for each person, as the requester wrote them, none in another."""
    out = []
    for gains in people.by_word(wish.query, places, whole=True) * wish.topicality:
        shown: dict[str, str] = {}
        for k in np.argsort(-gains, kind="stable").tolist():
            if gains[k] <= 0 or gains[k] < 0.25 * gains.max() or len(shown) == limit:
                break
            word = wish.surfaces[k].lower()
            if not any(word in other or other in word for other in shown):
                shown[word] = wish.surfaces[k]
        out.append(tuple(shown.values()))
    return out
