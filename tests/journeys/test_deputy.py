"""The coordinator is ill: after five working days the deputy knows, and decides from the mail."""

import re

import pytest

from .conftest import Sit
from .judge import passes
from .person import TELEPHONE
from .pilots import Helper, award
from .steps import asks_for_help, sends, subjects, submits
from .town import ADMINISTRATOR, COORDINATOR, PASSWORD, Town, text_of

pytestmark = pytest.mark.journey

DORA, DIRK, FIRE = "dora@rathaus.example", "dirk@lotsen.example", "finn@feuerwehr.example"
DIRKS = Helper(
    "Dirk Dicht",
    DIRK,
    "Sichere Kennwörter",
    "Ich zeige, wie man Kennwörter sicher verwahrt, Daten sichert und Betrug im Netz erkennt.",
    ("it-security",),
)
TITLE = "Die ganzen Zettel mit den Kennwörtern kleben am Bildschirm"
REST = "Wie verwahren wir unsere Kennwörter sicher, und wie sichern wir die Daten?"


def test_when_the_coordinator_is_ill_the_deputy_decides_from_the_mail(town: Town, sit: Sit) -> None:
    town.command("user", "add", DORA, "--name", "Dora Vertretung", "--role", "coordinator", "--stdin", say=PASSWORD)
    award(town, [DIRKS])
    adam, dora, finn = sit().logs_in(ADMINISTRATOR, PASSWORD), sit(), sit(TELEPHONE)
    adam.opens("/verwaltung/ablauf").selects("Vertretung in der Koordination", "Dora Vertretung")
    adam.presses("Speichern")
    town.forward(hours=1)
    town.sink.mails.clear()

    asks_for_help(finn, email=FIRE, organisation="Feuerwehr Wendthagen", title=TITLE, rest=REST)
    sends(finn)
    submits(finn, town.link(FIRE, "Bitte bestätigen Sie Ihre Anfrage"))
    town.go_to(town.working_day(6), hour=8)

    told = text_of(town.mail(DORA, "seit Tagen"))
    assert "seit 5 Arbeitstagen hat sich hier nichts bewegt" in told
    assert "Feuerwehr Wendthagen" in told
    dora.logs_in(DORA, PASSWORD).opens("/start")
    assert "Feuerwehr Wendthagen" in dora.reads

    town.go_to(town.calendar.next_office_day(town.at.date()), hour=8)
    links = re.findall(r"Feuerwehr Wendthagen.*?(http\S+)", text_of(town.mail(DORA, "Heute:")), re.DOTALL)
    mailed = sit(TELEPHONE).opens(links[0])
    assert "Feuerwehr Wendthagen" in mailed.reads
    passes(mailed)
    mailed.presses("Ist geprüft, Reihenfolge freigeben")
    assert mailed.heading == "Das ist erledigt"
    town.forward(minutes=20)
    town.mail(DIRK, "Können Sie helfen?")
    assert subjects(town, FIRE)[0] == "Bitte bestätigen Sie Ihre Anfrage"
    assert subjects(town, DIRK) == ["Können Sie helfen?"]
    lying = [mail for mail in town.mails(DORA) if "seit Tagen" in mail["Subject"] and "Wendthagen" in text_of(mail)]
    assert len(lying) == 1, "the deputy is told once"
    assert not any("seit Tagen" in subject for subject in subjects(town, COORDINATOR))
