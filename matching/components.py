"""The components of a score, their weights, and the look-up of removed people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .people import Snapshot
from .types import InputError, Key, Rule

COMPONENTS = ("topics", "text", "availability", "distance", "org_kind", "record")
WEIGHTS: Mapping[str, float] = dict(zip(COMPONENTS, (0.45, 0.25, 0.12, 0.08, 0.05, 0.05), strict=True))


def checked(given: Mapping[str, float] | None) -> dict[str, float]:
    """Weights of all components, not negative, divided by their sum.

    Examples
    --------
    >>> checked({**WEIGHTS, "topics": 1.45})["topics"]
    0.725
    """
    weights = dict(given or WEIGHTS)
    if set(weights) != set(COMPONENTS):
        raise InputError(f"weights: exactly {', '.join(COMPONENTS)} are needed")
    if not all(np.isfinite(w) and w >= 0 for w in weights.values()) or sum(weights.values()) <= 0:
        raise InputError("weights: none may be negative, and not all zero")
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


class Removed(Mapping[Key, tuple[Rule, ...]]):
    """Who is removed by which rules, looked up when asked for."""

    def __init__(self, people: Snapshot, broken: Mapping[Rule, NDArray[np.bool_]]) -> None:
        self._people, self._broken = people, broken
        self._gone: NDArray[Any] = np.zeros(len(people.keys), dtype=bool)
        for mask in broken.values():
            self._gone |= mask

    def __getitem__(self, key: Key) -> tuple[Rule, ...]:
        at = self._people.at(key)
        if not self._gone[at]:
            raise KeyError(key)
        return tuple(rule for rule, mask in self._broken.items() if mask[at])

    def __iter__(self) -> Iterator[Key]:
        return iter([self._people.keys[at] for at in np.flatnonzero(self._gone).tolist()])

    def __len__(self) -> int:
        return int(self._gone.sum())
