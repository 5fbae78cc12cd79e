"""Fields of many forms: address, telephone, postcode, boxes, times of the week."""

import re
from collections.abc import Iterator
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectMultipleField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, EmailInput, ListWidget, TelInput

from .base import MESSAGES

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")
DAY_NAMES = (
    _l("Montag"),
    _l("Dienstag"),
    _l("Mittwoch"),
    _l("Donnerstag"),
    _l("Freitag"),
    _l("Samstag"),
    _l("Sonntag"),
)
PART_NAMES = (_l("vormittags"), _l("nachmittags"), _l("abends"))


class EmailField(StringField):
    """A mail address: syntax only, nothing is looked up."""

    widget = EmailInput()
    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"autocomplete": "email", "spellcheck": "false"})
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Raise unless it is empty or an address."""
        if self.data:
            umlauts = current_app.config["LOTSEN"].mail_umlauts
            try:
                self.data = validate_email(self.data, check_deliverability=False, allow_smtputf8=True).normalized
            except EmailNotValidError:
                raise ValidationError(str(MESSAGES["Invalid email address."])) from None
            if not umlauts and not self.data.rpartition("@")[0].isascii():
                raise ValidationError(
                    _(
                        "Unser E-Mail-Programm kann an Adressen mit Umlauten vor dem @ nicht schreiben. "
                        "Geben Sie eine andere Adresse ein."
                    )
                )


MAX_PHONE = 40


def can_be_dialled(text: str) -> bool:
    """Whether a text is a telephone number as people write it, short enough to be kept."""
    digits = sum(c.isdigit() for c in text)
    return bool(re.fullmatch(r"\+?[0-9 ()/.\-–]+", text)) and 5 <= digits <= 18 and len(text) <= MAX_PHONE


class PhoneField(StringField):
    """A telephone number as people write it."""

    widget = TelInput()
    width = 20

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"autocomplete": "tel"})
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Raise unless it is empty or can be dialled."""
        if not self.data:
            return
        if not can_be_dialled(self.data):
            raise ValidationError(_("Geben Sie eine Telefonnummer mit Vorwahl ein, zum Beispiel 05721 782-0."))


class PostcodeField(StringField):
    """A German postcode: five digits. Whether the place exists is the feature's question."""

    width = 10

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"autocomplete": "postal-code", "inputmode": "numeric"})
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Raise unless it is empty or five digits."""
        if self.data and not re.fullmatch(r"[0-9]{5}", self.data):
            raise ValidationError(_("Geben Sie eine Postleitzahl mit fünf Ziffern ein, zum Beispiel 31655."))


class MultiCheckboxField(SelectMultipleField):
    """Any number of choices as boxes."""

    kind = "MultiCheckboxField"
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SlotsField(MultiCheckboxField):
    """Weekday by part of day, as boxes; data are slots such as ``mon-morning``."""

    kind = "SlotsField"

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        choices = [
            SelectChoice(f"{day}-{part}", name)
            for day in WEEKDAYS
            for part, name in zip(PARTS, PART_NAMES, strict=True)
        ]
        super().__init__(label, validators, choices=choices, **kwargs)

    def days(self) -> Iterator[tuple[str, list[Any]]]:
        """Each weekday's name with its boxes."""
        boxes = list(self)
        for index, name in enumerate(DAY_NAMES):
            yield str(name), boxes[index * len(PARTS) : (index + 1) * len(PARTS)]


class TicksField(MultiCheckboxField):
    """The four ticks: ``morning``, ``afternoon``, ``evening`` on weekdays, and ``weekend``."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        names = (_l("werktags vormittags"), _l("werktags nachmittags"), _l("werktags abends"), _l("am Wochenende"))
        choices = [SelectChoice(tick, name) for tick, name in zip((*PARTS, "weekend"), names, strict=True)]
        super().__init__(label, validators, choices=choices, **kwargs)
