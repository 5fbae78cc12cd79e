"""What went, what will go, and how long each class is kept, in words."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from lotsen.core.extensions import db
from lotsen.core.states import deadline
from lotsen.municipality.queries import town
from lotsen.pilots import rules as pilot_rules
from lotsen.privacy import rules
from lotsen.privacy.models import RetentionRun
from lotsen.privacy.queries import served

KINDS = {
    "requests_closed": (_l("Beendete Anfragen"), _l("nach dem Abschluss: Ansprechperson und Texte")),
    "case_texts": (_l("Texte beendeter Begleitungen"), _l("nach dem Ende: Rückmeldungen, Ziele, Orte, Notizen")),
    "proposal_texts": (_l("Erledigte Vorschläge"), _l("nach der Antwort: Gründe und Worte")),
    "pilots_ended": (_l("Ehemalige Lotsinnen und Lotsen"), _l("nach dem Ende: alles Persönliche, Zahlen bleiben")),
    "pilots_rejected": (_l("Bewerbungen, aus denen nichts wurde"), _l("nach dem Ende der Bewerbung: alles")),
    "accounts_idle": (_l("Konten ohne Lebenszeichen"), _l("nach dem letzten Lebenszeichen: alles Persönliche")),
    "notes": (_l("Notizen und Anrufe"), _l("nach dem Schreiben: die ganze Notiz")),
    "mail_texts": (_l("Texte erledigter E-Mails"), _l("nach dem Schreiben: der Text; bei versendeten sofort")),
    "mails": (_l("Erledigte E-Mails"), _l("nach dem Schreiben: die ganze Zeile")),
    "links": (_l("Abgelaufene Links"), _l("nach dem Ablauf: die ganze Zeile")),
    "consents": (_l("Zurückgenommene Einwilligungen"), _l("nach der Rücknahme: der Nachweis")),
    "audit": (_l("Protokoll"), _l("nach dem Ereignis: der Eintrag")),
    "readings": (_l("Einsicht in Akten"), _l("nach dem Tag: der Eintrag")),
    "barriers": (_l("Gemeldete Barrieren"), _l("nach der Erledigung: die Meldung")),
    "job_errors": (_l("Fehlermeldungen des Zeitplans"), _l("nach dem Fehler: der Text")),
    "goodbyes": (_l("Adressen der letzten E-Mail"), _l("sobald sie versendet ist")),
    "erased_rest": (_l("Reste gelöschter Personen"), _l("sobald ihre Begleitung zu Ende ist")),
    "runs": (_l("Alte Zahlen dieses Berichts"), _l("nach 13 Monaten")),
}
LIFECYCLE_STEPS = {
    "pilots_ended": (pilot_rules.State.ENDED, ("anonymise",)),
    "pilots_rejected": (pilot_rules.State.REJECTED, ("forget", "delete")),
}


@dataclass(frozen=True)
class KindReport:
    """One class: its words, its span, the last night, the next month."""

    name: str
    title: str
    after: str
    span: str
    months: int
    by_lifecycle: bool
    last_night: int
    next_month: int


def span(name: str) -> str:
    """How long a class is kept: ``12 Monate``, ``730 Tage``."""
    if name in LIFECYCLE_STEPS:
        state, steps = LIFECYCLE_STEPS[name]
        for step in pilot_rules.TIMEOUTS.get(state, ()):
            if step.name in steps:
                number = deadline("pilot", state, step)
                if number % 365 == 0:
                    return _months(number // 365 * 12)
                return ngettext("%(num)d Tag", "%(num)d Tage", number)
        return _("nach den Fristen des Ablaufs")
    return _months(rules.months(name, town().retention))


def _months(number: int) -> str:
    return ngettext("%(num)d Monat", "%(num)d Monate", number)


def kept(names: tuple[str, ...], also: object = "") -> str:
    """One sentence for a processing activity: how long what is kept."""
    parts = [f"{KINDS[name][0]}: {span(name)} {KINDS[name][1]}" for name in names]
    if also:
        parts.append(str(also))
    return "; ".join(parts)


def last_run() -> datetime | None:
    """When the job ran last."""
    return db.session.scalar(select(func.max(RetentionRun.at)).where(RetentionRun.kind == "night"))


def _went() -> dict[str, int]:
    """What went in the last night, also in a run of it that broke off and was begun again: rows of each class."""
    nights = select(RetentionRun.id).where(RetentionRun.kind == "night").order_by(RetentionRun.id.desc()).limit(2)
    last, before = [*db.session.scalars(nights), 0, 0][:2]
    rows = select(RetentionRun.kind, func.sum(RetentionRun.rows)).where(RetentionRun.id.between(before + 1, last))
    return {kind: int(number) for kind, number in db.session.execute(rows.group_by(RetentionRun.kind))}


def report(at: datetime) -> list[KindReport]:
    """Every class, with the numbers of the last night and of the next month; counted, nothing is changed."""
    went, own = _went(), town().retention
    found = []
    for kind in rules.RETENTION:
        months = 0 if kind.by_lifecycle else rules.months(kind.name, own)
        soon = rules.cutoff(at + rules.NEXT_MONTH, months)
        due = served.DUE[kind.name](soon).subquery()
        found.append(
            KindReport(
                name=kind.name,
                title=str(KINDS[kind.name][0]),
                after=str(KINDS[kind.name][1]),
                span=span(kind.name),
                months=months,
                by_lifecycle=kind.by_lifecycle,
                last_night=went.get(kind.name, 0),
                next_month=db.session.scalar(select(func.count()).select_from(due)) or 0,
            )
        )
    return found


def at_once() -> list[tuple[str, str]]:
    """What goes every night without waiting for months."""
    own = [(str(KINDS[name][0]), str(KINDS[name][1])) for name in ("goodbyes", "erased_rest", "runs")]
    return [
        *own,
        (_("Zähler von Fehlversuchen"), _("nach einem Tag")),
        (_("Anmeldungen"), _("nach ihren Stunden")),
        (_("halb ausgefüllte Anfragen"), _("nach zwei Tagen")),
    ]
