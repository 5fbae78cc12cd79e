"""Choices and validators that several forms share."""

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, Length, ValidationError

from lotsen.core.forms import Required, TextLength
from lotsen.help_requests.rules import MAX_DESCRIPTION, MIN_DESCRIPTION, Mode
from lotsen.skills.queries import label, topics

MODES = (
    (Mode.EITHER.value, _l("vor Ort oder online, beides ist uns recht")),
    (Mode.ON_SITE.value, _l("bei uns vor Ort")),
    (Mode.REMOTE.value, _l("online oder am Telefon")),
)
CHILDREN = (("nein", _l("nein")), ("ja", _l("ja")))
# Nothing is chosen beforehand: whoever meets children needs a certificate, so somebody must have thought of it.
CHILDREN_SAID = InputRequired(_l("Sagen Sie uns bitte, ob Kinder oder Jugendliche dabei sind."))
CARRIER = (("yes", _l("ja")), ("asking", _l("das frage ich noch")))
OR_CONNECTED = _l("Ohne Häkchen rufen wir an und bringen Sie beide zusammen.")
RELEASES = (("phone", _l("Telefonnummer")), ("email", _l("E-Mail-Adresse")))


def short(most: int) -> Length:
    """A limit for one line of text."""
    return Length(max=most, message=_l("Kürzen Sie den Text auf höchstens %(max)d Zeichen."))


def name_check() -> BooleanField:
    """Shown only when a short text may call somebody by name, see ``someone`` in `clear_short_text`."""
    return BooleanField(_l("Der Name darf im Kurztext stehen"))


def refuse_text(form: Any, code: str, problem: Any) -> None:
    """Say what a text must not tell: above the form, or at the tick that lets the name stay."""
    if code == "someone":
        form.name_is_fine.errors = [problem]
    else:
        form.form_errors.append(problem)


def description_rules() -> list[Any]:
    """Somebody's own words: 20 to 4,000 characters."""
    return [
        Required(_l("Schreiben Sie in ein, zwei Sätzen, worum es geht.")),
        TextLength(
            MAX_DESCRIPTION,
            MIN_DESCRIPTION,
            too_short=_l("Was klappt nicht, und seit wann? Schreiben Sie bitte mindestens 20 Zeichen."),
        ),
    ]


def topic_choices() -> list[tuple[str, str]]:
    """All topics of the catalogue."""
    return [(topic.slug, label(topic)) for topic in topics()]


class CarrierKnown:
    """Validator: with children, the carrier's consent is asked for; the field stands under that answer."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Raise when it is missing."""
        if form.with_children.data == "ja" and not field.data:
            raise ValidationError(_("Bitte sagen Sie uns, ob der Träger einverstanden ist."))


def way_exists(form: Any) -> bool:
    """Whether what may be passed on was given; else the empty field says so."""
    missing = {
        "phone": _("Tragen Sie die Nummer ein, die wir weitergeben dürfen, oder nehmen Sie unten das Häkchen weg."),
        "email": _("Tragen Sie die Adresse ein, die wir weitergeben dürfen, oder nehmen Sie unten das Häkchen weg."),
    }
    empty = [
        name for name in form.releases.data or () if f"contact_{name}" in form and not form[f"contact_{name}"].data
    ]
    for name in empty:
        form[f"contact_{name}"].errors = [missing[name]]
    return not empty
