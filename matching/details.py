"""Facts behind each share, as data, and the values of the plain components."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .inference import CLEAR
from .people import Snapshot
from .rules import Facts
from .types import Need
from .vectors import Values
from .wants import Wants

Array = NDArray[np.float64]
COMMON = np.array([0.8, 0.8, 0.9, 1.0])
UNKNOWN = 0.7
MOST_HELD = 3
"""Topics that are shown for one person."""
TELLS, SILENT = 0.7, 0.35
"""How strongly a person's own words speak of an area, against the topic, to say so; and below which they do not."""


def plain_values(facts: Facts, need: Need, km: Array) -> dict[str, Array]:
    """Values of the components that need neither topics nor text."""
    return {
        "availability": slot_values(facts, need),
        "distance": place_values(facts, need, km),
        "org_kind": np.where(facts.named["org_kinds"], 1.0, 0.8),
        "record": facts.record,
    }


def slot_values(facts: Facts, need: Need) -> Array:
    """1 for a flexible need, else .8 to 1 by the number of common slots; what is not named is taken as possible."""
    if not need.slots:
        return np.ones(facts.record.size)
    return np.asarray(COMMON[np.minimum(facts.common_slots(need), 3)])


def place_values(facts: Facts, need: Need, km: Array) -> Array:
    """1 for remote needs; on site falls from 1 to .7 at the edge of the radius; unknown places and remote help .7."""
    if need.mode == "remote":
        return np.ones(facts.record.size)
    inside = facts.on_site & (km <= facts.radius)
    with np.errstate(invalid="ignore", divide="ignore"):
        near = 1.0 - 0.3 * np.where(facts.radius > 0, km / facts.radius, 0.0)
    return np.asarray(np.where(inside, near, UNKNOWN))


def details(
    people: Snapshot, need: Need, wish: Wants, places: Sequence[int], km: Array, detailed: int
) -> list[dict[str, Mapping[str, Any]]]:
    """The facts behind each share of some matches, ``km`` away; words of evidence for the first ``detailed``."""
    words = evidence(people, wish, places[: max(detailed, 0)])
    topics = _topics(people, wish, places)
    kind = {"kind": need.org_kind}
    out: list[dict[str, Mapping[str, Any]]] = []
    for row, (place, far) in enumerate(zip(places, km.tolist(), strict=True)):
        profile = people.profile(place)
        out.append(
            {
                "topics": topics[row],
                "text": {"words": words[row] if row < len(words) else ()},
                "availability": {"slots": tuple(sorted(need.slots & profile.slots)), "flexible": not need.slots},
                "distance": {
                    "km": None if math.isnan(far) else round(far, 1),
                    "near": "on_site" in profile.modes and far <= profile.radius_km,
                    "remote": need.mode != "on_site" and "remote" in profile.modes,
                    "mode": need.mode,
                },
                "org_kind": kind,
                "record": {"record": profile.record},
            }
        )
    return out


def _topics(people: Snapshot, wish: Wants, places: Sequence[int]) -> list[Mapping[str, Any]]:
    """Topics that carry each match, best first, each with level, likeliest common area and what the text says."""
    inference, catalogue = wish.catalogue.inference, wish.catalogue
    slugs, count = inference.topic_slugs, len(inference.topic_slugs)
    strength, told = people.columns("strength", places), people.columns("told", places)
    gains = wish.topics[:, None] * strength[:count] + inference.layout.by_topic(wish.areas[:, None] * strength[count:])
    best = np.argsort(-gains, axis=0, kind="stable")[:MOST_HELD]
    enough = np.maximum(0.02, 0.4 * gains.max(axis=0, initial=0.0))
    carries = np.take_along_axis(gains, best, axis=0)
    said = np.take_along_axis(told, best, axis=0)
    known = {t: _named(t, wish) for t in set(best[carries > 0.02].tolist())}
    asked = tuple({"topic": s.topic, "label": dict(catalogue.topics[s.topic].label)} for s in wish.inferred[:2])
    out: list[Mapping[str, Any]] = []
    for row, place in enumerate(places):
        profile = people.profile(place)
        held: list[dict[str, Any]] = []
        for t, gain, own in zip(best[:, row].tolist(), carries[:, row].tolist(), said[:, row].tolist(), strict=True):
            if gain <= 0.02 or (held and gain < enough[row]):
                break
            level = profile.topics.get(slugs[t], 0)
            if level or own >= 0.5:
                ticked = known[t]["area"] in profile.areas
                entry = {**known[t], "level": level, "told": round(own, 3), "ticked": ticked}
                if own >= 0.5 and not ticked:
                    entry |= _own_area(t, known[t]["area"], strength[:, row], wish)
                held.append(entry)
        out.append({"held": tuple(held), "asked": asked})
    return out


def _own_area(topic: int, asked: str | None, strength: Values, wish: Wants) -> dict[str, Any]:
    """Of which area of a topic a person's own words speak: the one asked for, or clearly another."""
    inference, catalogue = wish.catalogue.inference, wish.catalogue
    mine = np.flatnonzero(inference.layout.topic_of == topic)
    if asked is None or not mine.size or strength[topic] <= 0:
        return {}
    speaks = strength[len(inference.topic_slugs) + mine] / strength[topic]
    wanted = float(speaks[int(np.flatnonzero(mine == inference.area_at[asked])[0])])
    best = inference.area_slugs[mine[int(speaks.argmax())]]
    if wanted >= TELLS:
        return {"tells_of": dict(catalogue.areas[asked].label), "rather": False}
    if wanted < SILENT and float(speaks.max()) >= TELLS:
        return {"tells_of": dict(catalogue.areas[best].label), "rather": True}
    return {}


def _named(topic: int, wish: Wants) -> dict[str, Any]:
    """A topic and its area that the need clearly speaks of, with their labels."""
    inference, catalogue = wish.catalogue.inference, wish.catalogue
    slug = inference.topic_slugs[topic]
    mine = np.flatnonzero(inference.layout.topic_of == topic)
    best = mine[int(wish.areas[mine].argmax())] if mine.size else -1
    clear = mine.size > 0 and wish.areas[best] >= CLEAR * wish.areas[mine].sum() / mine.size
    area = inference.area_slugs[best] if clear and wish.areas[best] > 0 else None
    return {
        "topic": slug,
        "area": area,
        "label": dict(catalogue.topics[slug].label),
        "area_label": dict(catalogue.areas[area].label) if area else {},
    }


def evidence(people: Snapshot, wish: Wants, places: Sequence[int], limit: int = 4) -> list[tuple[str, ...]]:
    """Up to four words of the need that speak most for each person, as the requester wrote them.

    None holds another one's stem: "Platz" and "Plätze" say the same, "Rechnungen" nothing beside "E-Rechnung".
    """
    out = []
    words = np.flatnonzero(wish.topicality).tolist()
    if not words:
        return [()] * len(places)
    surfaces = [wish.surfaces[k] for k in words]
    stem = wish.catalogue.inference.analyser.stem
    stems = ["-".join(map(stem, surface.lower().split("-"))) for surface in surfaces]
    gains = people.said(wish.query, places, words) * wish.topicality[words]
    enough = np.maximum(0.25 * gains.max(axis=1, initial=0.0, keepdims=True), 1e-300)
    order = np.argsort(-gains, axis=1, kind="stable")
    speak = np.take_along_axis(gains >= enough, order, axis=1)
    for row, some in zip(order.tolist(), speak.sum(axis=1).tolist(), strict=True):
        shown: dict[str, str] = {}
        for k in row[:some]:
            if len(shown) == limit:
                break
            if not any(stems[k] in other or other in stems[k] for other in shown):
                shown[stems[k]] = surfaces[k]
        out.append(tuple(shown.values()))
    return out
