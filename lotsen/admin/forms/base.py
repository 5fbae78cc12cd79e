"""What the forms of the settings have in common: the fields, and which settings a group has."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange

from lotsen.core.forms import MultiCheckboxField, Required, TextLength, VersionedForm, check_time
from lotsen.municipality.rules import BOUNDS

WORKING_DAYS = (_l("Montag"), _l("Dienstag"), _l("Mittwoch"), _l("Donnerstag"), _l("Freitag"))


def line(label: Any, hint: Any = "", most: int = 120) -> StringField:
    """One line that must be filled in."""
    return StringField(label, [Required(), TextLength(most)], description=hint)


def number(name: str, label: Any, hint: Any = "") -> IntegerField:
    """A number within the bounds of the setting ``name``."""
    return IntegerField(label, [Required(), NumberRange(*BOUNDS[name])], description=hint)


class ClockField(StringField):
    """A time of day as people write it."""

    width = 10


def clock(label: Any, hint: Any = "") -> ClockField:
    """A time of day."""
    return ClockField(label, [Required(_l("Geben Sie die Uhrzeit so ein: 15:30.")), check_time], description=hint)


def days(label: Any, hint: Any = "") -> MultiCheckboxField:
    """At least one of Monday to Friday, 0 to 4."""
    return MultiCheckboxField(
        label,
        [Required(_l("Wählen Sie mindestens einen Tag."))],
        coerce=int,
        choices=[SelectChoice(day, name) for day, name in enumerate(WORKING_DAYS)],
        description=hint,
    )


def text(label: Any, hint: Any = "") -> TextAreaField:
    """A long text, also none."""
    return TextAreaField(label, [TextLength(20_000)], description=hint)


class SettingsForm(VersionedForm):
    """Base of the groups: every field but version and token is a setting of the same name."""

    @classmethod
    def names(cls) -> list[str]:
        """The settings of this group."""
        return [name for name in cls()._fields if name not in ("version", "csrf_token")]

    def values(self) -> dict[str, Any]:
        """What was typed; an empty text is an empty text."""
        return {name: self._fields[name].data for name in self.names()}
