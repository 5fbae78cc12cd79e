"""``move()``: one guarded change of state, used by every feature with a lifecycle.

A feature's ``rules`` hold ``MOVES`` (which steps exist) and ``TIMEOUTS`` (what happens when nobody acts). A row with a
lifecycle is a `Stateful`: it carries ``state, state_since, visit, due_at, due_step``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from blinker import Signal
from flask import current_app
from sqlalchemy import String, inspect, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from .access import Actor
from .clock import END_OF_DAY, MORNING, at_local, calendar, local, local_date
from .db import UtcDateTime
from .errors import Conflict, TransitionForbidden
from .extensions import db
from .steps import Rules, Step, Unit

state_moved = Signal("a row changed its state; audit writes the row in the same transaction")


_WORDS: dict[str, Callable[[Any], str]] = {}
W = TypeVar("W", bound=Callable[[Any], str])


def names_states_of(entity: str) -> Callable[[W], W]:
    """Mark the one function of a feature that says in words where its rows stand; windows find it by the entity."""

    def keep(label: W) -> W:
        _WORDS[entity] = label
        return label

    return keep


def state_words(entity: str) -> Callable[[Any], str] | None:
    """What says in words where a row of this kind stands; None where nothing does."""
    return _WORDS.get(entity)


class Stateful:
    """Columns of a row with a lifecycle."""

    entity: str
    id: Mapped[int]
    state: Mapped[Any]
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    visit: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    due_step: Mapped[str] = mapped_column(String(40), default="")


@dataclass(frozen=True)
class Moved:
    """What ``state_moved`` tells its listeners."""

    row: Stateful
    before: StrEnum
    after: StrEnum
    by: Actor
    on_behalf_of: int | None
    at: datetime
    reason: str


def due(step: Step, entity: str, state: StrEnum, at: datetime) -> datetime:
    """When a step is due, counted from ``at``, with the town's own number of days where it set one."""
    cal = calendar()
    number = deadline(entity, state, step)
    day = local_date(at)
    if step.unit is Unit.NOW:
        return at
    if step.unit is Unit.OFFICE_DAY:
        return at_local(cal.next_office_day(day), MORNING)
    if step.unit is Unit.WT:
        day = cal.nth_working_day(day, number)
    else:
        day = cal.next_working_day(day + timedelta(days=number)) if not step.ends else day + timedelta(days=number)
        while cal.is_quiet(day):
            day += timedelta(days=1)
    return at_local(day, END_OF_DAY if step.ends else MORNING)


def deadline(entity: str, state: StrEnum, step: Step) -> int:
    """The number of days of a step: the town's setting, else the default in ``rules``."""
    lookup: Callable[[str, int], int] = current_app.extensions["lotsen.deadlines"]
    return lookup(f"{entity}.{state.value}.{step.name}", step.after)


def enter(row: Stateful, state: StrEnum, rules: Rules, *, at: datetime) -> None:
    """Give a new row its first state, with what is due in it. The caller adds the row and the audit event."""
    row.state = state
    row.state_since = at
    row.visit = 1
    row.due_at, row.due_step = _first_due(row.entity, state, rules, at)


def move(
    row: Stateful,
    to: StrEnum,
    rules: Rules,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    on_behalf_of: int | None = None,
    due_at: datetime | None = None,
    only_from: Collection[StrEnum] | None = None,
) -> None:
    """Change the state of a row by compare-and-set; write what is due next; tell the audit log.

    ``due_at`` overrides the first due instant of the new state (a date somebody named). ``only_from``: where the verb
    itself may begin, when other verbs lead to the same state from elsewhere.

    Raises
    ------
    TransitionForbidden
        ``rules.MOVES`` has no such step, or it is another verb's.
    Conflict
        Somebody else moved the row since it was read.
    """
    before = row.state
    if to not in rules.MOVES.get(before, frozenset()) or (only_from is not None and before not in only_from):
        code = f"{row.entity}: {before.value} -> {to.value}"
        raise TransitionForbidden(code=code, entity=row.entity, entity_id=row.id)
    db.session.flush()
    first_due, step = _first_due(row.entity, to, rules, at)
    values = {
        "state": to,
        "state_since": at,
        "visit": row.visit + 1,
        "due_at": due_at or first_due,
        "due_step": step,
    }
    _compare_and_set(row, before, row.visit, values)
    state_moved.send(row, moved=Moved(row, before, to, by=by, on_behalf_of=on_behalf_of, at=at, reason=reason))


def keep_still(row: Stateful) -> None:
    """Keep a row as it is until this transaction ends: for what deletes it because of the state it is in.

    Raises
    ------
    Conflict
        Somebody else moved the row since it was read.
    """
    before = row.state, row.visit
    db.session.refresh(row, ["state", "visit"], with_for_update=True)
    if (row.state, row.visit) != before:
        raise Conflict(entity=row.entity, entity_id=row.id)


def advance(row: Stateful, rules: Rules, *, at: datetime) -> None:
    """Go on to the next time-out step of the same state, counted from when this one really happened.

    Raises
    ------
    Conflict
        The row moved, or another process did this step.
    """
    steps = rules.TIMEOUTS.get(row.state, ())
    names = [s.name for s in steps]
    index = names.index(row.due_step) if row.due_step in names else len(steps)
    if index < len(steps) and steps[index].repeats:
        following: Step | None = steps[index]
    else:
        following = steps[index + 1] if index + 1 < len(steps) else None
    values: dict[str, Any] = {"due_at": None, "due_step": ""}
    if following is not None:
        when = None if following.from_delivery else due(following, row.entity, row.state, at)
        values = {"due_at": when, "due_step": following.name}
    db.session.flush()
    _compare_and_set(row, row.state, row.visit, values, step=row.due_step)


def step_again(row: Stateful, rules: Rules, *, at: datetime, only: Collection[str], stands: bool = False) -> None:
    """What the last step sent was taken back: that step comes again after its whole time, what follows after it.

    ``only``: names of the steps that may come again; nothing changes where the last one was another. ``stands``: the
    clock stands for now, and whoever starts it again begins with that step.

    Raises
    ------
    Conflict
        The row moved, or another process did the next step.
    """
    steps = rules.TIMEOUTS.get(row.state, ())
    names = [step.name for step in steps]
    last = (names.index(row.due_step) if row.due_step in names else len(steps)) - 1
    if last < 0 or names[last] not in only:
        return
    values = {"due_at": None if stands else due(steps[last], row.entity, row.state, at), "due_step": names[last]}
    db.session.flush()
    _compare_and_set(row, row.state, row.visit, values, step=row.due_step)


def start_clock(row: Stateful, rules: Rules, *, at: datetime) -> None:
    """The mail was taken by the server, or the call was recorded: the step that waited for it counts from now."""
    steps = rules.TIMEOUTS.get(row.state, ())
    if row.due_at is None and steps and steps[0].from_delivery:
        step = next((step for step in steps if step.name == row.due_step), steps[0])
        row.due_at, row.due_step = due(step, row.entity, row.state, at), step.name


def rests(row: Stateful, *, at: datetime) -> bool:
    """Whether a step that is due falls into quiet days that were entered later; it then waits for their end.

    In quiet days nothing expires and nobody is reminded.
    """
    cal, day = calendar(), local_date(at)
    if row.due_at is None or not cal.is_quiet(day):
        return False
    row.due_at = at_local(cal.next_working_day(day), local(row.due_at).time())
    return True


def start_anew(row: Stateful, rules: Rules, *, at: datetime) -> None:
    """The time-outs of the state begin again from its first step: somebody has said that it is to go on like this."""
    row.due_at, row.due_step = _first_due(row.entity, row.state, rules, at)


def _first_due(entity: str, state: StrEnum, rules: Rules, at: datetime) -> tuple[datetime | None, str]:
    steps = rules.TIMEOUTS.get(state, ())
    if not steps:
        return None, ""
    first = steps[0]
    return (None if first.from_delivery else due(first, entity, state, at)), first.name


def _compare_and_set(
    row: Stateful, state: StrEnum, visit: int, values: dict[str, Any], step: str | None = None
) -> None:
    cls: Any = type(row)
    condition = [cls.id == row.id, cls.state == state, cls.visit == visit]
    if step is not None:
        condition.append(cls.due_step == step)
    result: Any = db.session.execute(
        update(cls).where(*condition).values(**values).execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise Conflict(entity=row.entity, entity_id=inspect(row).identity[0])
    for name, value in values.items():
        set_committed_value(row, name, value)
