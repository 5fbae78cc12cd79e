"""Forms of the pages that pilots and organisations open from a mail, and of the case page."""

import re
from datetime import date, datetime, time
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from lotsen.core.clock import at_local
from lotsen.core.forms import DateParts, Form, Required, TextLength, from_today, until_today

from . import queries, rules
from .rules import Side

CHOOSE = _l("Wählen Sie eine Antwort.")
REASON = ("", _l("Bitte wählen"))


class ChoiceForm(Form):
    """A form in which some fields are needed for one choice only. ``NEEDS``: choice -> field -> sentence."""

    NEEDS: ClassVar[dict[str, dict[str, Any]]] = {}
    choice: RadioField

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the choice needs; drop errors of fields that belong to other choices."""
        super().validate(extra_validators)
        wanted = {k: v for k, v in self.NEEDS.get(self.choice.data or "", {}).items() if k in self}
        for other in {field for fields in self.NEEDS.values() for field in fields} - set(wanted):
            if other in self:
                self[other].errors = []
        for name, sentence in wanted.items():
            if not self[name].data and not self[name].errors:
                self[name].errors = [str(sentence)]
        return not self.errors


class AnswerForm(ChoiceForm):
    """What an asked pilot may say."""

    NEEDS: ClassVar = {
        "yes_from": {"from_date": _l("Ab wann können Sie? Geben Sie den Tag ein.")},
        "question": {"text": _l("Schreiben Sie Ihre Frage in das Feld.")},
        "later": {"until": _l("Ab wann dürfen wir wieder fragen? Geben Sie den Tag ein.")},
        "no": {"reason": _l("Wählen Sie einen Grund.")},
    }
    choice = RadioField(
        _l("Ihre Antwort"),
        [Required(CHOOSE)],
        choices=[
            ("yes", _l("Ja")),
            ("yes_from", _l("Ja, ab …")),
            ("question", _l("Ich habe eine Frage")),
            ("later", _l("Jetzt nicht, wieder ab …")),
            ("no", _l("Nein, weil …")),
        ],
    )
    from_date = DateParts(_l("Bei „Ja, ab …“: ab welchem Tag?"), [Optional(), from_today()])
    until = DateParts(_l("Bei „Jetzt nicht“: ab wann dürfen wir wieder fragen?"), [Optional(), from_today()])
    reason = SelectField(_l("Bei „Nein“: warum?"), choices=[REASON, *queries.DECLINE_REASONS.items()])
    text = TextAreaField(
        _l("Ihre Frage oder ein Wort dazu"),
        [TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination."),
    )


class TakeBackForm(Form):
    """Taking a yes back, with the reason."""

    reason = SelectField(
        _l("Warum geht es doch nicht?"),
        [Required(_l("Wählen Sie einen Grund."))],
        choices=[REASON, *queries.DECLINE_REASONS.items()],
    )


class ConfirmForm(ChoiceForm):
    """What an organisation may say to a pilot who said yes."""

    NEEDS: ClassVar = {
        "question": {"text": _l("Schreiben Sie Ihre Frage in das Feld.")},
        "no": {"reason": _l("Wählen Sie einen Grund.")},
    }
    choice = RadioField(
        _l("Ihre Antwort"),
        [Required(CHOOSE)],
        choices=[("yes", _l("Ja, gern")), ("question", _l("Ich habe eine Frage")), ("no", _l("Nein, weil …"))],
    )
    reason = SelectField(_l("Bei „Nein“: warum?"), choices=[REASON, *queries.REFUSE_REASONS.items()])
    text = TextAreaField(
        _l("Ihre Frage oder ein Wort dazu"),
        [TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination."),
    )


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


def read_time(text: str) -> time | None:
    """``15``, ``15:30``, ``15.30 Uhr``, ``9 Uhr`` as a time; None when it is none."""
    found = re.fullmatch(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?(?:\s*(?:uhr|h))?", text.strip(), re.IGNORECASE)
    return time(int(found[1]), int(found[2] or 0)) if found else None


def read_hours(text: str) -> int | None:
    """``1,5``, ``1.5``, ``1:30``, ``2 Std`` as minutes; None when it is none."""
    plain = re.sub(r"\s*(stunden?|std\.?|hours?|h)\s*$", "", text.strip(), flags=re.IGNORECASE)
    clock = re.fullmatch(r"(\d{1,2}):([0-5]\d)", plain)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    number = re.fullmatch(r"\d{1,2}(?:[.,]\d{1,2})?", plain)
    return round(float(plain.replace(",", ".")) * 60) if number else None


def check_time(form: Any, field: Any) -> None:
    """Validator: empty or a time of day."""
    if field.data and read_time(field.data) is None:
        raise ValidationError(_("Geben Sie die Uhrzeit so ein: 15:30."))


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
        choices=[REASON, *queries.BREAK_OFF_REASONS.items()],
    )
    text = TextAreaField(
        _l("Ein Wort dazu"),
        [TextLength(most=rules.MAX_WORDS)],
        description=_l("Das liest nur die Koordination."),
    )
