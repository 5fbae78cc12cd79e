"""Forms of the admin area: the town's settings in groups, quiet periods, people."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange

from lotsen.accounts.queries import with_role
from lotsen.core.access import ROLE_LABELS, Role
from lotsen.core.forms import (
    DateParts,
    EmailField,
    Form,
    MultiCheckboxField,
    PhoneField,
    PostcodeField,
    Required,
    TextLength,
    VersionedForm,
)
from lotsen.municipality.rules import BOUNDS

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
OFFICE_DAYS = (_l("Montag"), _l("Dienstag"), _l("Mittwoch"), _l("Donnerstag"), _l("Freitag"))
STAFF_ROLES = (Role.COORDINATOR, Role.ADMINISTRATOR)


def _line(label: Any, hint: Any = "", most: int = 120) -> StringField:
    return StringField(label, [Required(), TextLength(most)], description=hint)


def _number(name: str, label: Any, hint: Any = "") -> IntegerField:
    return IntegerField(label, [Required(), NumberRange(*BOUNDS[name])], description=hint)


def _text(label: Any, hint: Any = "") -> TextAreaField:
    return TextAreaField(label, [TextLength(20_000)], description=hint)


class SettingsForm(VersionedForm):
    """Base of the groups: every field but version and token is a setting of the same name."""

    @classmethod
    def names(cls) -> list[str]:
        """The settings of this group."""
        return [name for name in cls()._fields if name not in ("version", "csrf_token")]

    def values(self) -> dict[str, Any]:
        """What was typed; an empty text is an empty text."""
        return {name: self._fields[name].data for name in self.names()}


class TownForm(SettingsForm):
    """Who the town is and how to reach the programme."""

    name = _line(_l("Name der Kommune"), most=80)
    authority = _line(_l("Behörde"), _l("Steht in E-Mails und in der Fußzeile."))
    programme = _line(
        _l("Name des Programms"),
        _l("In der Mehrzahl, weil er in Sätzen wie „bei den Digitallotsen“ steht."),
        most=60,
    )
    title_female = _line(_l("Titel, weiblich"), most=60)
    title_male = _line(_l("Titel, männlich"), most=60)
    land = SelectField(
        _l("Land"),
        choices=[SelectChoice(code, name) for code, name in LAENDER.items()],
        description=_l("Bestimmt Feiertage und Schulferien. Die üblichen Ruhezeiten ziehen mit."),
    )
    street = _line(_l("Straße und Hausnummer"))
    postcode = PostcodeField(_l("Postleitzahl"), [Required()])
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

    def validate_colour(self, field: Any) -> None:
        """Six hexadecimal digits or nothing."""
        if field.data and not re.fullmatch(r"#[0-9a-fA-F]{6}", field.data):
            raise ValidationError(_("Geben Sie die Farbe so ein: #1a5fb4."))


class ProcessForm(SettingsForm):
    """How the programme works."""

    office_days = MultiCheckboxField(
        _l("Bürotage"),
        [Required(_l("Wählen Sie mindestens einen Tag."))],
        coerce=int,
        choices=[SelectChoice(number, name) for number, name in enumerate(OFFICE_DAYS)],
        description=_l("An diesen Tagen sind die Aufgaben der Koordination fällig."),
    )
    hold_minutes = _number(
        "hold_minutes",
        _l("E-Mails warten so viele Minuten"),
        _l("So lange kann die Koordination eine Bitte zurückholen, bevor jemand sie liest."),
    )
    ladder_size = _number("ladder_size", _l("So viele Lotsinnen und Lotsen in einer Reihenfolge"))
    clearance_years = _number("clearance_years", _l("So viele Jahre gilt ein gesehenes Führungszeugnis"))
    asks_a_month = _number(
        "asks_a_month",
        _l("So oft im Monat fragen wir eine Person höchstens"),
        _l("Gilt für neue Bewerbungen. Danach ändert es jede Person selbst im Profil."),
    )
    business_hours_a_year = _number(
        "business_hours_a_year",
        _l("Stunden im Jahr für ein Unternehmen, ab denen die Koordination entscheidet"),
        _l("Beratung, nicht Umsetzung."),
    )
    urgent_days = _number("urgent_days", _l("Arbeitstage für eine Antwort, wenn es eilt"))
    deputy = SelectField(
        _l("Vertretung in der Koordination"),
        coerce=int,
        choices=[],
        description=_l("Bekommt eine E-Mail, wenn eine Aufgabe liegen bleibt, zum Beispiel bei Krankheit."),
    )
    deputy_after = _number("deputy_after", _l("Arbeitstage, bis die Vertretung davon erfährt"))
    administrator_after = _number("administrator_after", _l("Arbeitstage, bis die Verwaltung davon erfährt"))
    smallest_number_shown = _number(
        "smallest_number_shown",
        _l("Kleinste Zahl, die Auswertungen einzeln zeigen"),
        _l("Kleinere Gruppen stehen unter „Übrige“."),
    )
    staff_idle_minutes = _number(
        "staff_idle_minutes", _l("Abmelden nach so vielen Minuten Pause"), _l("Für Mitarbeitende.")
    )
    minimum_age = _number("minimum_age", _l("Mindestalter der Lotsinnen und Lotsen"))
    session_hours = _number("session_hours", _l("Eine Anmeldung gilt so viele Stunden"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(person.id, person.name) for person in with_role(Role.COORDINATOR)]
        self.deputy.choices = [SelectChoice(0, _l("niemand")), *(SelectChoice(*pair) for pair in people)]

    def values(self) -> dict[str, Any]:
        """Office days are kept in order."""
        return {**super().values(), "office_days": tuple(sorted(self.office_days.data or ()))}


class NumbersForm(SettingsForm):
    """Every number of the process that is no step of a lifecycle; those stand among the deadlines."""

    unconfirmed_call_days = _number(
        "unconfirmed_call_days",
        _l("Arbeitstage, bis eine unbestätigte Anfrage zum Anruf wird"),
        _l("Wenn eine Telefonnummer dabei ist."),
    )
    carrier_hold_days = _number("carrier_hold_days", _l("Tage, die eine Anfrage ruht, bis der Träger gefragt ist"))
    decline_pause_days = _number(
        "decline_pause_days",
        _l("Tage Ruhe, wenn jemand gerade keine Zeit hat"),
        _l("Gilt, wenn die Person keinen Tag nennt."),
    )
    refused_block_days = _number(
        "refused_block_days",
        _l("Tage, in denen wir eine Person nach einem Nein der Organisation dort nicht vorschlagen"),
    )
    not_asked_days = _number("not_asked_days", _l("Tage ohne Bitte, nach denen die Koordination eine Person sieht"))
    silent_asks = _number(
        "silent_asks",
        _l("Bitten nacheinander ohne Antwort, nach denen jemand anruft"),
        _l("Bis zum Gespräch fragen wir die Person nicht mehr."),
    )
    longest_pause_days = _number(
        "longest_pause_days", _l("Tage Pause ohne Ende, nach denen die Koordination entscheidet")
    )
    silent_months = _number("silent_months", _l("Monate ohne Antwort in einer Begleitung, nach denen jemand nachfragt"))
    days_to_answer = _number("days_to_answer", _l("Arbeitstage für eine Antwort, wenn eine Begleitung ruht"))
    early_days = _number("early_days", _l("Tage, in denen ein Abbruch früh heißt"))
    call_attempts = _number("call_attempts", _l("Versuche am Telefon, bevor es ohne Antwort weitergeht"))
    decisions_a_mail = _number("decisions_a_mail", _l("Entscheidungen in der E-Mail am Morgen, höchstens"))


class TextsForm(SettingsForm):
    """The texts every public site must have."""

    impressum = _text(_l("Impressum"), _l("Pflicht nach § 5 DDG. Ohne diesen Text startet der Echtbetrieb nicht."))
    privacy_contact = _text(_l("Datenschutz: Kontakt"), _l("Wer ist verantwortlich, wer ist Datenschutzbeauftragte?"))
    dpo_contact = StringField(_l("Datenschutz: Kontakt der oder des Datenschutzbeauftragten"), [TextLength(200)])
    supervisory_authority = StringField(_l("Datenschutz: Aufsichtsbehörde"), [TextLength(200)])
    privacy_text = _text(_l("Datenschutz: eigener Text"), _l("Steht vor der Liste der Verarbeitungen."))
    easy_language = _text(_l("Leichte Sprache: eigener Text"), _l("Leer: der Text, den das Programm mitbringt."))
    accessibility_gaps = _text(_l("Barrierefreiheit: bekannte Mängel und Gründe"))
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


class QuietPeriodForm(Form):
    """Days in which nothing expires and nobody is reminded."""

    name = _line(_l("Name"), _l("Zum Beispiel Sommerferien."), most=80)
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

    name = _line(_l("Vor- und Nachname"))
    email = EmailField(_l("E-Mail-Adresse"), [Required(_l("Geben Sie die E-Mail-Adresse ein."))])
    staff_role = SelectField(
        _l("Tätigkeit"), choices=[SelectChoice(role.value, ROLE_LABELS[role]) for role in STAFF_ROLES]
    )
