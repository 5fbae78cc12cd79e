"""A date in three inputs, and what may be said about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

from lotsen.core import clock


@dataclass(frozen=True)
class DatePart:
    """One of the three inputs of a date, for the template."""

    id: str
    name: str
    label: str
    value: str
    width: int
    bad: bool
    numeric: bool
    autocomplete: str


PART_LABELS = {"tag": _l("Tag"), "monat": _l("Monat"), "jahr": _l("Jahr")}
_WHOLE = re.compile(r"(\d{1,2})\s*[./ -]\s*(\d{1,2}|[^\W\d]{3,9})\.?\s*[./ -]?\s*(\d{2}|\d{4})?")
MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")


class DateParts(Field):
    """Day, month and year in three inputs; data is a date or None. Months may be words."""

    kind = "DateParts"

    def __init__(self, label: Any = None, validators: Any = None, *, birthday: bool = False, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.birthday = birthday
        self.typed = dict.fromkeys(PART_LABELS, "")
        self.bad: set[str] = set()

    @property
    def first_bad(self) -> str:
        """The input an error links to."""
        return next((part for part in PART_LABELS if part in self.bad), "tag")

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the three inputs, or the object's date."""
        super().process(None, *(() if data is None else (data,)), extra_filters=extra_filters)
        sent = formdata is not None and any(f"{self.name}-{part}" in formdata for part in PART_LABELS)
        if sent:
            self.typed = {part: str(formdata.get(f"{self.name}-{part}", "")) for part in PART_LABELS}
            self.raw_data = ["".join(self.typed.values())]
            self.data = None
            try:
                self.data = self._read()
            except ValueError as error:
                self.process_errors.append(str(error))
        elif formdata is not None and formdata:
            self.raw_data, self.data = [], None
        elif isinstance(self.data, date):
            self.typed = {"tag": str(self.data.day), "monat": str(self.data.month), "jahr": str(self.data.year)}

    def _read(self) -> date | None:
        if not any(self.typed.values()):
            self.bad = set(PART_LABELS)
            return None
        self._spread()
        missing = [part for part, text in self.typed.items() if not text]
        if missing:
            self.bad = set(missing)
            names = _(" und ").join(str(PART_LABELS[part]) for part in missing)
            raise ValueError(_("Ergänzen Sie beim Datum: %(names)s.", names=names))
        numbers = {part: self._number(part) for part in PART_LABELS}
        self.bad = {part for part, number in numbers.items() if number is None}
        if self.bad:
            raise ValueError(_("Geben Sie das Datum in Zahlen ein, zum Beispiel 24 12 2026."))
        day, month, year = (number or 0 for number in numbers.values())
        year += 2000 if year < 100 else 0
        try:
            found = date(year, month, day)
        except ValueError:
            self.bad = {"tag", "monat"}
            raise ValueError(_("Dieses Datum gibt es nicht. Prüfen Sie Tag, Monat und Jahr.")) from None
        if not 1900 <= found.year <= 2200:
            self.bad = {"jahr"}
            raise ValueError(_("Prüfen Sie das Jahr. Schreiben Sie es mit vier Ziffern, zum Beispiel 2026."))
        return found

    def _spread(self) -> None:
        """A whole date that was typed into one of the inputs goes into all three."""
        filled = [text.strip() for text in self.typed.values() if text.strip()]
        found = _WHOLE.fullmatch(filled[0]) if len(filled) == 1 else None
        if found is None:
            return
        self.typed = dict(zip(PART_LABELS, (found[1], found[2], found[3] or ""), strict=True))

    def _number(self, part: str) -> int | None:
        text = self.typed[part].strip().rstrip(".").casefold()
        if part == "monat" and not text.isdigit():
            found = [i for i, month in enumerate(MONTHS, start=1) if text.startswith(month)]
            return found[0] if found else None
        return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Errors of validators concern the whole date."""
        if self.errors and not self.bad:
            self.bad = set(PART_LABELS)

    def parts(self) -> list[DatePart]:
        """The three inputs."""
        tokens = dict(zip(PART_LABELS, ("bday-day", "bday-month", "bday-year"), strict=True))
        return [
            DatePart(
                id=f"{self.id}-{part}",
                name=f"{self.name}-{part}",
                label=str(label),
                value=self.typed[part],
                width=4 if part == "jahr" else 2,
                bad=part in self.bad,
                numeric=part != "monat",
                autocomplete=tokens[part] if self.birthday else "off",
            )
            for part, label in PART_LABELS.items()
        ]


def from_today(*, days: int = 0) -> Callable[[Any, Any], None]:
    """Validator: the date is today plus ``days`` or later."""

    def check(form: Any, field: Any) -> None:
        if field.data is not None and (field.data - clock.today()).days < days:
            raise StopValidation(
                _("Geben Sie ein Datum in der Zukunft ein.")
                if days
                else _("Geben Sie heute oder einen späteren Tag ein.")
            )

    return check


def until_today(form: Any, field: Any) -> None:
    """Validator: the date is today or earlier."""
    if field.data is not None and field.data > clock.today():
        raise StopValidation(_("Geben Sie heute oder einen früheren Tag ein."))
