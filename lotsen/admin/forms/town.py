"""Who the town is, its texts, and the groups in which its settings are edited."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice

from lotsen.core.forms import EmailField, PhoneField, PostcodeField, Required, TextLength
from lotsen.core.places import coordinates
from lotsen.municipality.rules import POSTCODE

from .base import SettingsForm, line, text
from .process import NumbersForm, ProcessForm

LAENDER = {
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}


class TownForm(SettingsForm):
    """Who the town is and how to reach the programme."""

    name = line(_l("Name der Kommune"), most=80)
    authority = line(_l("Behörde"), _l("Steht in E-Mails und in der Fußzeile."))
    programme = line(
        _l("Name des Programms"),
        _l("In der Mehrzahl, weil er in Sätzen wie „bei den Digitallotsen“ steht."),
        most=60,
    )
    title_female = line(_l("Titel, weiblich"), most=60)
    title_male = line(_l("Titel, männlich"), most=60)
    land = SelectField(
        _l("Land"),
        choices=[SelectChoice(code, name) for code, name in LAENDER.items()],
        description=_l("Bestimmt Feiertage und Schulferien. Die üblichen Ruhezeiten ziehen mit."),
    )
    street = line(_l("Straße und Hausnummer"))
    postcode = PostcodeField(_l("Postleitzahl"), [Required()])
    more_postcodes = StringField(
        _l("Weitere Postleitzahlen der Kommune"),
        [TextLength(400)],
        description=_l("Mit Komma dazwischen. In den Zahlen gehören alle zur Kommune."),
    )
    email = EmailField(_l("E-Mail-Adresse des Programms"), [Required()])
    phone = PhoneField(_l("Telefon"), [Required()])
    office_hours = StringField(_l("Sprechzeiten"), [TextLength(200)])
    office_hours_en = StringField(
        _l("Sprechzeiten auf Englisch"),
        [TextLength(200)],
        description=_l("Bleibt das Feld leer, nennen die englischen Seiten keine Zeiten."),
    )
    official = BooleanField(
        _l("„Offizielle Website“ oben zeigen"), description=_l("Das dürfen nur öffentliche Stellen.")
    )
    colour = StringField(_l("Farbe"), [TextLength(7)], description=_l("Zum Beispiel #1a5fb4. Leer: die übliche."))

    def validate_more_postcodes(self, field: Any) -> None:
        """Postcodes that exist, kept as ``31655, 31688``."""
        typed = re.findall(r"[^\s,;]+", field.data or "")
        for postcode in typed:
            if not POSTCODE.fullmatch(postcode) or coordinates(postcode) is None:
                raise ValidationError(
                    _("Die Postleitzahl %(postcode)s kennen wir nicht. Bitte prüfen Sie sie.", postcode=postcode)
                )
        field.data = ", ".join(dict.fromkeys(typed))

    def validate_colour(self, field: Any) -> None:
        """Six hexadecimal digits or nothing."""
        if field.data and not re.fullmatch(r"#[0-9a-fA-F]{6}", field.data):
            raise ValidationError(_("Geben Sie die Farbe so ein: #1a5fb4."))


class TextsForm(SettingsForm):
    """The texts every public site must have."""

    impressum = text(_l("Impressum"), _l("Pflicht nach § 5 DDG. Ohne diesen Text startet der Echtbetrieb nicht."))
    privacy_contact = text(_l("Datenschutz: Kontakt"), _l("Wer ist verantwortlich, wer ist Datenschutzbeauftragte?"))
    dpo_contact = StringField(_l("Datenschutz: Kontakt der oder des Datenschutzbeauftragten"), [TextLength(200)])
    supervisory_authority = StringField(_l("Datenschutz: Aufsichtsbehörde"), [TextLength(200)])
    privacy_text = text(_l("Datenschutz: eigener Text"), _l("Steht vor der Liste der Verarbeitungen."))
    easy_language = text(_l("Leichte Sprache: eigener Text"), _l("Leer: der Text, den das Programm mitbringt."))
    accessibility_gaps = text(_l("Barrierefreiheit: bekannte Mängel und Gründe"))
    accessibility_date = StringField(
        _l("Barrierefreiheit: zuletzt geprüft am"), [TextLength(60)], description=_l("Zum Beispiel 24. November 2026.")
    )


GROUPS: dict[str, type[SettingsForm]] = {
    "kommune": TownForm,
    "ablauf": ProcessForm,
    "zahlen": NumbersForm,
    "texte": TextsForm,
}
GROUP_TITLES = {
    "kommune": (_l("Kommune und Programm"), _l("Name, Adresse, Titel, Land")),
    "ablauf": (_l("Ablauf"), _l("Bürotage, Grenzen, Anmeldung")),
    "zahlen": (_l("Zahlen des Ablaufs"), _l("Ruhe, Pausen, Anrufe, Grenzen")),
    "texte": (_l("Texte"), _l("Impressum, Datenschutz, Barrierefreiheit")),
}
