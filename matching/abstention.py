"""When nobody fits: structured coverage decides, never a threshold on text alone. False alarms come first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .results import Gap
from .segment import LEVELS, TICK
from .sheet import Sheet
from .types import Rule
from .unheard import unheard_names, unheard_things

Mask = NDArray[np.bool_]

OUTSIDE = 0.25
"""From this probability on a text counts as no digital task: on two held-out sentences 2.4 % false alarms, three of
five found (``benchmarks/matching_nobody.py``); texts of real length name something digital twice as often."""
CERTAIN = 0.7
"""From this probability on somebody who fits the words changes nothing."""
COVERED = 0.2
"""Share of what is asked for that the best person open to it must hold; below it nobody fits."""
NEEDED = 2
"""Level that a topic is needed at, where the need names none."""
SURE = 0.25
"""From this probability on a topic counts as asked for when gaps are listed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Nobody fits; not sure; slugs of topics or outside kinds that are missing; words that nobody knows."""

    nobody: bool
    uncertain: bool
    missing: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()
    unknown: tuple[str, ...] = ()


def judge(sheet: Sheet, broken: Mapping[Rule, Mask], gone: Mask) -> Verdict:
    """Nobody is open and fits, or the need is no digital task at all."""
    need, wish, sure = sheet.need, sheet.wish, sheet.scale.fits_from
    best = float(sheet.fit[~gone].max(initial=0.0))
    missing = tuple(s.topic for s in wish.inferred[:2])
    outside = wish.reading.outside
    if wish.reading.known and (outside > CERTAIN or (outside > OUTSIDE and best < sure)):
        kind = wish.reading.outside_kind
        return Verdict(True, True, (kind,), (Gap(kind, None, 0, 0, 0, outside=True),))
    found, named = gaps(sheet, broken, gone), unheard_names(sheet, gone)
    if uncovered(sheet, gone):
        unsure = not wish.witnessed or not (wish.reading.known or need.topics)
        return Verdict(True, unsure, missing[:1], found, named + unheard_things(sheet, gone))
    if named:
        return Verdict(True, True, missing[:1], found, named)
    clear = float(wish.reading.topics.max(initial=0.0)) >= 0.35 and wish.witnessed
    uncertain = best < sure or not clear or outside > OUTSIDE / 3
    strange = unheard_things(sheet, gone) if uncertain else ()
    return Verdict(False, uncertain, missing[:1] if best < sure else (), found, strange)


def uncovered(sheet: Sheet, gone: Mask) -> bool:
    """Whether nobody open to the need holds enough of what it asks for."""
    return float(sheet.values["topics"][~gone].max(initial=0.0)) < COVERED


def gaps(sheet: Sheet, broken: Mapping[Rule, Mask], gone: Mask) -> tuple[Gap, ...]:
    """Asked-for topics that nobody open holds at the needed level; at least one topic is looked at."""
    level = sheet.need.must_level or NEEDED
    out = []
    for rank, said in enumerate(sheet.wish.inferred[:2]):
        if rank and said.score < SURE:
            break
        holds = sheet.people.holds(said.topic, TICK * LEVELS[level])
        if not (holds & ~gone).any():
            removed = {rule: int((mask & holds).sum()) for rule, mask in broken.items()}
            counts = {rule: number for rule, number in removed.items() if number}
            out.append(Gap(said.topic, said.area, level, int(holds.sum()), 0, counts))
    return tuple(out)
