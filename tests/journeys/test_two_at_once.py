"""One letter, two needs: each goes its own way, the organisation has one page for both."""

import pytest

from .conftest import Sit
from .judge import passes
from .person import TELEPHONE
from .pilots import Helper, award
from .steps import Caller, answers, approves, subjects, takes_a_call
from .town import COORDINATOR, PASSWORD, Town

pytestmark = pytest.mark.journey

PAUL = Helper(
    "Paul Plakat",
    "paul@lotsen.example",
    "Plakate und Handzettel",
    "Ich gestalte Plakate, Flyer und Handzettel und zeige, wie man sie selbst macht und drucken lässt.",
    ("design-print",),
)
KARLA = Helper(
    "Karla Karte",
    "karla@lotsen.example",
    "Gefunden werden auf der Karte",
    "Ich bringe Betriebe und Vereine auf die Karte im Netz, mit richtigen Öffnungszeiten und Bewertungen.",
    ("maps-presence",),
)
HEINER = Caller("Heiner Heimat", "Heimatverein Nordsehl", "05721 800900", "heiner@heimatverein.example")
POSTER, MAP = "Unser Plakat fürs Sommerfest sieht aus wie früher", "Auf der Karte im Netz steht noch der Vorbesitzer"
TEXTS = {
    POSTER: "Ein Verein möchte Plakate und Handzettel für das Sommerfest gestalten und drucken lassen.",
    MAP: "Ein Verein steht auf der Karte im Netz mit falschem Namen und falschen Öffnungszeiten.",
}
ASK, EACH, FOUND = (
    "Können Sie helfen?",
    "Wir kümmern uns um jedes Anliegen einzeln",
    "Wir haben jemanden für Sie gefunden",
)


def test_a_request_with_two_needs_gets_two_pilots(town: Town, sit: Sit) -> None:
    award(town, [PAUL, KARLA])
    town.forward(hours=1)
    town.sink.mails.clear()
    karin, heiner, pilot = sit().logs_in(COORDINATOR, PASSWORD), sit(TELEPHONE), sit(TELEPHONE)

    takes_a_call(karin, HEINER, f"{POSTER}. {MAP}.")
    karin.follows("Mehrere Anliegen? Aufteilen")
    passes(karin)
    for number, (title, text) in enumerate(TEXTS.items(), start=1):
        need = karin.page.get_by_role("group", name=f"Anliegen {number}")
        need.get_by_role("textbox", name="Überschrift").fill(title)
        need.get_by_role("textbox", name="Kurztext").fill(text)
    karin.presses("Aufteilen")
    approves(karin, POSTER, [PAUL.name])
    approves(karin, MAP, [KARLA.name])
    town.forward(minutes=20)

    for helper, other in ((PAUL, MAP), (KARLA, POSTER)):
        answers(pilot, town.link(helper.email, ASK), "Ja")
        assert other not in pilot.reads
        assert pilot.heading == "Danke für Ihr Ja!"
        town.forward(minutes=20)
        answers(heiner, town.link(HEINER.email, FOUND), "Ja, gern")
        assert heiner.heading.startswith("Ihre Begleitung: ")
        town.forward(minutes=20)

    heiner.opens(town.link(HEINER.email, EACH))
    passes(heiner)
    assert POSTER in heiner.reads and MAP in heiner.reads
    contact = "Es kann losgehen: So erreichen Sie sich"
    assert subjects(town, PAUL.email) == subjects(town, KARLA.email) == [ASK, contact]
    assert subjects(town, HEINER.email) == [EACH, FOUND, contact, FOUND, contact]
