"""The matches of a ranking, made when somebody looks at them: a thousand may fit, a few are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from .results import Match

Places = NDArray[np.intp]
AT_ONCE = 25
"""Matches made together, which takes a fraction of the time of one by one."""


class Matches(Sequence[Match]):
    """Matches in order; equal to a list of the same.

    Parameters
    ----------
    places : array
        Where the people stand.
    make : callable
        Makes the matches of some places, given the rank of the first (from 0).
    """

    def __init__(self, places: Places, make: Callable[[Places, int], list[Match]]) -> None:
        self._places, self._make = places, make
        self._made: dict[int, list[Match]] = {}

    def __len__(self) -> int:
        return self._places.size

    @overload
    def __getitem__(self, at: int) -> Match: ...
    @overload
    def __getitem__(self, at: slice) -> list[Match]: ...
    def __getitem__(self, at: int | slice) -> Match | list[Match]:
        if isinstance(at, slice):
            return [self[k] for k in range(*at.indices(len(self)))]
        k = at + len(self) if at < 0 else at
        if not 0 <= k < len(self):
            raise IndexError(at)
        group, row = divmod(k, AT_ONCE)
        found = self._made.get(group)
        if found is None:
            start = group * AT_ONCE
            found = self._made[group] = self._make(self._places[start : start + AT_ONCE], start)
        return found[row]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like a list

    def __repr__(self) -> str:
        return repr(list(self))
