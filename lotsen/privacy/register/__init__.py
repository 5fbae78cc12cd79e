"""The one register: what is kept about whom, why, who sees it, how long, how it is exported and erased.

The privacy notice, the record of processing (Art. 30 GDPR), export, erasure and retention read it. A table that can be
followed to a person and is not here fails a test.
"""

from flask_babel import lazy_gettext as _l

from . import accounts, cases, office, pilots, requests
from .activities import ACTIVITIES, BY_KEY, MEASURES
from .entry import ALL_OTHER, Activity, Entry, Fate, Subject, Unregistered, Why
from .office import GOODBYE

ENTRIES: tuple[Entry, ...] = (
    *accounts.ENTRIES,
    *office.ENTRIES,
    *pilots.ENTRIES,
    *requests.ENTRIES,
    *cases.ENTRIES,
)

# Columns that say nothing about a person in any table: numbers of rows, of versions and steps, foldings of others.
PLUMBING = frozenset(
    {"id", "version", "revision", "checked_revision", "visit", "due_at", "due_step", "state_since"}
    | {"search_name", "search_text", "phone_digits", "name_folded"}
)

NOT_ABOUT_PEOPLE = (
    Unregistered("topics", _l("Katalog der Themen")),
    Unregistered("areas", _l("Katalog der Teilgebiete")),
    Unregistered("settings", _l("Einstellungen der Kommune")),
    Unregistered("quiet_periods", _l("Ruhezeiten")),
    Unregistered("throttle_counters", _l("Zähler von Versuchen, nur als Prüfwert, nach einem Tag gelöscht")),
    Unregistered("leases", _l("Vorrang von Programmen")),
    Unregistered("job_runs", _l("letzter Lauf jeder Aufgabe des Zeitplans")),
    Unregistered("demo_clock", _l("Uhr der Übungsstadt")),
    Unregistered("retention_runs", _l("Zahlen der nächtlichen Löschung")),
    Unregistered("weightings", _l("Gewichte des Rechenwegs")),
    Unregistered("catalogue_words", _l("Wörter, an denen Themen erkannt werden")),
    Unregistered("escalations", _l("welche Aufgabe schon weitergemeldet wurde")),
    Unregistered("incidents", _l("Störungen der Technik")),
    Unregistered("mailbox_positions", _l("wie weit das Postfach gelesen ist")),
    Unregistered("sending_holds", _l("angehaltener Versand")),
)

__all__ = [
    "ACTIVITIES",
    "ALL_OTHER",
    "BY_KEY",
    "ENTRIES",
    "GOODBYE",
    "MEASURES",
    "NOT_ABOUT_PEOPLE",
    "PLUMBING",
    "Activity",
    "Entry",
    "Fate",
    "Subject",
    "Unregistered",
    "Why",
]
