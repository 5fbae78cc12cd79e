"""When nobody fits: structured coverage decides, never a threshold on text alone. False alarms come first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .people import Snapshot
from .types import Need
from .wants import Wants

OUTSIDE = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Nobody fits; not sure; slugs of topics or outside kinds that are missing."""

    nobody: bool
    uncertain: bool
    missing: tuple[str, ...]


def judge(
    need: Need,
    wish: Wants,
    fit: NDArray[np.float64],
    gone: NDArray[np.bool_],
    people: Snapshot,
    possible_from: float,
    fits_from: float,
) -> Verdict:
    """Nobody is open and fits, or the need is no digital task at all."""
    best = float(fit[~gone].max(initial=0.0))
    missing = tuple(s.topic for s in wish.inferred[:2])
    if wish.reading.outside > OUTSIDE and not need.topics and best < fits_from:
        return Verdict(True, True, (wish.reading.outside_kind,))
    if best < possible_from:
        return Verdict(True, not (wish.reading.known or need.topics), missing[:1])
    clear = float(wish.reading.topics.max(initial=0.0)) >= 0.35
    return Verdict(False, best < fits_from or not clear, missing[:1] if best < fits_from else ())
