"""The town's settings: name, type, default. Labels for the admin area stand in its forms."""

from dataclasses import dataclass, field, fields
from typing import Any


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
    street: str = "Rathauspassage 1"
    email: str = "digitallotsen@stadthagen.example"
    phone: str = "05721 782-0"
    office_hours: str = "Dienstag und Donnerstag, 9 bis 12 Uhr"
    office_hours_en: str = ""
    official: bool = False
    colour: str = ""
    office_days: tuple[int, ...] = (1, 3)
    hold_minutes: int = 10
    ladder_size: int = 3
    asks_a_month: int = 3
    urgent_days: int = 2
    deputy: int = 0
    deputy_after: int = 5
    administrator_after: int = 10
    business_hours_a_year: int = 10
    clearance_years: int = 5
    staff_idle_minutes: int = 120
    session_hours: int = 12
    impressum: str = ""
    privacy_contact: str = ""
    privacy_text: str = ""
    accessibility_gaps: str = ""
    accessibility_date: str = ""
    deadlines: dict[str, int] = field(default_factory=dict)
    retention: dict[str, int] = field(default_factory=dict)
    minimum_age: int = 16
    dpo_contact: str = ""
    supervisory_authority: str = (
        "Die Landesbeauftragte für den Datenschutz Niedersachsen, Prinzenstraße 5, 30159 Hannover"
    )
    easy_language: str = ""

    def hours(self, language: str) -> str:
        """When the office can be reached, in the language of the page; empty where nobody wrote it down."""
        return self.office_hours_en if language == "en" else self.office_hours

    @property
    def titles(self) -> str:
        """Both forms of the title."""
        return f"{self.title_female} / {self.title_male}"


DEFAULTS: dict[str, Any] = {f.name: getattr(Town(), f.name) for f in fields(Town)}


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
