"""When nobody fits: structured coverage decides, never a threshold on text alone. False alarms come first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .people import LEVELS, TICK, Snapshot
from .types import Gap, Need, Rule
from .wants import Wants

OUTSIDE = 0.5
NEEDED = 2
"""Level that a topic is needed at, where the need names none."""
SURE = 0.25
"""From this probability on a topic counts as asked for when gaps are listed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Nobody fits; not sure; slugs of topics or outside kinds that are missing."""

    nobody: bool
    uncertain: bool
    missing: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


def judge(
    need: Need,
    wish: Wants,
    fit: NDArray[np.float64],
    broken: Mapping[Rule, NDArray[np.bool_]],
    gone: NDArray[np.bool_],
    people: Snapshot,
    possible_from: float,
    fits_from: float,
) -> Verdict:
    """Nobody is open and fits, or the need is no digital task at all."""
    best = float(fit[~gone].max(initial=0.0))
    missing = tuple(s.topic for s in wish.inferred[:2])
    if wish.reading.outside > OUTSIDE and not need.topics and best < fits_from:
        kind = wish.reading.outside_kind
        return Verdict(True, True, (kind,), (Gap(kind, None, 0, 0, 0, outside=True),))
    found = gaps(need, wish, broken, gone, people)
    if best < possible_from:
        return Verdict(True, not (wish.reading.known or need.topics), missing[:1], found)
    clear = float(wish.reading.topics.max(initial=0.0)) >= 0.35
    uncertain = best < fits_from or not clear
    return Verdict(False, uncertain, missing[:1] if best < fits_from else (), found)


def gaps(
    need: Need,
    wish: Wants,
    broken: Mapping[Rule, NDArray[np.bool_]],
    gone: NDArray[np.bool_],
    people: Snapshot,
) -> tuple[Gap, ...]:
    """Asked-for topics that nobody open holds at the needed level; at least one topic is looked at."""
    level = need.must_level or NEEDED
    out = []
    for rank, said in enumerate(wish.inferred[:2]):
        if rank and said.score < SURE:
            break
        holds = people.holds(said.topic, TICK * LEVELS[level])
        free = int((holds & ~gone).sum())
        if not free:
            removed = {rule: int((mask & holds).sum()) for rule, mask in broken.items()}
            counts = {rule: number for rule, number in removed.items() if number}
            out.append(Gap(said.topic, said.area, level, int(holds.sum()), free, counts))
    return tuple(out)
