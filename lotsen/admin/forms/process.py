"""How the programme works: its days, hours, limits and numbers."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields import SelectChoice

from lotsen.accounts.queries import with_role
from lotsen.core.access import Role
from lotsen.core.forms import read_time
from lotsen.municipality.rules import CLOCKS, DAYS

from .base import SettingsForm, clock, days, number


class ProcessForm(SettingsForm):
    """How the programme works."""

    office_days = days(_l("Bürotage"), _l("An diesen Tagen sind die Aufgaben der Koordination fällig."))
    morning_at = clock(
        _l("Die E-Mail am Morgen geht hinaus um"),
        _l("An Bürotagen, mit den dringendsten Entscheidungen. Gilt sofort, höchstens einmal am Tag."),
    )
    sending_days = days(
        _l("Bitten und Erinnerungen gehen hinaus an diesen Tagen"),
        _l("Nie an Feiertagen und in Ruhezeiten. Was jemand selbst gerade ausgelöst hat, geht immer sofort hinaus."),
    )
    sending_from = clock(_l("Bitten und Erinnerungen gehen hinaus ab"))
    sending_until = clock(
        _l("Bitten und Erinnerungen gehen hinaus bis"),
        _l("Gilt für alles, was ab jetzt geschrieben wird. Was schon wartet, behält seine Zeit."),
    )
    hold_minutes = number(
        "hold_minutes",
        _l("E-Mails warten so viele Minuten"),
        _l("So lange kann die Koordination eine Bitte zurückholen, bevor jemand sie liest."),
    )
    ladder_size = number("ladder_size", _l("So viele Lotsinnen und Lotsen in einer Reihenfolge"))
    clearance_years = number("clearance_years", _l("So viele Jahre gilt ein gesehenes Führungszeugnis"))
    asks_a_month = number(
        "asks_a_month",
        _l("So oft im Monat fragen wir eine Person höchstens"),
        _l("Gilt für neue Bewerbungen. Danach ändert es jede Person selbst im Profil."),
    )
    business_hours_a_year = number(
        "business_hours_a_year",
        _l("Stunden im Jahr für ein Unternehmen, ab denen die Koordination entscheidet"),
        _l("Beratung, nicht Umsetzung."),
    )
    urgent_days = number("urgent_days", _l("Arbeitstage für eine Antwort, wenn es eilt"))
    deputy = SelectField(
        _l("Vertretung in der Koordination"),
        coerce=int,
        choices=[],
        description=_l("Bekommt eine E-Mail, wenn eine Aufgabe liegen bleibt, zum Beispiel bei Krankheit."),
    )
    deputy_after = number("deputy_after", _l("Arbeitstage, bis die Vertretung davon erfährt"))
    administrator_after = number("administrator_after", _l("Arbeitstage, bis die Verwaltung davon erfährt"))
    numbers_public = BooleanField(
        _l("Zahlen öffentlich zeigen"),
        description=_l("Auf der Startseite und unter „Zahlen“. Ohne Haken sehen sie nur Koordination und Verwaltung."),
    )
    smallest_number_shown = number(
        "smallest_number_shown",
        _l("Kleinste Zahl, die Auswertungen einzeln zeigen"),
        _l("Kleinere Gruppen stehen unter „Übrige“."),
    )
    staff_idle_minutes = number(
        "staff_idle_minutes", _l("Abmelden nach so vielen Minuten Pause"), _l("Für Mitarbeitende.")
    )
    minimum_age = number("minimum_age", _l("Mindestalter der Lotsinnen und Lotsen"))
    session_hours = number("session_hours", _l("Eine Anmeldung gilt so viele Stunden"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [SelectChoice(person.id, person.name) for person in with_role(Role.COORDINATOR)]
        if len(people) == 1:  # nobody stands in for herself
            people, self.deputy.description = [], _l("Dafür braucht es eine zweite Person in der Koordination.")
        self.deputy.choices = [SelectChoice(0, _l("niemand")), *people]

    def validate_sending_until(self, field: Any) -> None:
        """After the hour from which mails leave, and after the morning's mail."""
        until, first = read_time(field.data or ""), read_time(self.sending_from.data or "")
        if until and first and until <= first:
            raise ValidationError(
                _("Bitten können nur hinausgehen, wenn „bis“ nach „ab“ liegt. Geben Sie eine spätere Uhrzeit ein.")
            )
        morning = read_time(self.morning_at.data or "")
        if until and morning and until <= morning:
            raise ValidationError(_("„Bis“ muss nach der E-Mail am Morgen liegen. Geben Sie eine spätere Uhrzeit ein."))

    def values(self) -> dict[str, Any]:
        """Days are kept in order, times as ``07:30``."""
        typed = super().values()
        ordered = {name: tuple(sorted(typed[name] or ())) for name in DAYS}
        times = {name: f"{read_time(typed[name] or ''):%H:%M}" for name in CLOCKS}
        return {**typed, **ordered, **times}


class NumbersForm(SettingsForm):
    """Every number of the process that is no step of a lifecycle; those stand among the deadlines."""

    unconfirmed_call_days = number(
        "unconfirmed_call_days",
        _l("Arbeitstage, bis eine unbestätigte Anfrage zum Anruf wird"),
        _l("Wenn eine Telefonnummer dabei ist."),
    )
    carrier_hold_days = number("carrier_hold_days", _l("Tage, die eine Anfrage ruht, bis der Träger gefragt ist"))
    decline_pause_days = number(
        "decline_pause_days",
        _l("Tage Ruhe, wenn jemand gerade keine Zeit hat"),
        _l("Gilt, wenn die Person keinen Tag nennt."),
    )
    refused_block_days = number(
        "refused_block_days",
        _l("Tage, in denen wir eine Person nach einem Nein der Organisation dort nicht vorschlagen"),
    )
    not_asked_days = number("not_asked_days", _l("Tage ohne Bitte, nach denen die Koordination eine Person sieht"))
    silent_asks = number(
        "silent_asks",
        _l("Bitten nacheinander ohne Antwort, nach denen jemand anruft"),
        _l("Bis zum Gespräch fragen wir die Person nicht mehr."),
    )
    longest_pause_days = number(
        "longest_pause_days", _l("Tage Pause ohne Ende, nach denen die Koordination entscheidet")
    )
    silent_months = number("silent_months", _l("Monate ohne Antwort in einer Begleitung, nach denen jemand nachfragt"))
    days_to_answer = number("days_to_answer", _l("Arbeitstage für eine Antwort, wenn eine Begleitung ruht"))
    early_days = number("early_days", _l("Tage, in denen ein Abbruch früh heißt"))
    call_attempts = number("call_attempts", _l("Versuche am Telefon, bevor es ohne Antwort weitergeht"))
    decisions_a_mail = number("decisions_a_mail", _l("Entscheidungen in der E-Mail am Morgen, höchstens"))
