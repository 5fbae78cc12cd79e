"""When nobody fits: structured coverage decides, never a threshold on text alone. False alarms come first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .segment import LEVELS, TICK
from .sheet import Sheet
from .types import Gap, Rule
from .witness import names

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
    """Nobody fits; not sure; slugs of topics or outside kinds that are missing."""

    nobody: bool
    uncertain: bool
    missing: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


def judge(sheet: Sheet, broken: Mapping[Rule, Mask], gone: Mask) -> Verdict:
    """Nobody is open and fits, or the need is no digital task at all."""
    need, wish, sure = sheet.need, sheet.wish, sheet.scale.fits_from
    best = float(sheet.fit[~gone].max(initial=0.0))
    missing = tuple(s.topic for s in wish.inferred[:2])
    outside = wish.reading.outside
    if wish.reading.known and (outside > CERTAIN or (outside > OUTSIDE and best < sure)):
        kind = wish.reading.outside_kind
        return Verdict(True, True, (kind,), (Gap(kind, None, 0, 0, 0, outside=True),))
    found = gaps(sheet, broken, gone)
    if uncovered(sheet, gone):
        return Verdict(True, not wish.witnessed or not (wish.reading.known or need.topics), missing[:1], found)
    if unheard(sheet, gone):
        return Verdict(True, True, missing[:1], found)
    clear = float(wish.reading.topics.max(initial=0.0)) >= 0.35 and wish.witnessed
    uncertain = best < sure or not clear or outside > OUTSIDE / 3
    return Verdict(False, uncertain, missing[:1] if best < sure else (), found)


def uncovered(sheet: Sheet, gone: Mask) -> bool:
    """Whether nobody open to the need holds enough of what it asks for."""
    return float(sheet.values["topics"][~gone].max(initial=0.0)) < COVERED


def unheard(sheet: Sheet, gone: Mask) -> bool:
    """Whether the title names something ("CAD", "MuseScore") that neither catalogue nor anybody open knows.

    Who holds the topic in general need not know it. Names in the text are often those of organisations.
    """
    known = sheet.wish.catalogue.inference.knows
    return any(not known(name) and not (sheet.people.says(name) & ~gone).any() for name in names(sheet.need.title))


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
