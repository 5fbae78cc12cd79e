"""The record of processing activities (Art. 30 GDPR) as rows of words: for the page, the PDF and the Markdown alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from lotsen.municipality.queries import town
from lotsen.privacy.queries.report import kept
from lotsen.privacy.register import ACTIVITIES, ENTRIES, MEASURES, NOT_ABOUT_PEOPLE, Activity, Unregistered

Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Record:
    """Who answers for it; each activity with its title and facts; tables about nobody; how the data are protected."""

    controller: Facts
    activities: list[tuple[str, Facts]]
    others: Sequence[Unregistered]
    measures: Sequence[Any]


def record() -> Record:
    """What is to be recorded today, from the register and the town's settings."""
    return Record(
        controller=_controller(),
        activities=[(str(activity.title), _facts(activity)) for activity in ACTIVITIES],
        others=NOT_ABOUT_PEOPLE,
        measures=MEASURES,
    )


def _controller() -> Facts:
    settings = town()
    place = f"{settings.authority}, {settings.street}, {settings.postcode} {settings.name}"
    return [
        (_("Behörde"), place),
        (_("Programm"), settings.programme),
        (_("Kontakt"), f"{settings.email}, {settings.phone}"),
        (_("Datenschutzbeauftragte"), settings.dpo_contact or _("noch nicht eingetragen")),
    ]


def _facts(activity: Activity) -> Facts:
    tables = dict.fromkeys(entry.table for entry in ENTRIES if entry.activity == activity.key)
    return [
        (_("Zweck"), str(activity.purpose)),
        (_("Rechtsgrundlage"), str(activity.basis)),
        (_("Betroffene"), str(activity.persons)),
        (_("Arten von Daten"), str(activity.data)),
        (_("Wer es sieht"), str(activity.seen_by)),
        (_("Empfänger außerhalb"), _("keine; E-Mails über den Mailserver der Kommune")),
        (_("Drittland"), _("keine Übermittlung")),
        (_("Löschfristen"), kept(activity.kept, activity.also_kept)),
        (_("Auskunft"), str(activity.exported)),
        (_("Löschung auf Wunsch"), str(activity.erased)),
        (_("Tabellen"), ", ".join(tables)),
    ]
