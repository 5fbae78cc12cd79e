"""The application: who, how to reach, "Das kann ich" in own words."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from lotsen.accounts.queries import CONSENT_TEXTS
from lotsen.accounts.rules import ConsentFor
from lotsen.core.forms import EmailField, Form, PhoneField, Required, TextLength
from lotsen.municipality.queries import town
from lotsen.pilots.rules import MAX_NAME, MAX_OWN_WORDS, MIN_OWN_WORDS


class ApplicationForm(Form):
    """What a person who wants to join tells us first."""

    name = StringField(
        _l("Ihr Name"),
        [Required(_l("Geben Sie Ihren Namen ein.")), TextLength(MAX_NAME)],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        _l("Ihre E-Mail-Adresse"),
        [Required(_l("Geben Sie Ihre E-Mail-Adresse ein.")), TextLength(254)],
        description=_l("Wir schicken Ihnen einen Link, mit dem Sie die Bewerbung absenden."),
    )
    phone = PhoneField(_l("Ihre Telefonnummer"), [Optional(), TextLength(40)])
    own_words = TextAreaField(
        _l("Das kann ich"),
        [Required(_l("Schreiben Sie in zwei, drei Sätzen, womit Sie helfen können.")), TextLength(MAX_OWN_WORDS)],
        description=_l("Mit Ihren Worten. Zum Beispiel: Ich pflege die Homepage unseres Vereins und erkläre gern."),
    )
    old_enough = BooleanField(
        LazyString(lambda: _("Ich bin mindestens %(age)d Jahre alt.", age=town().minimum_age)),
        [Required(LazyString(lambda: _("Mitmachen können Sie ab %(age)d Jahren.", age=town().minimum_age)))],
    )
    consent = BooleanField(
        CONSENT_TEXTS[ConsentFor.PILOT_APPLICATION],
        [Required(_l("Ohne Ihr Einverständnis dürfen wir die Bewerbung nicht annehmen. Setzen Sie den Haken."))],
    )

    def validate_own_words(self, field: TextAreaField) -> None:
        """A few words at least."""
        if len(field.data or "") < MIN_OWN_WORDS:
            raise ValidationError(_("Schreiben Sie etwas mehr, damit wir wissen, womit Sie helfen können."))


class RecordApplicationForm(ApplicationForm):
    """The same, taken by a coordinator by telephone or on paper; the mail address may be missing."""

    email = EmailField(_l("E-Mail-Adresse"), [Optional(), TextLength(254)])
    name = StringField(_l("Name"), [Required(_l("Geben Sie den Namen ein.")), TextLength(MAX_NAME)])
    phone = PhoneField(_l("Telefonnummer"), [TextLength(40)])
    old_enough = BooleanField(
        LazyString(lambda: _("Die Person ist mindestens %(age)d Jahre alt.", age=town().minimum_age)),
        [Required(LazyString(lambda: _("Mitmachen kann man ab %(age)d Jahren.", age=town().minimum_age)))],
    )
    consent = BooleanField(
        _l("Die Person hat die Hinweise zum Datenschutz gehört und ist einverstanden."),
        [Required(_l("Fragen Sie nach dem Einverständnis und setzen Sie den Haken."))],
    )

    def validate_phone(self, field: PhoneField) -> None:
        """One way to reach the person."""
        if not field.data and not self.email.data:
            raise ValidationError(_("Geben Sie eine Telefonnummer oder eine E-Mail-Adresse ein."))
