"""Where a help request stands, what may become of it, and when something is due. Pure."""

from enum import StrEnum

from lotsen.core.steps import Step, Unit


class State(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    QUERY = "query"
    ON_HOLD = "on_hold"
    OPEN = "open"
    WAITING = "waiting"
    ASKING = "asking"
    MATCHED = "matched"
    RUNNING = "running"
    COMPLETED = "completed"
    ANSWERED = "answered"
    REFERRED = "referred"
    REJECTED = "rejected"
    MERGED = "merged"
    SPLIT = "split"
    WITHDRAWN = "withdrawn"
    PUT_ASIDE = "put_aside"


class Further(StrEnum):
    """Who else is sought while an engagement stands: another ladder beside it."""

    NOBODY = ""
    MORE = "more"
    SUCCESSOR = "successor"


class RejectReason(StrEnum):
    """Why the programme cannot take a request up."""

    NOT_DIGITAL = "not_digital"
    PAID_WORK = "paid_work"
    LEGAL_ADVICE = "legal_advice"
    ELSEWHERE = "elsewhere"
    NOT_REACHED = "not_reached"
    OTHER = "other"


CLOSED = frozenset(
    {
        State.ANSWERED,
        State.REFERRED,
        State.REJECTED,
        State.MERGED,
        State.SPLIT,
        State.WITHDRAWN,
        State.PUT_ASIDE,
    }
)
SCORED = frozenset({State.SUBMITTED, State.OPEN, State.WAITING})
CONTACT_GONE = "contact_gone"  # a task: somebody finds out who speaks for the organisation now
GOING_ON = frozenset({State.MATCHED, State.RUNNING})
IS_A_TEMPLATE = CLOSED | {State.COMPLETED}  # its words may begin a new one; what still runs is changed instead
LIVE = frozenset(State) - CLOSED - {State.COMPLETED}

_DECIDED = frozenset({State.ANSWERED, State.REFERRED, State.ON_HOLD, State.MERGED, State.REJECTED, State.WITHDRAWN})

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: _DECIDED | {State.OPEN, State.QUERY, State.SPLIT, State.MATCHED},
    State.QUERY: frozenset({State.SUBMITTED, State.ON_HOLD, State.WITHDRAWN, State.PUT_ASIDE}),
    State.ON_HOLD: frozenset({State.SUBMITTED, State.OPEN, State.WAITING, State.QUERY, State.WITHDRAWN}),
    State.OPEN: _DECIDED | {State.ASKING, State.WAITING, State.QUERY, State.SPLIT},
    State.WAITING: _DECIDED - {State.MERGED, State.REJECTED} | {State.OPEN},
    State.ASKING: frozenset({State.MATCHED, State.OPEN, State.ON_HOLD, State.WITHDRAWN}),
    State.MATCHED: frozenset({State.RUNNING, State.COMPLETED, State.ASKING, State.OPEN, State.WITHDRAWN}),
    State.RUNNING: frozenset({State.MATCHED, State.COMPLETED, State.ASKING, State.OPEN, State.WITHDRAWN}),
    State.COMPLETED: frozenset({State.RUNNING}),
    **{state: frozenset({State.SUBMITTED}) for state in CLOSED},
}

TIMEOUTS: dict[State, tuple[Step, ...]] = {
    State.DRAFT: (Step("remind", 7, Unit.DAYS), Step("delete", 23, Unit.DAYS, ends=True)),
    State.SUBMITTED: (Step("tell", 5), Step("overdue", 5)),
    State.QUERY: (
        Step("remind", 5, from_delivery=True),
        Step("remind_again", 10),
        Step("put_aside", 15, ends=True),
    ),
    State.ON_HOLD: (Step("ask", 28, Unit.DAYS), Step("task", 10)),
    State.OPEN: (Step("tell", 5), Step("tell_again", 15, repeats=True)),
    State.WAITING: (Step("ask_keep", 30, Unit.DAYS), Step("ask_again", 30, Unit.DAYS), Step("decide", 30, Unit.DAYS)),
}

EDITABLE = frozenset({State.SUBMITTED, State.QUERY, State.ON_HOLD, State.OPEN, State.WAITING, State.ASKING})
REOPENABLE = CLOSED - {State.SPLIT}  # a split one only by the coordinator, when none of its parts goes on
CAN_BE_JOINED = frozenset({State.SUBMITTED, State.OPEN})  # split, or merged into another one
TAKES_OTHERS = LIVE - {State.DRAFT}
RESUMES_TO = {State.ASKING: State.OPEN}
# What the matcher sees of a request: a change of one of these raises the revision, others do not.
MATCHED_FIELDS = frozenset(
    {
        "title",
        "description",
        "postcode",
        "org_kind",
        "mode",
        "languages",
        "slots",
        "urgency",
        "wished_pilot",
        "with_children",
        "topics",
        "areas",
    }
)
MAX_HOLD_DAYS = 365
REMINDERS = frozenset({"remind", "remind_again"})
ASKS_WHETHER_WANTED = frozenset({"ask_keep", "ask_again"})
SAME_MAIL_DAYS = 15  # waiting parts of one request that are asked about within these days share one mail


def may_be_opened(*, organisation_verified: bool, short_text_cleared: bool) -> bool:
    """Nobody is asked before a coordinator verified the organisation and cleared the short text."""
    return organisation_verified and short_text_cleared
