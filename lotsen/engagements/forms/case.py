"""Forms of the case page: what each side, or the office for it, can say."""

import re
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from lotsen.core.clock import at_local
from lotsen.core.forms import (
    DateParts,
    Form,
    PhoneField,
    Required,
    TextLength,
    check_time,
    from_today,
    read_time,
    until_today,
)

from .. import queries, rules
from ..rules import Side
from .answers import CHOOSE, REASON


class CaseForm(Form):
    """A form of the case page; staff say whose word it is."""

    side = RadioField(_l("Wer sagt es?"), [Required(CHOOSE)], choices=list(queries.SIDES.items()))

    def __init__(self, *args: Any, staff: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not staff:
            del self.side

    def said_by(self, side: Side | None) -> Side:
        """Whose word it is."""
        return side if side is not None else Side(self.side.data)


def read_hours(text: str) -> int | None:
    """``1,5``, ``1.5``, ``1:30``, ``2 Std`` as minutes; None when it is none."""
    plain = re.sub(r"\s*(stunden?|std\.?|hours?|h)\s*$", "", text.strip(), flags=re.IGNORECASE)
    clock = re.fullmatch(r"(\d{1,5}):([0-5]\d)", plain)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    number = re.fullmatch(r"\d{1,5}(?:[.,]\d{1,2})?", plain)
    return round(float(plain.replace(",", ".")) * 60) if number else None


def check_hours(form: Any, field: Any) -> None:
    """Validator: empty or a number of hours up to 24."""
    if not field.data:
        return
    minutes = read_hours(field.data)
    if minutes is None:
        raise ValidationError(_("Geben Sie die Stunden als Zahl ein, zum Beispiel 1,5."))
    if not 0 < minutes <= rules.LONGEST_ENTRY_MINUTES:
        raise ValidationError(_("Geben Sie mehr als 0 und höchstens 24 Stunden ein."))


class MeetingForm(CaseForm):
    """When and where they meet."""

    day = DateParts(_l("Tag des Treffens"), [Required(_l("Geben Sie den Tag ein."))])
    time = StringField(
        _l("Uhrzeit"),
        [Required(_l("Geben Sie die Uhrzeit so ein: 15:30.")), check_time],
        description=_l("Zum Beispiel 15:30"),
        render_kw={"autocomplete": "off"},
    )
    place = StringField(_l("Ort"), [TextLength(most=rules.MAX_PLACE)], render_kw={"autocomplete": "off"})
    invite = BooleanField(_l("Eine Einladung für den Kalender per E-Mail an beide schicken"))

    def meeting_at(self) -> datetime:
        """The instant that was typed."""
        clock = read_time(self.time.data)
        if clock is None or not isinstance(self.day.data, date):
            raise ValueError("not validated")
        return at_local(self.day.data, clock)


class HoursForm(Form):
    """Time that a pilot gave."""

    day = DateParts(_l("Tag"), [Required(_l("Geben Sie den Tag ein.")), until_today])
    hours = StringField(
        _l("Stunden"),
        [Required(_l("Geben Sie die Stunden als Zahl ein, zum Beispiel 1,5.")), check_hours],
        description=_l("Mit Weg und Vorbereitung, zum Beispiel 1,5"),
        render_kw={"autocomplete": "off", "inputmode": "decimal"},
    )
    note = StringField(_l("Notiz"), [TextLength(most=rules.MAX_NOTE)], render_kw={"autocomplete": "off"})


class SayForm(CaseForm):
    """One tap without further words."""


class BreakOffForm(CaseForm):
    """Calling an engagement off, with the reason."""

    reason = SelectField(
        _l("Warum?"),
        [Required(_l("Wählen Sie einen Grund."))],
        choices=[REASON, *queries.CHOSEN_REASONS],
    )
    text = TextAreaField(
        _l("Ein Wort dazu"),
        [TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination."),
    )


class FitsForm(CaseForm):
    """It fits: the goal in one sentence, and until when."""

    goal = StringField(
        _l("Ihr Ziel in einem Satz"),
        [Required(_l("Nennen Sie das Ziel in einem Satz.")), TextLength(most=rules.MAX_GOAL)],
        render_kw={"autocomplete": "off"},
    )
    ends_on = DateParts(_l("Bis wann ungefähr?"), [Required(_l("Bis wann? Geben Sie den Tag ein.")), from_today()])


class ExtendForm(CaseForm):
    """It goes on until a new day."""

    ends_on = DateParts(_l("Bis wann?"), [Required(_l("Bis wann? Geben Sie den Tag ein.")), from_today()])


class PauseForm(CaseForm):
    """A pause, until a day or open."""

    until = DateParts(
        _l("Bis wann ungefähr?"),
        [Optional(), from_today(days=1)],
        description=_l("Ohne Tag fragen wir nach einiger Zeit nach."),
    )


class HandOverForm(CaseForm):
    """The pilot cannot go on."""

    text = TextAreaField(
        _l("Ein Wort dazu"),
        [TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination."),
    )


class ReleaseForm(CaseForm):
    """What the other side may see of this one."""

    phone = BooleanField(_l("Telefonnummer"))
    email = BooleanField(_l("E-Mail-Adresse"))


class MessageForm(CaseForm):
    """A message to the other side; the view says who can read it."""

    text = TextAreaField(
        _l("Ihre Nachricht"),
        [Required(_l("Schreiben Sie zuerst Ihre Nachricht in das Feld.")), TextLength(most=rules.MAX_MESSAGE)],
    )


class ContactForm(Form):
    """Who speaks for the organisation from now on; the view fills in the choices."""

    person = RadioField(_l("Wer folgt?"), [Required(CHOOSE)], coerce=int)


class ProblemForm(CaseForm):
    """A problem, told to the coordinators in confidence."""

    text = TextAreaField(
        _l("Was ist passiert?"),
        [Required(_l("Schreiben Sie bitte, was passiert ist.")), TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination. Die andere Seite erfährt nichts davon."),
    )
    phone = PhoneField(
        _l("Unter welcher Nummer erreichen wir Sie?"), [Optional()], description=_l("Wir rufen Sie bald zurück.")
    )


class SettleForm(Form):
    """What became of a concern."""

    text = TextAreaField(
        _l("Was wurde vereinbart?"),
        [TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination."),
    )
