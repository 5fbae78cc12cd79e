"""Kinds of note, and when one is to be looked at again. Pure."""

from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What was written down. A Wiedervorlage is a note or a call with a date on which it becomes a task."""

    NOTE = "note"
    REACHED = "reached"
    NOT_REACHED = "not_reached"


CALLS = frozenset({Kind.REACHED, Kind.NOT_REACHED})


class Again(StrEnum):
    """When to look again, as it is chosen with one tap."""

    NEVER = "never"
    OFFICE_DAY = "office"
    WEEK = "week"
    MONTH = "month"
    DAY = "day"


DAYS = {Again.WEEK: 7, Again.MONTH: 28}
MAX_TEXT = 2000
MAX_AHEAD_DAYS = 3 * 366
PRESSED_TWICE = timedelta(minutes=2)


def may_be_empty(kind: Kind) -> bool:
    """Only that nobody was reached says enough by itself."""
    return kind is Kind.NOT_REACHED


def is_a_day_to_come(day: date, today: date) -> bool:
    """Whether a Wiedervorlage may be set to this day."""
    return today <= day <= today + timedelta(days=MAX_AHEAD_DAYS)
