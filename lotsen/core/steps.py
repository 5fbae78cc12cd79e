"""The words in which a feature's ``rules`` describe time-outs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol


class Unit(Enum):
    """What a time-out counts."""

    WT = "working days"
    DAYS = "days"
    OFFICE_DAY = "the next office day"
    NOW = "at once"


@dataclass(frozen=True)
class Step:
    """One thing that happens when nobody acts: counted from entering the state or from the step before.

    ``ends`` steps (expire, delete, complete) come at 23:59 local of the last day, the others at 8:00 of it.
    ``from_delivery``: the step counts from the moment the mail server took the mail or a call was recorded.
    ``repeats``: the step comes again and again at the same distance.
    """

    name: str
    after: int = 0
    unit: Unit = Unit.WT
    ends: bool = False
    from_delivery: bool = False
    repeats: bool = False


class Rules(Protocol):
    """A feature's module ``rules``, as `lotsen.core.states.move` needs it."""

    @property
    def MOVES(self) -> Mapping[Any, frozenset[Any]]:  # noqa: N802
        """Which states may follow which."""
        ...

    @property
    def TIMEOUTS(self) -> Mapping[Any, tuple[Step, ...]]:  # noqa: N802
        """What happens when nobody acts."""
        ...
