"""A pilot breaks off; the coordinator searches again, and somebody else goes on."""

import pytest

from .conftest import Sit
from .judge import passes
from .person import TELEPHONE
from .pilots import Helper, award
from .steps import Caller, answers, approves, candidates, subjects, takes_a_call
from .town import COORDINATOR, PASSWORD, Town

pytestmark = pytest.mark.journey

ABOUT = "Ich richte Rundmails und Newsletter ein und bringe Ordnung in Gruppen im Messenger."
ANTON, NELE = (
    Helper(name, email, "Newsletter und Messenger", ABOUT, ("messenger-newsletter",))
    for name, email in (("Anton Anfang", "anton@lotsen.example"), ("Nele Nachfolge", "nele@lotsen.example"))
)
RITA = Caller("Rita Reit", "Reitverein Obernwöhren", "05721 300400", "rita@reitverein.example")
TITLE = "Achtzig ungelesene Nachrichten, und die wichtige war mittendrin"
WORDS = f"{TITLE}. Wie erreichen wir unsere Mitglieder mit einem Newsletter?"
ASK, FOUND, CONTACT = (
    "Können Sie helfen?",
    "Wir haben jemanden für Sie gefunden",
    "Es kann losgehen: So erreichen Sie sich",
)


def test_after_a_break_off_somebody_else_goes_on(town: Town, sit: Sit) -> None:
    award(town, [ANTON, NELE])
    town.forward(hours=1)
    town.sink.mails.clear()
    karin, anton, nele, rita = sit().logs_in(COORDINATOR, PASSWORD), sit(TELEPHONE), sit(TELEPHONE), sit(TELEPHONE)

    case = takes_a_call(karin, RITA, WORDS)
    approves(karin, TITLE, [ANTON.name])
    town.forward(minutes=20)
    answers(anton, town.link(ANTON.email, ASK), "Ja")
    town.forward(minutes=20)
    answers(rita, town.link(RITA.email, FOUND), "Ja, gern")
    town.forward(minutes=20)

    anton.opens(town.link(ANTON.email, CONTACT)).unfolds("Absagen")
    anton.selects("Warum?", "Die Zeit reicht nicht").presses("Begleitung absagen")
    assert "Danke, das ist eingetragen." in anton.reads
    town.forward(minutes=20)

    karin.opens("/start").follows(f"Begleitung endete früh: Anfrage {case}")
    passes(karin)
    candidates(karin, TITLE, NELE.name)
    approves(karin, TITLE, [NELE.name])
    town.forward(minutes=20)
    answers(nele, town.link(NELE.email, ASK), "Ja")
    town.forward(minutes=20)
    rita.opens(town.link(RITA.email, FOUND))
    assert rita.heading == "Nele möchte Ihnen helfen"
    rita.chooses("Ja, gern").presses("Antwort senden")
    town.forward(minutes=20)

    assert NELE.phone in rita.opens(town.link(RITA.email, CONTACT)).reads
    assert subjects(town, NELE.email) == subjects(town, ANTON.email) == [ASK, CONTACT]
    assert subjects(town, RITA.email) == [FOUND, CONTACT, "Ihre Begleitung endet", FOUND, CONTACT]
