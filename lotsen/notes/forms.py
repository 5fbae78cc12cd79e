"""The one form: a text, when to look again, and a button for each kind."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from lotsen.core.clock import calendar
from lotsen.core.forms import DateParts, Form, TextLength, from_today

from .rules import DAYS, MAX_TEXT, Again, Kind

KINDS = {
    Kind.NOTE: _l("Notiz"),
    Kind.REACHED: _l("angerufen, erreicht"),
    Kind.NOT_REACHED: _l("angerufen, nicht erreicht"),
}
BUTTONS = ((Kind.NOTE, _l("Notieren")), (Kind.REACHED, _l("Erreicht")), (Kind.NOT_REACHED, _l("Nicht erreicht")))
AGAIN = [
    (Again.NEVER.value, _l("nein")),
    (Again.OFFICE_DAY.value, _l("am nächsten Bürotag")),
    (Again.WEEK.value, _l("in einer Woche")),
    (Again.MONTH.value, _l("in vier Wochen")),
    (Again.DAY.value, _l("an diesem Tag:")),
]


class NoteForm(Form):
    """What was said, and when to look again. The kind is the button that was pressed."""

    text = TextAreaField(
        _l("Was wurde gesagt, was ist zu merken?"),
        [TextLength(MAX_TEXT)],
        description=_l("Das lesen nur die Koordinatorinnen und Koordinatoren. Die Person kann Auskunft verlangen."),
    )
    again = SelectField(_l("Wiedervorlage"), choices=AGAIN, default=Again.NEVER.value)
    due_on = DateParts(_l("Tag, wenn Sie „an diesem Tag“ wählen"), [Optional(), from_today()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "notiz", **kwargs})

    def validate(self, extra_validators: Any = None) -> bool:
        """A day of one's own must be named."""
        fine = super().validate(extra_validators)
        if self.again.data == Again.DAY and not self.due_on.data and not self.due_on.errors:
            self.due_on.errors = [_("Geben Sie den Tag der Wiedervorlage ein.")]
            return False
        return bool(fine)

    def day(self, today: date) -> date | None:
        """The day of the Wiedervorlage; None without one."""
        again = Again(self.again.data)
        if again in (Again.NEVER, Again.DAY):
            day: date | None = self.due_on.data  # a day that was typed counts, whatever stands above it
            return day
        if again is Again.OFFICE_DAY:
            return calendar().next_office_day(today)
        return calendar().next_working_day(today + timedelta(days=DAYS[again]))
