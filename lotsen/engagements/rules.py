"""The life of an engagement. Pure."""

from enum import StrEnum

from lotsen.core.steps import Step, Unit


class Way(StrEnum):
    """The best way there is from one side to the other."""

    PHONE = "phone"
    EMAIL = "email"
    OFFICE = "office"


class State(StrEnum):
    """Where an engagement stands."""

    AGREED = "agreed"
    FIRST_CONTACT = "first_contact"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSING = "closing"
    BROKEN_OFF = "broken_off"
    COMPLETED = "completed"


MOVES: dict[State, frozenset[State]] = {
    State.AGREED: frozenset({State.FIRST_CONTACT, State.CLOSING, State.BROKEN_OFF, State.PAUSED}),
    State.FIRST_CONTACT: frozenset({State.RUNNING, State.CLOSING, State.BROKEN_OFF, State.PAUSED}),
    State.RUNNING: frozenset({State.CLOSING, State.PAUSED, State.BROKEN_OFF}),
    State.PAUSED: frozenset({State.AGREED, State.FIRST_CONTACT, State.RUNNING, State.CLOSING, State.BROKEN_OFF}),
    State.CLOSING: frozenset({State.RUNNING, State.COMPLETED}),
    State.BROKEN_OFF: frozenset(),
    State.COMPLETED: frozenset(),
}

TIMEOUTS: dict[State, tuple[Step, ...]] = {
    State.AGREED: (Step("ask_pilot", 5), Step("ask_member", 3), Step("task", 2)),
    State.FIRST_CONTACT: (Step("ask_how_it_was", 2, Unit.DAYS), Step("ask_again", 10), Step("task", 5)),
    State.RUNNING: (
        Step("monthly", 30, Unit.DAYS, repeats=True),
        Step("end", 1, Unit.DAYS),
        Step("end_again", 7, Unit.DAYS),
        Step("silent", 7, Unit.DAYS),
    ),
    State.PAUSED: (Step("free_place", 30, Unit.DAYS), Step("task", 30, Unit.DAYS)),
    State.CLOSING: (Step("remind", 7, Unit.DAYS), Step("complete", 14, Unit.DAYS, ends=True)),
    State.COMPLETED: (
        Step("still_in_use", 42, Unit.DAYS),
        Step("still_in_use_again", 7, Unit.DAYS),
        Step("thanks", 7, Unit.DAYS),
    ),
}

REMINDERS = frozenset({"remind", "end_again", "still_in_use_again"})
# Steps on a date that somebody named, or that somebody else's pause brings; they have no number of days.
ASK_BACK, PILOT_RESTS = "ask_back", "pilot_rests"

UNDELIVERABLE = "undeliverable"  # a mail came back: the clock stands until somebody has called
CONTACT_GONE = "contact_gone"  # until a coordinator knows who speaks for the organisation
# Words that stand in an engagement's ``task`` until a coordinator has taken care of it.
TASKS = frozenset(
    {
        "no_date",
        "no_contact",
        "no_answer",
        "fits_not",
        "no_show",
        "stuck",
        "silent",
        "still_stuck",
        "not_in_use",
        "paused_long",
        "pause_over",
        "pilot_rests",
        CONTACT_GONE,
        UNDELIVERABLE,
    }
)
OF_ORGANISATION = frozenset({"still_stuck", "not_in_use", CONTACT_GONE})  # nobody calls the pilot about these
URGENT_TASKS = frozenset({"no_show", "fits_not", UNDELIVERABLE})
MAX_GOAL = 300
MAX_WORDS = 1000
MAX_NOTE = 200
MAX_PLACE = 200
LONGEST_ENTRY_MINUTES = 24 * 60
HOURS_BEFORE_START_DAYS = 31
DEFAULT_WEEKS = 4
LONGEST_PAUSE_DAYS = 366
MAX_PHONE = 40
MAX_MESSAGE = 2000
MESSAGE_MAILS_MINUTES = 60  # between two mails with messages to the same side; what comes between is gathered

HOLDS_PLACE = frozenset({State.AGREED, State.FIRST_CONTACT, State.RUNNING, State.PAUSED})
LIVE = HOLDS_PLACE | {State.CLOSING}
AT_WORK = frozenset({State.RUNNING, State.PAUSED, State.CLOSING})
CAN_PAUSE = HOLDS_PLACE - {State.PAUSED}


def may_write(state: State, *, both_there: bool) -> bool:
    """Whether the two sides can write each other messages: as long as it goes on and both can be reached.

    >>> may_write(State.AGREED, both_there=True), may_write(State.AGREED, both_there=False)
    (True, False)
    >>> may_write(State.COMPLETED, both_there=True)
    False
    """
    return state in LIVE and both_there


class BreakOffReason(StrEnum):
    """Why an engagement ended early."""

    CALLED_OFF = "called_off"
    NO_CONTACT = "no_contact"
    DOES_NOT_FIT = "does_not_fit"
    NO_TIME = "no_time"
    OTHER_HELP = "other_help"
    OTHER = "other"
    HANDED_OVER = "handed_over"


class Side(StrEnum):
    """Whose word it is."""

    PILOT = "pilot"
    MEMBER = "member"


class ConcernKind(StrEnum):
    """Why a coordinator must look in confidence."""

    PROBLEM = "problem"
    HOURS = "hours"


class Outcome(StrEnum):
    """What came of it, as each side sees it."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
