"""The town's settings: name, type, default. Labels for the admin area stand in its forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import time
from typing import Any

POSTCODE = re.compile(r"[0-9]{5}")
POSTCODES = re.compile(r"([0-9]{5}(, [0-9]{5})*)?")


def _number(default: int, least: int, most: int) -> Any:
    return field(default=default, metadata={"bounds": (least, most)})


def _clock(default: str) -> Any:
    return field(default=default, metadata={"clock": True})


def _days(*default: int) -> Any:
    return field(default=default, metadata={"days": True})


@dataclass(frozen=True)
class Town:
    """Every setting a town edits in the admin area, with the default for the first town."""

    name: str = "Stadthagen"
    authority: str = "Stadt Stadthagen"
    programme: str = "Digitallotsen"
    title_female: str = "Digitallotsin"
    title_male: str = "Digitallotse"
    land: str = "NI"
    postcode: str = "31655"
    more_postcodes: str = ""
    street: str = "Rathauspassage 1"
    email: str = "digitallotsen@stadthagen.example"
    phone: str = "05721 782-0"
    office_hours: str = "Dienstag und Donnerstag, 9 bis 12 Uhr"
    office_hours_en: str = ""
    official: bool = False
    colour: str = ""
    office_days: tuple[int, ...] = _days(1, 3)
    sending_days: tuple[int, ...] = _days(0, 1, 2, 3, 4)
    sending_from: str = _clock("08:00")
    sending_until: str = _clock("18:00")
    morning_at: str = _clock("07:30")
    hold_minutes: int = _number(10, 0, 240)
    ladder_size: int = _number(3, 1, 3)
    asks_a_month: int = _number(3, 1, 20)
    urgent_days: int = _number(2, 1, 10)
    deputy: int = 0
    deputy_after: int = _number(5, 1, 60)
    administrator_after: int = _number(10, 1, 90)
    business_hours_a_year: int = _number(10, 1, 500)
    clearance_years: int = _number(5, 1, 10)
    numbers_public: bool = True
    smallest_number_shown: int = _number(3, 3, 20)
    staff_idle_minutes: int = _number(120, 5, 720)
    session_hours: int = _number(12, 1, 72)
    unconfirmed_call_days: int = _number(1, 1, 30)
    carrier_hold_days: int = _number(28, 1, 365)
    decline_pause_days: int = _number(28, 1, 365)
    refused_block_days: int = _number(365, 1, 1825)
    not_asked_days: int = _number(60, 1, 730)
    silent_asks: int = _number(2, 1, 10)
    longest_pause_days: int = _number(365, 30, 1095)
    silent_months: int = _number(2, 1, 12)
    days_to_answer: int = _number(10, 1, 60)
    early_days: int = _number(30, 1, 365)
    call_attempts: int = _number(3, 1, 10)
    decisions_a_mail: int = _number(5, 1, 20)
    impressum: str = ""
    privacy_contact: str = ""
    privacy_text: str = ""
    accessibility_gaps: str = ""
    accessibility_date: str = ""
    deadlines: dict[str, int] = field(default_factory=dict)
    retention: dict[str, int] = field(default_factory=dict)
    minimum_age: int = _number(16, 14, 21)
    dpo_contact: str = ""
    supervisory_authority: str = (
        "Die Landesbeauftragte für den Datenschutz Niedersachsen, Prinzenstraße 5, 30159 Hannover"
    )
    easy_language: str = ""

    def hours(self, language: str) -> str:
        """When the office can be reached, in the language of the page; empty where nobody wrote it down."""
        return self.office_hours_en if language == "en" else self.office_hours

    @property
    def postcodes(self) -> frozenset[str]:
        """Every postcode of the municipality, the office's among them."""
        return frozenset((self.postcode, *POSTCODE.findall(self.more_postcodes)))

    @property
    def titles(self) -> str:
        """Both forms of the title."""
        return f"{self.title_female} / {self.title_male}"


DEFAULTS: dict[str, Any] = {f.name: getattr(Town(), f.name) for f in fields(Town)}
BOUNDS: dict[str, tuple[int, int]] = {f.name: f.metadata["bounds"] for f in fields(Town) if "bounds" in f.metadata}
CLOCKS = frozenset(f.name for f in fields(Town) if "clock" in f.metadata)
DAYS = frozenset(f.name for f in fields(Town) if "days" in f.metadata)
WEEK = range(5)  # Monday is 0; nothing is due at the weekend
# The later one and what lies before it: else no mail would ever have its hour, or the morning's would come too late.
IN_ORDER = (("sending_until", "sending_from"), ("sending_until", "morning_at"))


def coerce(name: str, value: Any) -> Any:
    """Bring a stored JSON value to the type of the setting.

    Raises
    ------
    KeyError
        There is no such setting.
    TypeError
        The value has another type.
    """
    default = DEFAULTS[name]
    if isinstance(default, tuple):
        return tuple(int(v) for v in value)
    if type(value) is not type(default):
        raise TypeError(f"setting {name} must be {type(default).__name__}, not {type(value).__name__}")
    return value


def read_clock(text: str) -> time | None:
    """A time of day as it is kept, ``07:30``; None when it is none."""
    try:
        return time.fromisoformat(text) if len(text) == 5 else None
    except ValueError:
        return None


def within_bounds(name: str, value: Any) -> Any:
    """What was kept before its bounds were drawn: a number goes to the nearer one, a time that is none to the default.

    >>> within_bounds("asks_a_month", 31), within_bounds("asks_a_month", 4), within_bounds("name", "Rinteln")
    (20, 4, 'Rinteln')
    >>> within_bounds("morning_at", "halb acht"), within_bounds("morning_at", "06:45")
    ('07:30', '06:45')
    """
    if name in CLOCKS and read_clock(value) is None:
        return DEFAULTS[name]
    if name not in BOUNDS:
        return value
    least, most = BOUNDS[name]
    return min(max(value, least), most)


def check_bounds(name: str, value: Any) -> None:
    """Refuse what no town can work with.

    Raises
    ------
    ValueError
        A number outside the bounds of the setting, a time of day that is none, no day of the week or one too many, what
        is no list of postcodes.
    """
    if name in CLOCKS and read_clock(value) is None:
        raise ValueError(f"setting {name} must be a time like {DEFAULTS[name]}, not {value!r}")
    if name in DAYS and not (value and set(value) <= set(WEEK)):
        raise ValueError(f"setting {name} must be days of the week, 0 (Monday) to 4, not {list(value)}")
    if name == "more_postcodes" and not POSTCODES.fullmatch(value):
        raise ValueError(f"setting {name} must be postcodes like 31655, 31688, not {value!r}")
    if name not in BOUNDS:
        return
    least, most = BOUNDS[name]
    if not least <= value <= most:
        raise ValueError(f"setting {name} must be {least} to {most}, not {value}")


def out_of_order(settings: Town) -> Iterator[tuple[str, str]]:
    """Pairs of settings of which the first must be later than the second, and is not."""
    for later, earlier in IN_ORDER:
        if getattr(settings, later) <= getattr(settings, earlier):
            yield later, earlier
