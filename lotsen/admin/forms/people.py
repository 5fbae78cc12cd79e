"""Forms of the admin area for single rows: quiet periods, roles, colleagues."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError
from wtforms.fields import SelectChoice

from lotsen.core.access import ROLE_LABELS, Role
from lotsen.core.forms import DateParts, EmailField, Form, MultiCheckboxField, Required, VersionedForm

from .base import line

STAFF_ROLES = (Role.COORDINATOR, Role.ADMINISTRATOR)


class QuietPeriodForm(Form):
    """Days in which nothing expires and nobody is reminded."""

    name = line(_l("Name"), _l("Zum Beispiel Sommerferien."), most=80)
    first_day = DateParts(_l("Erster Tag"), [Required(_l("Geben Sie den ersten Tag ein."))])
    last_day = DateParts(_l("Letzter Tag"), [Required(_l("Geben Sie den letzten Tag ein."))])

    def validate_last_day(self, field: Any) -> None:
        """Not before the first."""
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError(_("Der letzte Tag liegt vor dem ersten. Tauschen Sie die beiden."))


class RolesForm(VersionedForm):
    """The staff roles of one person."""

    staff_roles = MultiCheckboxField(
        _l("Rollen der Mitarbeitenden"),
        choices=[SelectChoice(role.value, ROLE_LABELS[role]) for role in STAFF_ROLES],
        description=_l("Lotsinnen und Lotsen werden ausgezeichnet; Ansprechpersonen gehören zu ihrer Organisation."),
    )


class InviteForm(Form):
    """An account for a colleague."""

    name = line(_l("Vor- und Nachname"))
    email = EmailField(_l("E-Mail-Adresse"), [Required(_l("Geben Sie die E-Mail-Adresse ein."))])
    staff_role = SelectField(
        _l("Tätigkeit"), choices=[SelectChoice(role.value, ROLE_LABELS[role]) for role in STAFF_ROLES]
    )
