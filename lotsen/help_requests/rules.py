"""The life of a help request. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from lotsen.core.naming import REACHABLE, names_person, without_names
from lotsen.core.openings import first_thing_said, said_first, without_opening
from lotsen.core.steps import Step, Unit
from lotsen.organisations.rules import Kind


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


class Mode(StrEnum):
    """Where the help may take place."""

    ON_SITE = "on_site"
    REMOTE = "remote"
    EITHER = "either"


class Channel(StrEnum):
    """On which way a request came in."""

    WEB = "web"
    PHONE = "phone"
    BROUGHT = "brought"
    SPLIT = "split"


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

MIN_PHONE_DIGITS = 5
MAX_PARTS = 3
MIN_DESCRIPTION = 20
MAX_DESCRIPTION = 4000
MAX_TITLE = 120
LONGEST_DRAFTED = 80  # characters of a title that nobody has written
MAX_SHORT_TEXT = 600
MAX_ANSWER = 2000
MAX_NAME = 120
MAX_HOLD_DAYS = 365
REMINDERS = frozenset({"remind", "remind_again"})
ASKS_WHETHER_WANTED = frozenset({"ask_keep", "ask_again"})
SAME_MAIL_DAYS = 15  # waiting parts of one request that are asked about within these days share one mail

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")
TICKS: dict[str, frozenset[str]] = {
    **{part: frozenset(f"{day}-{part}" for day in WEEKDAYS[:5]) for part in PARTS},
    "weekend": frozenset(f"{day}-{part}" for day in WEEKDAYS[5:] for part in PARTS),
}


def slots_of_ticks(ticks: list[str]) -> list[str]:
    """Expand the four ticks to ``mon-morning`` slots; no tick means any time (an empty list)."""
    return sorted({slot for tick in ticks for slot in TICKS[tick]})


def may_be_opened(*, organisation_verified: bool, short_text_cleared: bool) -> bool:
    """Nobody is asked before a coordinator verified the organisation and cleared the short text."""
    return organisation_verified and short_text_cleared


@dataclass(frozen=True)
class Answers:
    """What somebody typed or said who asks for help. ``slots`` are ``mon-morning`` ...; empty: any time.

    ``carrier``: whether the organisation's carrier agrees when children are there: empty, ``yes`` or ``asking``.
    ``organisation_id`` and ``contact_id`` are known when a contact person is logged in.
    """

    description: str
    organisation_name: str
    org_kind: Kind
    postcode: str
    contact_name: str
    contact_email: str = ""
    contact_phone: str = ""
    contact_hint: str = ""
    title: str = ""
    topics: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    mode: Mode = Mode.EITHER
    slots: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("de",)
    with_children: bool = False
    carrier: str = ""
    wished_pilot: str = ""
    takes_whoever: bool = False
    release_phone: bool = False
    release_email: bool = False
    name_may_be_shown: bool = True
    urgency: str = "normal"
    locale: str = "de"
    organisation_id: int | None = None
    contact_id: int | None = None


def ticks_of_slots(slots: list[str]) -> list[str]:
    """The ticks whose slots are all there; the way back from `slots_of_ticks`."""
    return [tick for tick, wanted in TICKS.items() if wanted <= set(slots)]


def draft_short_text(description: str) -> str:
    """What a coordinator begins with: no greeting, no names after Herr and Frau, up to the last sentence that fits.

    Examples
    --------
    >>> draft_short_text("Hallo, ich bin die Renate und bei uns hakt die Liste. Die hat der Herr Müller gemacht.")
    'Bei uns hakt die Liste. Die hat der Herr … gemacht.'
    """
    text = without_names(without_opening(description))
    if len(text) <= MAX_SHORT_TEXT:
        return text
    cut = text[:MAX_SHORT_TEXT]
    return cut[: cut.rfind(". ") + 1] or cut


def title_from(description: str, topic: str = "") -> str:
    """A title from the first sentence that says something, without names: at most 80 characters, cut between words.

    Examples
    --------
    >>> title_from("Frau Möller will Fotos vom Ausflug zeigen.")
    'Frau … will Fotos vom Ausflug zeigen'

    ``topic``: what the request is about, as a title of its own; taken where no sentence says anything or where the
    first that does is too long for a title.
    """
    said = without_names(said_first(description))
    if topic and not 0 < len(said) <= LONGEST_DRAFTED:
        return topic[:MAX_TITLE]
    first = said or without_names(first_thing_said(description))
    return (first if len(first) <= LONGEST_DRAFTED else _cut(first)).strip()[:MAX_TITLE]


def _cut(sentence: str) -> str:
    """As many whole words as a title takes, and the sign that there were more."""
    words = sentence[: LONGEST_DRAFTED - 1].rsplit(None, 1)[0][: LONGEST_DRAFTED - 2]
    return words.rstrip(" .,;:!?–-") + " …"


def fold_text(*parts: str) -> str:
    """The form in which words are searched: no case, white space collapsed."""
    return " ".join(" ".join(parts).casefold().split())


LEGAL_FORM = re.compile(r"\s+(?:e\.\s?v\.?|g?gmbh|ohg|kg|ug|ag|eg)(?:\s.*)?$", re.IGNORECASE)


def tells_who(text: str, name: str, email: str, phone: str) -> bool:
    """Whether a text gives away a person's name, or any mail address or telephone number."""
    digits, number = re.sub(r"\D", "", text), re.sub(r"\D", "", phone)
    known = bool(email) and fold_text(email) in fold_text(text)
    return known or (len(number) >= 6 and number in digits) or names_person(text, name) or bool(REACHABLE.search(text))


def names_organisation(text: str, name: str) -> bool:
    """Whether a text says the organisation's name, with its legal form or without."""
    bare = fold_text(LEGAL_FORM.sub("", name.strip()))
    return len(bare) > 3 and bare in fold_text(text)
