"""Plain words for alarms, jobs and what is missing before a real town can use this."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lotsen.admin.rules import Alarm

ALARMS = {
    Alarm.MAILS: (
        _l("Seit über zehn Minuten gehen keine E-Mails hinaus"),
        _l("Prüfen Sie bitte den Mailserver: python -m lotsen check"),
    ),
    Alarm.SCHEDULER: (
        _l("Der Zeitplan läuft nicht"),
        _l("E-Mails und Erinnerungen bleiben liegen. Starten Sie bitte Lotsen auf dem Server neu."),
    ),
    Alarm.DISK: (
        _l("Der Speicherplatz auf dem Server geht zu Ende"),
        _l("Schaffen Sie bitte Platz. Sonst kann bald niemand mehr etwas speichern."),
    ),
    Alarm.BACKUP: (
        _l("Die letzte Sicherung ist zu alt"),
        _l("Prüfen Sie bitte, ob die nächtliche Sicherung läuft: python -m lotsen backup"),
    ),
    Alarm.JOB: (
        _l("Eine Aufgabe des Zeitplans bricht ab"),
        _l("Sie wird von selbst wiederholt. Die Ursache steht im Protokoll des Servers."),
    ),
}
JOBS = {
    "outbox.deliver": _l("E-Mails versenden"),
    "outbox.mailbox": _l("Postfach nach Rückläufern durchsehen"),
    "proposals.sweep": _l("Vorschläge berechnen"),
    "proposals.reconcile": _l("Reihenfolgen nachziehen"),
    "proposals.sample": _l("Vergleichswerte für das Lernen sammeln"),
    "proposals.learn": _l("Aus Entscheidungen lernen"),
    "proposals.due": _l("Gefragte erinnern"),
    "proposals.wake_waiting": _l("Vorgemerkte Anfragen prüfen"),
    "proposals.check_rules": _l("Vorschläge mit den festen Regeln vergleichen"),
    "home.morning": _l("Morgens an die Koordination schreiben"),
    "privacy.retention": _l("Aufbewahrungsfristen einhalten"),
    "privacy.purge": _l("Gelöschte Daten entfernen"),
    "accounts.unconfirmed": _l("Nicht bestätigte Konten entfernen"),
    "pilots.due": _l("Fristen der Lotsinnen und Lotsen"),
    "pilots.names": _l("Namen auf Unterlagen nachziehen"),
    "help_requests.due": _l("Fristen der Anfragen"),
    "help_requests.intakes": _l("Angefangene Anfragen aufräumen"),
    "followups.due": _l("Nachfragen stellen"),
    "engagements.due": _l("Fristen der Begleitungen"),
    "admin.watch": _l("Störungen bemerken"),
    "housekeeping": _l("Nachts aufräumen"),
    "backup": _l("Sicherung"),
}
PROBLEMS = {
    "LOTSEN_MODE": _l("Dies ist die Vorführung. Der Echtbetrieb braucht eine eigene, leere Datenbank."),
    "LOTSEN_SECRET": _l("Der geheime Schlüssel fehlt oder ist zu kurz."),
    "LOTSEN_URL": _l("Die Adresse beginnt nicht mit https."),
    "LOTSEN_MAIL_URL": _l("Es ist kein Mailserver eingetragen."),
    "LOTSEN_OIDC_ISSUER": _l("Die Adresse der Anmeldung der Kommune beginnt nicht mit https."),
    "demo": _l("Die Datenbank enthält Konten der Vorführung. Deren Passwort ist öffentlich."),
    "impressum": _l("Das Impressum ist leer. Tragen Sie es unter „Texte“ ein."),
    "administrator": _l("Niemand hat die Rolle „Verwaltung“."),
}


def problem(code: str) -> str:
    """What is missing before a real town can use this."""
    return str(PROBLEMS[code]) if code in PROBLEMS else _("Es fehlt noch etwas: %(code)s", code=code)


def job_name(name: str) -> str:
    """What a job of the timetable does."""
    return str(JOBS[name]) if name in JOBS else _("Weitere Aufgabe des Zeitplans")


def alarm_title(kind: Alarm, subject: str = "") -> str:
    """What is wrong."""
    title = str(ALARMS[kind][0])
    return f"{title}: {job_name(subject)}" if subject else title


def alarm_remedy(kind: Alarm) -> str:
    """What to do about it."""
    return str(ALARMS[kind][1])
