"""The life of a proposal: one pilot, one request. Pure."""

import difflib
from enum import StrEnum

from lotsen.core.folding import fold_for_search
from lotsen.core.steps import Step
from lotsen.help_requests.rules import CONTACT_GONE
from lotsen.help_requests.rules import State as RequestState


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
    State.SUGGESTED: frozenset({State.APPROVED, State.NOT_CHOSEN}),  # else it goes with the request
    State.APPROVED: frozenset({State.ASKED, State.SKIPPED, State.REMOVED, State.SUPERSEDED}),
    State.ASKED: frozenset({State.ACCEPTED, State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.APPROVED}),
    State.ACCEPTED: frozenset({State.CONFIRMED, State.REFUSED, State.WITHDRAWN, State.DECLINED, State.ASKED}),
    State.CONFIRMED: frozenset(),
    State.NOT_CHOSEN: frozenset(),
    State.DECLINED: frozenset({State.ACCEPTED}),
    State.EXPIRED: frozenset({State.ACCEPTED}),
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
REMINDERS = frozenset({"remind"})
HOLDS_PLACE = frozenset({State.ASKED, State.ACCEPTED})
MAX_LADDER = 3
SHOWN_AT_ONCE, SHOWN_MOST = 4, 12  # suggestions on the candidate page: at most at once, and behind the fold
WISH_COUNTS = frozenset({"passt", "moeglich", "hand"})  # bands from which a wished pilot is placed first, others fold
HANDS_FOR = frozenset({RequestState.OPEN, RequestState.WAITING})
# Tasks during which the time to answer stands still.
STOPS_CLOCK = frozenset({"question", "hard_rule", CONTACT_GONE, "own_organisation"})
NEVER_ASKED = frozenset({State.SUGGESTED, State.NOT_CHOSEN, State.SKIPPED})  # no yes can come from there
LATE_YES = frozenset({State.DECLINED, State.EXPIRED})
# What stands in the way of a yes that was said already; how often somebody was asked does not.
BARS_A_YES = frozenset({"not_available", "account_off", "clearance", "capacity"})
# Changes of a request that an asked pilot must read; with them the time to answer begins anew.
TO_BE_READ = frozenset({"title", "description", "postcode", "org_kind", "mode", "languages", "slots", "with_children"})
# Hard rules that a change of the request can break for somebody who is being asked.
BROKEN_BY_EDITS = frozenset({"language", "mode", "distance", "org_kind", "clearance", "time"})


_NO_NAMES = frozenset({"herr", "herrn", "frau", "fr", "hr", "dr", "prof", "der", "die", "den", "von", "vom", "aus"})


def likeness(typed: str, name: str) -> float:
    """How much a wish as people write it sounds like a name: 0 not at all, 1 every word the same.

    Every word of the name that was typed may be misspelt a little; the last name counts more than the first.
    """
    wanted = [word for word in fold_for_search(typed).split() if word not in _NO_NAMES and len(word) > 1]
    known = fold_for_search(name).split()
    if not wanted or not known:
        return 0.0
    found = [max(_alike(word, other) for word in wanted) for other in known]
    last, first = found[-1], max(found[:-1], default=0.0)
    if last:
        return 0.7 * last + 0.3 * first
    return 0.5 * first if len(wanted) == 1 else 0.0


def _alike(word: str, other: str) -> float:
    """How alike two words are, 0 when it is not worth a look; cheap for the many that are not."""
    if word == other:
        return 1.0
    if abs(len(word) - len(other)) > 2 or (word[0] != other[0] and word[-2:] != other[-2:]):
        return 0.0
    ratio = difflib.SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= 0.8 else 0.0


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
