"""Forms of the privacy desk."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, PasswordField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange

from lotsen.core.forms import EmailField, Form, Required, TextLength, VersionedForm

from .queries.report import KINDS
from .rules import RETENTION, means_erase

WAYS = [
    SelectChoice("phone", _l("am Telefon")),
    SelectChoice("letter", _l("per Brief")),
    SelectChoice("in_person", _l("im Gespräch")),
]


class AskForm(Form):
    """Whose data."""

    email = EmailField(_l("Ihre E-Mail-Adresse"), [Required(_l("Geben Sie Ihre E-Mail-Adresse ein."))])


class EraseForm(Form):
    """Erasing cannot be undone: the word is typed."""

    word = StringField(
        _l("Tippen Sie: LÖSCHEN"),
        [Required(_l("Tippen Sie das Wort LÖSCHEN, wenn Sie sicher sind.")), TextLength(40)],
        description=_l("So löscht niemand etwas aus Versehen."),
        render_kw={"autocomplete": "off"},
    )

    def validate_word(self, field: Any) -> None:
        """One word, in either language."""
        if field.data and not means_erase(field.data):
            raise ValidationError(_("Tippen Sie das Wort LÖSCHEN, wenn Sie sicher sind."))


class OwnEraseForm(EraseForm):
    """With the password of the account."""

    password = PasswordField(
        _l("Ihr Passwort"),
        [Required(_l("Geben Sie Ihr Passwort ein."))],
        render_kw={"autocomplete": "current-password"},
    )


class DeskEraseForm(EraseForm):
    """A coordinator erases for somebody who asked for it."""

    way = RadioField(_l("Wie kam der Wunsch?"), [Required(_l("Wählen Sie, wie der Wunsch kam."))], choices=WAYS)
    checked = BooleanField(
        _l("Ich habe mich überzeugt, dass es die Person selbst ist"),
        [Required(_l("Überzeugen Sie sich erst, dass es die Person selbst ist."))],
        description=_l("Zum Beispiel durch Rückruf unter der bekannten Nummer."),
    )


class ColleagueEraseForm(EraseForm):
    """An administrator erases a colleague's account."""

    reason = RadioField(
        _l("Warum?"),
        [Required(_l("Wählen Sie, warum das Konto gelöscht wird."))],
        choices=[
            SelectChoice("left", _l("Die Person arbeitet nicht mehr hier")),
            SelectChoice("wish", _l("Die Person möchte es so")),
            SelectChoice("mistake", _l("Das Konto ist doppelt oder aus Versehen angelegt")),
        ],
    )


class WayForm(Form):
    """On which way somebody told the office."""

    way = RadioField(_l("Wie kam der Wunsch?"), [Required(_l("Wählen Sie, wie der Wunsch kam."))], choices=WAYS)


class BarrierForm(Form):
    """Where somebody could not go on."""

    text = TextAreaField(
        _l("Was geht nicht?"),
        [Required(_l("Beschreiben Sie kurz, was nicht geht.")), TextLength(2000, 5)],
    )
    page = StringField(_l("Auf welcher Seite?"), [TextLength(200)])
    contact = StringField(
        _l("Wie erreichen wir Sie?"), [TextLength(254)], description=_l("E-Mail-Adresse oder Telefonnummer.")
    )


def retention_form() -> type[VersionedForm]:
    """One number of months for each class that the town may change."""
    fields = {
        kind.name: IntegerField(
            KINDS[kind.name][0],
            [Required(), NumberRange(kind.least, kind.most)],
            description=_("Monate %(after)s. Üblich: %(usual)d.", after=str(KINDS[kind.name][1]), usual=kind.months),
        )
        for kind in RETENTION
        if not kind.by_lifecycle
    }
    return type("RetentionForm", (VersionedForm,), fields)
