"""Forms of log-in, registration, reset and one's own account."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, RadioField, SelectChoice, StringField

from lotsen.core.forms import EmailField, Form, PhoneField, Required, TextLength, VersionedForm

LANGUAGES = [SelectChoice("de", "Deutsch"), SelectChoice("en", "English")]
MISSING_EMAIL = _l("Geben Sie Ihre E-Mail-Adresse ein.")
MISSING_NAME = _l("Geben Sie Ihren Namen ein.")


class LoginForm(Form):
    """Address and password."""

    email = EmailField(
        _l("E-Mail-Adresse"), [Required(MISSING_EMAIL)], render_kw={"autocomplete": "email", "spellcheck": "false"}
    )
    password = PasswordField(
        _l("Passwort"),
        [Required(_l("Geben Sie Ihr Passwort ein."))],
        render_kw={"autocomplete": "current-password"},
    )


class AccountForm(Form):
    """Who wants to log in; the password is chosen behind the link in the mail."""

    name = StringField(
        _l("Vor- und Nachname"), [Required(MISSING_NAME), TextLength(120)], render_kw={"autocomplete": "name"}
    )
    email = EmailField(
        _l("E-Mail-Adresse"),
        [Required(MISSING_EMAIL)],
        description=_l("Nehmen Sie die Adresse, die Sie bei Ihrer Anfrage genannt haben."),
    )


class ForgotForm(Form):
    """Whose password is forgotten."""

    email = EmailField(_l("E-Mail-Adresse"), [Required(MISSING_EMAIL)])


def new_password(label: Any, *, optional: bool = False) -> PasswordField:
    """The field for a new password, typed once: it can be pasted, and shown by the browser."""
    required = [] if optional else [Required(_l("Wählen Sie ein Passwort."))]
    return PasswordField(
        label,
        required,
        description=_l("Mindestens 8 Zeichen. Gut sind drei Wörter, die nicht zusammengehören."),
        render_kw={"autocomplete": "new-password"},
    )


class CodeForm(Form):
    """The second step: the app's code, or one of the recovery codes."""

    code = StringField(
        _l("Code"),
        [Required(_l("Geben Sie den Code ein.")), TextLength(40)],
        description=_l("Sechs Ziffern aus Ihrer App, oder ein Notfall-Code."),
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"},
    )


class SecondStepForm(CodeForm):
    """The second step at log-in."""

    remember = BooleanField(
        _l("Auf diesem Gerät 30 Tage lang nicht mehr nach dem Code fragen"),
        description=_l("Nur auf einem Gerät, das nur Sie benutzen."),
    )


class FirstCodeForm(Form):
    """Setting up: the app shows the first code."""

    code = StringField(
        _l("Code aus der App"),
        [Required(_l("Geben Sie den Code ein, den die App gerade zeigt.")), TextLength(40)],
        description=_l("Sechs Ziffern. Die App zeigt alle 30 Sekunden einen neuen Code."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )


class FirstCodeWithPasswordForm(FirstCodeForm):
    """Setting up of one's own accord: an open browser is not enough."""

    current = PasswordField(
        _l("Jetziges Passwort"),
        [Required(_l("Geben Sie Ihr jetziges Passwort ein."))],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(Form):
    """A new password."""

    password = new_password(_l("Neues Passwort"))


class ConfirmForm(Form):
    """Confirming the address, with a password if the person wants one."""

    password = new_password(_l("Passwort"), optional=True)


class ChangePasswordForm(Form):
    """The current and a new password."""

    current = PasswordField(
        _l("Jetziges Passwort"),
        [Required(_l("Geben Sie Ihr jetziges Passwort ein."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = new_password(_l("Neues Passwort"))


class OwnForm(VersionedForm):
    """Name, telephone and language."""

    name = StringField(
        _l("Vor- und Nachname"), [Required(MISSING_NAME), TextLength(120)], render_kw={"autocomplete": "name"}
    )
    phone = PhoneField(_l("Telefon"), [TextLength(40)])
    locale = RadioField(_l("Sprache unserer E-Mails"), [Required()], choices=LANGUAGES)


class NewAddressForm(Form):
    """A new mail address, with the password that proves who asks."""

    email = EmailField(_l("Neue E-Mail-Adresse"), [Required(_l("Geben Sie die neue E-Mail-Adresse ein."))])
    current = PasswordField(
        _l("Passwort"),
        [Required(_l("Geben Sie Ihr Passwort ein."))],
        render_kw={"autocomplete": "current-password"},
    )
