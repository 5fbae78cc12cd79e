"""What an act is: which page, in which states, what it asks, what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_login import current_user

from lotsen.pilots.forms import ConfirmForm
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State


@dataclass(frozen=True)
class Act:
    """One thing that can be done. ``to``: where it leads, to know a button that was pressed twice."""

    slug: str
    title: Any
    lead: Any
    button: Any
    done: Any
    states: frozenset[State]
    form: Callable[[Pilot], Any]
    run: Callable[[Pilot, Any, datetime], None]
    to: State | None = None
    fits: Callable[[Pilot], bool] = lambda pilot: True
    style: str = "secondary"
    ask_again: Callable[[Pilot, Any], list[Any]] = lambda pilot, form: []  # what follows, read before it is done
    by_others: bool = False  # nobody does this for oneself
    or_alone: bool = False  # ... unless nobody else is there to do it

    def possible(self, pilot: Pilot) -> bool:
        """Whether it can be done with this pilot now, whoever wants to."""
        return pilot.state in self.states and self.fits(pilot)


def by_now(at: datetime) -> dict[str, Any]:
    """Who presses the button, and when."""
    return {"by": current_user, "at": at}


def plain(pilot: Pilot) -> ConfirmForm:
    """Only a button."""
    return ConfirmForm(version=pilot.visit)


IN_TALKS = frozenset({State.SUBMITTED, State.INTERVIEW})
WITH_US = frozenset({State.AWARDED, State.PAUSED})
