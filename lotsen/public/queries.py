"""Reading what everybody may know."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement, HoursEntry
from lotsen.engagements.rules import State as EngagementState
from lotsen.municipality.queries import town
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState


def numbers() -> dict[str, int] | None:
    """Pilots, engagements that came to a good end, hours given; None while there is nothing to be proud of."""
    pilots, helped, minutes = db.session.execute(
        select(
            select(func.count()).select_from(Pilot).where(Pilot.state == PilotState.AWARDED).scalar_subquery(),
            select(func.count())
            .select_from(Engagement)
            .where(Engagement.state.in_([EngagementState.CLOSING, EngagementState.COMPLETED]))
            .scalar_subquery(),
            select(func.coalesce(func.sum(HoursEntry.minutes), 0)).scalar_subquery(),
        )
    ).one()
    return {"pilots": pilots, "helped": helped, "hours": minutes // 60} if pilots else None


def security_contact() -> str:
    """The mail address for reports about weaknesses."""
    return town().email


@dataclass(frozen=True)
class PrivacyEntry:
    """One kind of personal data: what, why, on which basis, who sees it, how long."""

    what: str
    purpose: str
    basis: str
    seen_by: str
    kept: str


def privacy_entries() -> list[PrivacyEntry]:
    """The public part of the record of processing, in the order of the process."""
    consent, task = _("Ihre Einwilligung (Art. 6 Abs. 1 a DSGVO)"), _("Aufgabe der Kommune (Art. 6 Abs. 1 e DSGVO)")
    office = _("Koordination")
    return [
        PrivacyEntry(
            _("Konto: Name, E-Mail-Adresse, Telefon, Sprache, Passwort als Prüfwert"),
            _("Anmeldung und Nachrichten"),
            consent,
            _("Sie selbst, Koordination, Verwaltung"),
            _("bis Sie das Konto löschen"),
        ),
        PrivacyEntry(
            _("Profil der Lotsinnen und Lotsen: Kenntnisse, Zeiten, Ort, Sprachen"),
            _("passende Anfragen vorschlagen"),
            consent,
            _("Koordination; nach Ihrem Ja die Organisation einen Teil davon"),
            _("24 Monate nach dem Ende der Mitarbeit, dann ohne Namen"),
        ),
        PrivacyEntry(
            _("Anfrage: Anliegen, Organisation, Ansprechperson"),
            _("Hilfe vermitteln"),
            consent,
            _("Koordination; wer gefragt wird, liest nur den Kurztext"),
            _("12 Monate nach dem Abschluss, dann ohne Namen"),
        ),
        PrivacyEntry(
            _("Begleitung: Termine, Stunden, Rückmeldungen"),
            _("die Hilfe begleiten und Stunden bescheinigen"),
            task,
            _("beide Seiten; Kritik liest nur die Koordination"),
            _("12 Monate nach dem Abschluss, Stunden ohne Namen länger"),
        ),
        PrivacyEntry(
            _("Mails im Postausgang"),
            _("Zustellung sicherstellen"),
            task,
            office,
            _("der Text wird nach dem Versand gelöscht"),
        ),
        PrivacyEntry(
            _("Protokoll: wer wann was geändert hat, ohne Texte"),
            _("Nachvollziehbarkeit und Sicherheit"),
            task,
            _("Verwaltung"),
            _("24 Monate"),
        ),
    ]
