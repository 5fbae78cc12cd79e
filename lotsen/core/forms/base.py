"""The base form: stripped text, sentences that say what to do, KERN's accessible attributes."""

import re
import unicodedata
from typing import Any

from flask import request
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, PasswordField, SelectChoice
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from lotsen.core import typed

# WTForms' own English texts (its msgids) and what we say instead.
MESSAGES = {
    "This field is required.": _l("Füllen Sie dieses Feld aus."),
    "Not a valid choice.": _l("Wählen Sie eine der Möglichkeiten aus."),
    "Invalid Choice: could not coerce.": _l("Wählen Sie eine der Möglichkeiten aus."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Wählen Sie aus den Möglichkeiten aus."),
    "'%(value)s' is not a valid choice for this field.": _l("Wählen Sie aus den Möglichkeiten aus."),
    "'%(value)s' are not valid choices for this field.": _l("Wählen Sie aus den Möglichkeiten aus."),
    "Not a valid integer value.": _l("Geben Sie eine ganze Zahl ein, zum Beispiel 3."),
    "Not a valid decimal value.": _l("Geben Sie eine Zahl ein, zum Beispiel 1,5."),
    "Not a valid float value.": _l("Geben Sie eine Zahl ein, zum Beispiel 1,5."),
    "Not a valid time value.": _l("Geben Sie eine Uhrzeit ein, zum Beispiel 15:30."),
    "Field must be at least %(min)d character long.": _l("Schreiben Sie mindestens ein Zeichen."),
    "Field must be at least %(min)d characters long.": _l("Schreiben Sie mindestens %(min)d Zeichen."),
    "Field cannot be longer than %(max)d character.": _l("Kürzen Sie den Text auf ein Zeichen."),
    "Field cannot be longer than %(max)d characters.": _l("Kürzen Sie den Text auf höchstens %(max)d Zeichen."),
    "Field must be between %(min)d and %(max)d characters long.": _l(
        "Schreiben Sie %(min)d bis %(max)d Zeichen. Ihr Text steht noch da."
    ),
    "Field must be exactly %(max)d characters long.": _l("Schreiben Sie genau %(max)d Zeichen."),
    "Number must be at least %(min)s.": _l("Geben Sie mindestens %(min)s ein."),
    "Number must be at most %(max)s.": _l("Geben Sie höchstens %(max)s ein."),
    "Number must be between %(min)s and %(max)s.": _l("Geben Sie eine Zahl von %(min)s bis %(max)s ein."),
    "Invalid email address.": _l(
        "Geben Sie die E-Mail-Adresse mit @ und Punkt ein, ohne Komma und Leerzeichen, zum Beispiel name@verein.de."
    ),
    "Invalid URL.": _l("Geben Sie eine Internet-Adresse ein, zum Beispiel https://www.verein.de."),
    "Invalid input.": _l("Prüfen Sie diese Angabe."),
    "Field must be equal to %(other_name)s.": _l("Geben Sie zweimal dasselbe ein."),
}
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
NO_BROWSER_CHECKS = ("required", "maxlength", "minlength", "pattern", "min", "max", "disabled")


class Texts:
    """WTForms' messages in our words; unknown ones pass through."""

    def gettext(self, string: str) -> str:
        """One message."""
        return str(MESSAGES.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """A message with a number."""
        return self.gettext(singular if n == 1 else plural)


def clean(text: str) -> str:
    """Text without blank edges, control characters and bidi overrides; composed, with plain line ends."""
    return CONTROLS.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")).strip()


class Form(FlaskForm):
    """Base of every form. Texts come stripped; ``required`` and limits are told to people, not enforced by browsers."""

    class Meta(FlaskForm.Meta):
        """How fields are read and drawn."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Clean every text on arrival, passwords excepted; so a blank answer is no answer.

            Only what a browser's form sends is read, no JSON. A page opened again after a log-in shows what was typed.
            """
            of_request = formdata is _Auto
            if of_request and request.is_json:
                return None
            formdata = super().wrap_formdata(form, formdata)
            if formdata is None and of_request:
                formdata = typed.found(form._fields)
            if not formdata:
                return formdata
            secret = {field.name for field in form._fields.values() if isinstance(field, PasswordField)}
            cleaned: MultiDict[str, Any] = MultiDict()
            for name, values in formdata.lists():
                keep = name in secret
                cleaned.setlist(name, [clean(v) if isinstance(v, str) and not keep else v for v in values])
            return cleaned

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Choices may be (value, label) pairs; WTForms wants its own class from 3.4 on."""
            choices = unbound_field.kwargs.get("choices")
            if isinstance(choices, list | tuple):
                pairs = [SelectChoice(*c) if isinstance(c, tuple) and not hasattr(c, "_fields") else c for c in choices]
                options = {**options, "choices": pairs}
            return super().bind_field(form, unbound_field, options)

        def get_translations(self, form: Any) -> Texts:
            """Our sentences."""
            return Texts()

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            """Say "required", "invalid" and "described by" to assistive technology; keep the browser's bubbles out."""
            extra: dict[str, Any] = dict.fromkeys(NO_BROWSER_CHECKS, False)
            if isinstance(field.widget, HiddenInput):  # nobody meets it: HTML allows no "aria-" there
                return super().render_field(field, {**extra, **render_kw})
            if field.flags.required:
                extra["aria-required"] = "true"
            if field.errors:
                extra["aria-invalid"] = "true"
            described = [f"{field.id}-hint"] * bool(field.description) + [f"{field.id}-error"] * bool(field.errors)
            if described:
                extra["aria-describedby"] = " ".join(described)
            return super().render_field(field, {**extra, **render_kw})


class Required(InputRequired):
    """``InputRequired`` under a shorter name; blank texts count as missing because they arrive stripped."""


class TextLength:
    """Limits of a long text, told with the length it has; nothing is cut off."""

    def __init__(self, most: int, least: int = 0, *, too_short: Any = None) -> None:
        self.most, self.least, self.too_short = most, least, too_short

    def __call__(self, form: Any, field: Any) -> None:
        """Raise with what to do."""
        length = len(field.data or "")
        if length > self.most:
            raise ValidationError(
                _(
                    "Ihr Text hat %(length)s Zeichen. Kürzen Sie ihn auf höchstens %(most)s.",
                    length=format_decimal(length),
                    most=format_decimal(self.most),
                )
            )
        if length < self.least:
            raise ValidationError(
                self.too_short
                or _("Schreiben Sie etwas mehr: mindestens %(least)s Zeichen.", least=format_decimal(self.least))
            )


class VersionField(IntegerField):
    """The version of the row that the form was shown with; hidden."""

    widget = HiddenInput()


class VersionedForm(Form):
    """A form that edits a row: pass ``obj=row``; the edge gives ``form.version.data`` to `get_or_404`."""

    version = VersionField(
        validators=[InputRequired(_l("Laden Sie die Seite neu und geben Sie Ihre Änderung noch einmal ein."))]
    )
