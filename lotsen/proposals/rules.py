"""The life of a proposal: one pilot, one request. Pure."""

from enum import StrEnum

from lotsen.core.steps import Step


class State(StrEnum):
    """Where a proposal stands."""

    SUGGESTED = "suggested"
    APPROVED = "approved"
    ASKED = "asked"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    NOT_CHOSEN = "not_chosen"
    DECLINED = "declined"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    SKIPPED = "skipped"
    REMOVED = "removed"


MOVES: dict[State, frozenset[State]] = {
    State.SUGGESTED: frozenset({State.APPROVED, State.NOT_CHOSEN, State.SUPERSEDED}),
    State.APPROVED: frozenset({State.ASKED, State.SKIPPED, State.REMOVED, State.SUPERSEDED}),
    State.ASKED: frozenset({State.ACCEPTED, State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.APPROVED}),
    State.ACCEPTED: frozenset({State.CONFIRMED, State.REFUSED, State.WITHDRAWN, State.DECLINED}),
    State.CONFIRMED: frozenset(),
    State.NOT_CHOSEN: frozenset(),
    State.DECLINED: frozenset({State.ACCEPTED}),
    State.EXPIRED: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.SUPERSEDED: frozenset(),
    State.SKIPPED: frozenset(),
    State.REMOVED: frozenset(),
}

TIMEOUTS: dict[State, tuple[Step, ...]] = {
    State.ASKED: (Step("remind", 3, from_delivery=True), Step("expire", 2, ends=True, from_delivery=True)),
    State.ACCEPTED: (Step("remind", 3, from_delivery=True), Step("tell_pilot", 2), Step("task", 3)),
}

LIVE = frozenset({State.SUGGESTED, State.APPROVED, State.ASKED, State.ACCEPTED, State.CONFIRMED})
ON_LADDER = frozenset({State.APPROVED, State.ASKED, State.ACCEPTED})
ASK_LIVE = frozenset({State.ASKED, State.ACCEPTED})
HOLDS_PLACE = frozenset({State.ASKED, State.ACCEPTED})
MAX_LADDER = 3


class DeclineReason(StrEnum):
    """Why a pilot says no; what follows depends on it, never on the state."""

    NO_TIME = "no_time"
    LATER = "later"
    NOT_MY_FIELD = "not_my_field"
    CONFLICT = "conflict"
    NOT_THIS_ORGANISATION = "not_this_organisation"
    TOO_FAR = "too_far"
    OTHER = "other"


NOT_BEFORE_REASONS = frozenset({DeclineReason.NO_TIME, DeclineReason.LATER})
BLOCKS_ORGANISATION = frozenset({DeclineReason.CONFLICT, DeclineReason.NOT_THIS_ORGANISATION})
BLOCKS_REQUEST = frozenset({DeclineReason.NOT_MY_FIELD})
DEFAULT_PAUSE_DAYS = 28
REFUSED_BLOCK_DAYS = 365


class NotChosenReason(StrEnum):
    """Why a coordinator does not take a suggestion; what the matcher may learn from it depends on the word."""

    EXPERTISE = "expertise"
    TIME_OR_PLACE = "time_or_place"
    BETTER_CHOICE = "better_choice"
    PERSONAL = "personal"
    OTHER = "other"


class RefuseReason(StrEnum):
    """Why an organisation says no to a pilot."""

    TIMES = "times"
    EXPECTED_OTHER = "expected_other"
    SOLVED = "solved"
    KNOWN = "known"
    OTHER = "other"
