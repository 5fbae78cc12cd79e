"""Forms of organisations."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import Length, ValidationError

from lotsen.core.forms import PostcodeField, Required, VersionedForm
from lotsen.core.places import coordinates

from .rules import MAX_NAME, Kind

KINDS = (
    (Kind.BUSINESS.value, _l("Unternehmen oder Selbstständige")),
    (Kind.CLUB.value, _l("Verein oder Initiative")),
    (Kind.INSTITUTION.value, _l("Einrichtung, zum Beispiel Schule oder Kita")),
)


def known_postcode(form: Any, field: Any) -> None:
    """Validator: the postcode exists in Germany."""
    if field.data and coordinates(field.data) is None:
        raise ValidationError(_("Diese Postleitzahl kennen wir nicht. Bitte prüfen Sie die fünf Ziffern."))


class OrganisationForm(VersionedForm):
    """What a coordinator corrects."""

    name = StringField(
        _l("Name"),
        [
            Required(_l("Geben Sie den Namen der Organisation ein.")),
            Length(max=MAX_NAME, message=_l("Kürzen Sie den Namen auf höchstens %(max)d Zeichen.")),
        ],
    )
    kind = RadioField(_l("Art"), [Required(_l("Wählen Sie eine Art aus."))], choices=KINDS)
    postcode = PostcodeField(_l("Postleitzahl"), [Required(_l("Geben Sie die Postleitzahl ein.")), known_postcode])
    municipal = BooleanField(_l("gehört zur Kommune"))
