"""When nobody fits: what people hold and what nobody knows decide, never text alone. False alarms come first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .results import Gap
from .segment import LEVELS, TICK
from .sheet import Sheet
from .types import Rule
from .unheard import unheard_names, unheard_share, unheard_things

Mask = NDArray[np.bool_]

OUTSIDE = 0.25
"""From this probability on a text counts as no digital task: on two held-out sentences 2.4 % false alarms, three of
five found (``benchmarks/matching_nobody.py``); texts of real length name something digital twice as often."""
CERTAIN = 0.7
"""From this probability on somebody who fits the words changes nothing."""
DOUBT = {"always": 1.0, "fit": -1.0, "outside": 0.2, "together": -2.6, "unheard": 2.4}
"""Log odds that nobody fits: of the best fit and of being no digital task (both as log odds), of the share of what is
asked for that all open people hold together, and of the share of its nouns that nobody knows. Fitted on the towns of
two sets of the project's own (``python -m benchmarks.matching_doubt``)."""
DOUBTED = 0.5
"""From these log odds on nobody fits."""
LIKELIEST = 24
"""So many topics and areas asked for are looked at when everybody is taken together."""
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
    wish, sure = sheet.wish, sheet.scale.fits_from
    best = float(sheet.fit[~gone].max(initial=0.0))
    missing = tuple(s.topic for s in wish.inferred[:2])
    outside = wish.reading.outside
    if wish.reading.known and (outside > CERTAIN or (outside > OUTSIDE and best < sure)):
        kind = wish.reading.outside_kind
        return Verdict(True, True, (kind,), (Gap(kind, None, 0, 0, 0, outside=True),))
    found, named = gaps(sheet, broken, gone), unheard_names(sheet, gone)
    if doubtful(sheet, gone):
        return Verdict(True, not found or not wish.witnessed, missing[:1], found, named + unheard_things(sheet, gone))
    if named:
        return Verdict(True, True, missing[:1], found, named)
    clear = float(wish.reading.topics.max(initial=0.0)) >= 0.35 and wish.witnessed
    uncertain = best < sure or not clear or outside > OUTSIDE / 3
    strange = unheard_things(sheet, gone) if uncertain else ()
    return Verdict(False, uncertain, missing[:1] if best < sure else (), found, strange)


def doubtful(sheet: Sheet, gone: Mask) -> bool:
    """Whether it is likely that nobody open to the need fits."""
    return float(sum(DOUBT[name] * value for name, value in doubts(sheet, gone).items())) > DOUBTED


def doubts(sheet: Sheet, gone: Mask) -> dict[str, float]:
    """What speaks for and against that nobody open fits, see :data:`DOUBT`."""
    return {
        "always": 1.0,
        "fit": _log_odds(float(sheet.fit[~gone].max(initial=0.0))),
        "outside": _log_odds(sheet.wish.reading.outside),
        "together": _together(sheet, gone),
        "unheard": unheard_share(sheet, gone),
    }


def _together(sheet: Sheet, gone: Mask) -> float:
    """Share of what is asked for that is held, each topic and area by whoever open holds most of it."""
    wanted = np.concatenate([sheet.wish.topics, sheet.wish.areas])
    likeliest = np.argsort(-wanted, kind="stable")[:LIKELIEST]
    return float(wanted[likeliest] @ sheet.people.strongest(likeliest, ~gone))


def _log_odds(share: float) -> float:
    kept = min(max(share, 0.001), 0.999)
    return math.log(kept / (1.0 - kept))


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
