"""The sections of a profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, ValidationError

from lotsen.core.forms import (
    Form,
    MultiCheckboxField,
    PostcodeField,
    Required,
    SlotsField,
    TextLength,
    VersionedForm,
)
from lotsen.core.places import coordinates
from lotsen.municipality.rules import BOUNDS
from lotsen.pilots import rules
from lotsen.skills.models import Topic
from lotsen.skills.queries import label

MODES = [("on_site", _l("vor Ort")), ("remote", _l("online oder am Telefon"))]
KINDS = [("business", _l("Unternehmen")), ("club", _l("Vereine")), ("institution", _l("Einrichtungen"))]
LEVELS = [
    ("", _l("nicht mein Thema")),
    ("1", _l("kenne ich")),
    ("2", _l("mache ich selbst")),
    ("3", _l("bringe ich anderen bei")),
]


class AboutForm(VersionedForm):
    """Who I am."""

    headline = StringField(
        _l("Kurztitel"),
        [Required(_l("Schreiben Sie in wenigen Wörtern, wofür Sie stehen.")), TextLength(rules.MAX_HEADLINE)],
        description=_l("Zum Beispiel: Websites für Vereine. Das liest die Organisation zuerst."),
    )
    about = TextAreaField(
        _l("Über mich"),
        [Required(_l("Schreiben Sie ein paar Sätze über sich und Ihre Erfahrung.")), TextLength(rules.MAX_ABOUT)],
        description=_l("Das liest die Organisation, wenn Sie Ja gesagt haben."),
    )
    title_form = RadioField(
        _l("So möchte ich genannt werden"),
        choices=[("female", ""), ("male", ""), ("", "")],
        default="",
    )
    vendor_ties = StringField(
        _l("Verbindungen zu Anbietern"),
        [TextLength(rules.MAX_VENDOR_TIES)],
        description=_l("Arbeiten Sie für einen Anbieter, oder verkaufen Sie etwas? Dann nennen Sie es hier."),
    )


class WorkForm(VersionedForm):
    """Where and for whom."""

    languages = MultiCheckboxField(
        _l("Sprachen, in denen Sie helfen"), [Required(_l("Kreuzen Sie mindestens eine Sprache an."))]
    )
    modes = MultiCheckboxField(
        _l("So helfe ich"), [Required(_l("Kreuzen Sie an, ob Sie vor Ort oder online helfen."))], choices=MODES
    )
    postcode = PostcodeField(_l("Ihre Postleitzahl"), [Required(_l("Geben Sie Ihre Postleitzahl ein."))])
    radius_km = IntegerField(
        _l("So weit fahre ich, in Kilometern"),
        [Required(_l("Geben Sie an, wie weit Sie fahren.")), NumberRange(0, rules.MAX_RADIUS_KM)],
    )
    org_kinds = MultiCheckboxField(
        _l("Diesen helfe ich"), [Required(_l("Kreuzen Sie mindestens eine Art an."))], choices=KINDS
    )

    def validate_postcode(self, field: PostcodeField) -> None:
        """Only places that exist: the distance is counted from there."""
        if field.data and coordinates(field.data) is None:
            raise ValidationError(
                _("Die Postleitzahl %(postcode)s kennen wir nicht. Bitte prüfen Sie sie.", postcode=field.data)
            )


class TimesForm(VersionedForm):
    """When and how much."""

    slots = SlotsField(
        _l("Dann habe ich meistens Zeit"), description=_l("Kein Haken heißt: Das machen Sie jedes Mal neu aus.")
    )
    capacity = IntegerField(
        _l("So viele Begleitungen gleichzeitig"),
        [Required(_l("Geben Sie eine Zahl ein.")), NumberRange(0, rules.MAX_AT_ONCE)],
        description=_l("Sie können die Zahl jederzeit senken. Was schon läuft, bleibt."),
    )
    asks_per_month = IntegerField(
        _l("So oft im Monat darf man mich fragen"),
        [Required(_l("Geben Sie eine Zahl ein.")), NumberRange(0, BOUNDS["asks_a_month"][1])],
    )


class ContactForm(VersionedForm):
    """What an organisation may see after both said yes."""

    show_full_name = BooleanField(
        _l("Meinen vollen Namen zeigen"),
        description=_l("Sonst liest die Organisation nach Ihrem Ja nur Ihren Vornamen."),
    )
    release_phone = BooleanField(_l("Meine Telefonnummer weitergeben, wenn beide Ja gesagt haben"))
    release_email = BooleanField(
        _l("Meine E-Mail-Adresse weitergeben, wenn beide Ja gesagt haben"),
        description=_l("Ohne Häkchen rufen wir an und bringen Sie beide zusammen."),
    )


class ExclusionForm(Form):
    """An organisation that the pilot does not want to work with."""

    name = StringField(
        _l("Name der Organisation"),
        [Required(_l("Geben Sie den Namen der Organisation ein.")), TextLength(160)],
        description=_l("Nur die Koordination kann das lesen."),
    )


@dataclass(frozen=True)
class TopicFields:
    """The two fields of one topic, for the template."""

    topic: Topic
    level: Any
    areas: Any
    evidence: tuple[str, ...] = ()


def topics_form(topics: Sequence[Topic]) -> type[VersionedForm]:
    """A form class with a level and the sub-areas of every topic: ``level_<id>``, ``areas_<id>``."""
    fields: dict[str, Any] = {}
    for topic in topics:
        fields[f"level_{topic.id}"] = SelectField(_l("Wie gut kennen Sie das?"), choices=LEVELS, default="")
        fields[f"areas_{topic.id}"] = MultiCheckboxField(
            _l("Was davon genau?"),
            choices=[(str(area.id), label(area)) for area in topic.parts],
        )
    return type("TopicsForm", (VersionedForm,), fields)
