"""Which numbers may stand by themselves. Pure.

A group behind which stand fewer people or organisations than the town's smallest number is not shown by itself, nor can
it be computed: from the total, from another year or from all years, not even by somebody who knows these rules.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Group:
    """What is counted in one group, and how many people or organisations stand behind it."""

    number: int = 0
    behind: int = 0


@dataclass(frozen=True)
class Breakdown(Generic[K]):
    """What everybody may read: groups with their numbers, the number of the others together, who these may be."""

    shown: Mapping[K, int]
    others: int
    merged: frozenset[K]


def break_down(groups: Mapping[K, Group], smallest: int) -> Breakdown[K] | None:
    """The groups of one year that may be shown; None where nothing may or nothing is there.

    ``groups`` names every group there is, empty ones too. With the small groups go the empty ones, so that nobody knows
    which is which, and the smallest of the large ones with all its equals: so the others together are never below
    ``smallest``, and a reader who knows the rule still finds more than one way in which they may be made up.
    """
    small = {key for key, group in groups.items() if 0 < group.behind < smallest}
    if small:
        large = [group.behind for group in groups.values() if group.behind >= smallest]
        small = {key for key, group in groups.items() if group.behind <= min(large, default=smallest)}
    shown = {key: group.number for key, group in groups.items() if key not in small}
    others = sum(groups[key].number for key in small)
    return Breakdown(shown, others, frozenset(small)) if any(shown.values()) else None


def over_years(years: Iterable[Breakdown[K]]) -> Breakdown[K] | None:
    """Several years together; None where nothing may be shown by itself.

    It is made of what the years show and of nothing else: whoever reads it learns nothing that they do not say.
    """
    years = list(years)
    merged = frozenset[K]().union(*(year.merged for year in years))
    keys = dict.fromkeys(key for year in years for key in year.shown if key not in merged)
    shown = {key: sum(year.shown.get(key, 0) for year in years) for key in keys}
    total = sum(year.others + sum(year.shown.values()) for year in years)
    return Breakdown(shown, total - sum(shown.values()), merged) if any(shown.values()) else None
