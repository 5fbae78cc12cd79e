"""A question stops the clock; a yes that comes too late is kept, and counts when it is needed after all."""

import pytest

from .conftest import Sit
from .judge import passes
from .person import TELEPHONE
from .pilots import Helper, award
from .steps import Caller, answers, approves, subjects, takes_a_call
from .town import COORDINATOR, PASSWORD, Town

pytestmark = pytest.mark.journey

ABOUT = "Ich richte Vereinen eine gemeinsame Ablage in der Cloud ein, mit Ordnern, Rechten und Sicherung."
FRIEDA, NIKO = (
    Helper(name, email, "Ablage in der Cloud", ABOUT, ("office-cloud",))
    for name, email in (("Frieda Frage", "frieda@lotsen.example"), ("Niko Nein", "niko@lotsen.example"))
)
CHOIR = Caller("Sina Sopran", "Gesangverein Harmonie", "05721 600700", "sina@gesangverein.example")
WORDS = "Alles liegt beim alten Schriftführer zu Hause auf dem Computer. Wie kommen wir alle an die Ordner?"
TITLE = "Alles liegt beim alten Schriftführer zu Hause auf dem Computer"
ASK = "Können Sie helfen?"


def test_a_question_stops_the_clock_and_a_late_yes_is_kept(town: Town, sit: Sit) -> None:
    award(town, [FRIEDA, NIKO])
    town.forward(hours=1)
    town.sink.mails.clear()
    karin, frieda, niko, sina = sit().logs_in(COORDINATOR, PASSWORD), sit(TELEPHONE), sit(TELEPHONE), sit(TELEPHONE)
    takes_a_call(karin, CHOIR, WORDS)
    approves(karin, TITLE, [FRIEDA.name, NIKO.name])
    town.forward(minutes=20)
    link = town.link(FRIEDA.email, ASK)

    answers(frieda, link, "Ich habe eine Frage", **{"Ihre Frage oder ein Wort dazu": "Wie viele sind es?"})
    assert "Ihre Frage ist angekommen" in frieda.reads
    town.go_to(town.working_day(8))
    assert town.mails(NIKO.email) == []
    karin.opens("/start").follows("Frieda Frage hat eine Frage").presses("Frage ist beantwortet")

    town.go_to(town.working_day(7), hour=9)
    no = town.link(NIKO.email, ASK)
    assert frieda.opens(link).heading == "Wir haben inzwischen jemand anderen gefragt – alles gut"
    passes(frieda)
    assert frieda.presses("Ich könnte noch helfen").heading == "Ihr Ja ist notiert"
    assert "Frieda Frage sagt doch noch Ja" in karin.opens("/start").reads

    niko.opens(no).chooses("Nein, weil …").selects("Warum?", "Ich habe gerade keine Zeit").presses("Antwort senden")
    town.forward(minutes=20)
    sina.opens(town.link(CHOIR.email, "Wir haben jemanden für Sie gefunden"))
    assert sina.heading == "Frieda möchte Ihnen helfen"
    sina.chooses("Ja, gern").presses("Antwort senden")
    town.forward(minutes=20)

    contact = "Es kann losgehen: So erreichen Sie sich"
    assert subjects(town, FRIEDA.email) == [ASK, f"Kurze Erinnerung: {ASK}", contact]
    assert subjects(town, NIKO.email) == [ASK]
    assert subjects(town, CHOIR.email) == ["Wir haben jemanden für Sie gefunden", contact]
