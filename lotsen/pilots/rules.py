"""The life of a pilot, from draft to end. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lotsen.core.steps import Step, Unit


class State(StrEnum):
    """Where a pilot stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INTERVIEW = "interview"
    AWARDED = "awarded"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    ENDED = "ended"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.INTERVIEW, State.WITHDRAWN, State.REJECTED}),
    State.INTERVIEW: frozenset({State.INTERVIEW, State.AWARDED, State.WITHDRAWN, State.REJECTED}),
    State.AWARDED: frozenset({State.PAUSED, State.SUSPENDED, State.ENDED}),
    State.PAUSED: frozenset({State.AWARDED, State.PAUSED, State.SUSPENDED, State.ENDED}),
    State.SUSPENDED: frozenset({State.AWARDED, State.ENDED}),
    State.ENDED: frozenset({State.INTERVIEW}),
    State.REJECTED: frozenset({State.DRAFT}),
    State.WITHDRAWN: frozenset({State.DRAFT}),
}

TIMEOUTS: dict[State, tuple[Step, ...]] = {
    State.DRAFT: (  # two ways: the address is not confirmed yet; or it is, and only the last click is missing
        Step("remind_unconfirmed", 3, Unit.DAYS),
        Step("delete_unconfirmed", 11, Unit.DAYS, ends=True),
        Step("remind", 7, Unit.DAYS),
        Step("remind_again", 23, Unit.DAYS),
        Step("delete", 30, Unit.DAYS, ends=True),
    ),
    State.SUBMITTED: (Step("tell", 5),),
    State.INTERVIEW: (Step("ask_result", 2), Step("no_date", 10, repeats=True)),
    State.AWARDED: (Step("still_right", 365, Unit.DAYS), Step("call_right", 14, Unit.DAYS)),
    State.PAUSED: (Step("ask_back", 56, Unit.DAYS), Step("call", 84, Unit.DAYS, repeats=True)),
    State.SUSPENDED: (Step("decide", 10, repeats=True),),
    State.ENDED: (Step("anonymise", 730, Unit.DAYS, ends=True),),
    State.REJECTED: (Step("forget", 183, Unit.DAYS, ends=True),),
    State.WITHDRAWN: (Step("forget", 183, Unit.DAYS, ends=True),),
}
# Steps on a date that somebody named; they have no number of days.
START_PAUSE, BACK = "start_pause", "back"
CALL = "call"
# Steps that wait for a coordinator: they are shown as tasks from their due date until somebody acts.
TASK_STEPS = ("ask_result", "no_date", "call", "decide", "call_right")
REMINDERS = frozenset({"remind_unconfirmed", "remind", "remind_again"})

CAN_BE_ASKED = frozenset({State.AWARDED})
GONE = frozenset({State.ENDED, State.SUSPENDED})  # helps nobody now, and nobody waits for it
LIVE = frozenset({State.DRAFT, State.SUBMITTED, State.INTERVIEW, State.AWARDED, State.PAUSED, State.SUSPENDED})


def step_of(state: State, name: str) -> Step:
    """A step by its name."""
    return next(step for step in TIMEOUTS[state] if step.name == name)


def delete_after(reminder: str) -> Step:
    """The step that deletes a draft when this reminder stays unanswered."""
    return step_of(State.DRAFT, "delete_unconfirmed" if reminder == "remind_unconfirmed" else "delete")


class RejectReason(StrEnum):
    """Why an application is not taken up; told by telephone, never by mail."""

    NO_FIELD = "no_field"
    SELLS = "sells"
    NOT_REACHED = "not_reached"
    CONDITIONS = "conditions"
    OTHER = "other"


class EndReason(StrEnum):
    """Why a pilot's work ended."""

    WISH = "wish"
    MOVED = "moved"
    DECEASED = "deceased"
    TITLE_WITHDRAWN = "title_withdrawn"


@dataclass(frozen=True)
class AwardConditions:
    """What must hold before the title is given."""

    talk_held_on: date | None
    profile_complete: bool
    duties_signed_on: date | None
    duties_seen_by: int | None
    cover_explained: bool

    def missing(self) -> tuple[str, ...]:
        """Codes of what is still missing, in the order of the form."""
        gaps = []
        if self.talk_held_on is None:
            gaps.append("talk")
        if not self.profile_complete:
            gaps.append("profile")
        if self.duties_signed_on is None or self.duties_seen_by is None:
            gaps.append("duties")
        if not self.cover_explained:
            gaps.append("cover")
        return tuple(gaps)


def may_be_awarded_by(*, pilot_user_id: int, actor_id: int | None) -> bool:
    """Nobody awards the own title."""
    return actor_id is not None and actor_id != pilot_user_id


MAX_OWN_WORDS = 2000
MAX_ABOUT = 2000
MAX_HEADLINE = 80
MAX_NAME = 120
MAX_VENDOR_TIES = 200
MIN_OWN_WORDS = 10
MAX_RADIUS_KM = 200
MAX_AT_ONCE = 20
CLEARANCE_REMIND_DAYS = 60
CEREMONY_WITHIN_DAYS = 1095  # before and after today; farther off the year is mistyped

# What the matcher sees of a profile: a change of one of these raises the revision, others do not.
MATCHED_FIELDS = frozenset(
    {"headline", "about", "languages", "on_site", "remote", "postcode", "radius_km", "slots", "org_kinds"}
)


def may_be_reserved(*, state: State, reserved: int, capacity: int) -> bool:
    """Whether one more engagement may begin: what the guarded UPDATE in the service says in SQL."""
    return state in CAN_BE_ASKED and reserved < capacity


def clearance_until(seen_on: date, years: int) -> date:
    """The last day on which a certificate of good conduct counts that was seen on a day."""
    day = 28 if (seen_on.month, seen_on.day) == (2, 29) else seen_on.day
    return date(seen_on.year + years, seen_on.month, day)


def pause_problem(*, start: date, until: date | None, today: date) -> str | None:
    """Why these dates make no pause: ``start_past``, ``until_before_start``; None when they do."""
    if start < today:
        return "start_past"
    if until is not None and until <= start:
        return "until_before_start"
    return None
