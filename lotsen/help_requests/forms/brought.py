"""Forms of what a pilot brings along: three fields of the pilot, what the organisation adds when it confirms."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from lotsen.accounts.queries import CONSENT_TEXTS
from lotsen.accounts.rules import ConsentFor
from lotsen.core.forms import Form, PostcodeField, Required, TextLength, can_be_dialled
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import MAX_DESCRIPTION, MAX_NAME, MIN_DESCRIPTION
from lotsen.organisations.forms import KINDS, known_postcode
from lotsen.organisations.rules import MAX_NAME as MAX_ORGANISATION
from lotsen.organisations.rules import Kind

from .choices import CHILDREN, CHILDREN_SAID, short
from .desk import ConsentForm


def mail_or_phone(form: Any, field: Any) -> None:
    """Validator: a mail address or a telephone number."""
    text = field.data or ""
    name, at, host = text.rpartition("@")
    if at and name and "." in host and " " not in text:
        return
    if can_be_dialled(text):
        return
    raise ValidationError(_("Geben Sie eine E-Mail-Adresse oder eine Telefonnummer ein."))


class BroughtForm(Form):
    """Ich habe schon jemanden."""

    organisation_name = StringField(
        _l("Wem möchten Sie helfen?"),
        [Required(_l("Geben Sie den Namen der Organisation ein.")), short(MAX_ORGANISATION)],
        description=_l("Name des Vereins, des Unternehmens oder der Einrichtung."),
    )
    contact = StringField(
        _l("E-Mail-Adresse oder Telefonnummer dort"),
        [Required(_l("Geben Sie eine E-Mail-Adresse oder eine Telefonnummer ein.")), short(254), mail_or_phone],
        description=_l("Wir fragen dort nach, ob es so stimmt."),
    )
    what = TextAreaField(
        _l("Worum geht es?"),
        [
            Required(_l("Schreiben Sie in ein, zwei Sätzen, worum es geht.")),
            TextLength(MAX_DESCRIPTION, MIN_DESCRIPTION),
        ],
    )


class WhoSpeaksForm(Form):
    """Who speaks for the organisation, what it is, where."""

    contact_name = StringField(_l("Ihr Name"), [Required(_l("Geben Sie Ihren Namen ein.")), short(MAX_NAME)])
    org_kind = RadioField(
        _l("Art der Organisation"), [InputRequired(_l("Wählen Sie die Art der Organisation aus."))], choices=KINDS
    )
    postcode = PostcodeField(_l("Postleitzahl"), [Required(_l("Geben Sie Ihre Postleitzahl ein.")), known_postcode])
    with_children = RadioField(
        _l("Sind Kinder oder Jugendliche dabei, wenn die Lotsin oder der Lotse kommt?"),
        [CHILDREN_SAID],
        choices=CHILDREN,
    )

    def values(self) -> dict[str, Any]:
        """What `service.confirm_brought` takes."""
        return {
            "contact_name": self.contact_name.data,
            "org_kind": Kind(self.org_kind.data),
            "postcode": self.postcode.data,
            "with_children": self.with_children.data == "ja",
        }


class BroughtConfirmForm(WhoSpeaksForm):
    """The organisation confirms by the link."""

    privacy = BooleanField(
        CONSENT_TEXTS[ConsentFor.HELP_REQUEST],
        [InputRequired(_l("Bitte setzen Sie den Haken, sonst dürfen wir Ihre Anfrage nicht bearbeiten."))],
    )


class BroughtByPhoneForm(WhoSpeaksForm, ConsentForm):
    """The organisation confirms on the telephone."""

    contact_name = StringField(
        _l("Name der Ansprechperson"), [Required(_l("Geben Sie den Namen ein.")), short(MAX_NAME)]
    )


def known_about(row: HelpRequest) -> dict[str, Any]:
    """What the form shows first: what was guessed from the name, the place of the pilot."""
    return {"org_kind": row.org_kind.value, "postcode": row.postcode}
