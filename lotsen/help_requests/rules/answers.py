"""What somebody says who asks for help, and how much of it there may be. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from lotsen.organisations.rules import Kind


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


MIN_PHONE_DIGITS = 5
MAX_PARTS = 3
MIN_DESCRIPTION = 20
MAX_DESCRIPTION = 4000
MAX_ANSWER = 2000
MAX_NAME = 120

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")
TICKS: dict[str, frozenset[str]] = {
    **{part: frozenset(f"{day}-{part}" for day in WEEKDAYS[:5]) for part in PARTS},
    "weekend": frozenset(f"{day}-{part}" for day in WEEKDAYS[5:] for part in PARTS),
}


def slots_of_ticks(ticks: list[str]) -> list[str]:
    """Expand the four ticks to ``mon-morning`` slots; no tick means any time (an empty list)."""
    return sorted({slot for tick in ticks for slot in TICKS[tick]})


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
