"""Links used twice or late, buttons pressed twice, browsers without JavaScript: nobody is left standing."""

import pytest

from .conftest import Sit
from .judge import passes
from .person import TELEPHONE
from .steps import asks_for_help, sends, submits
from .town import Town

pytestmark = pytest.mark.journey

CONFIRM = "Bitte bestätigen Sie Ihre Anfrage"


def test_a_request_needs_no_javascript_and_its_link_may_be_opened_again(town: Town, sit: Sit) -> None:
    berta = sit(TELEPHONE, java_script_enabled=False)
    berta.opens("/anfragen/neu").presses("Weiter")
    assert "Bitte prüfen Sie" in berta.reads
    asks_for_help(berta, email="berta@baeckerei.example", organisation="Bäckerei", title="Die Kasse macht Ärger")
    sends(berta)
    link = town.link("berta@baeckerei.example", CONFIRM)
    submits(berta, link)
    assert "Diese Anfrage ist schon abgesendet." in berta.opens(link).reads
    assert "wir sehen sie uns bis" in berta.follows("Stand der Anfrage ansehen").reads


def test_a_button_pressed_twice_does_it_once(town: Town, sit: Sit) -> None:
    address = "doris@doppelt.example"
    doris = sit(TELEPHONE)
    asks_for_help(doris, email=address, organisation="Doppelt e. V.", title="Die Seite vom Verein ist doppelt")
    doris.page.get_by_role("button", name="Stimmt so, weiter").dblclick()
    # The second click may break off what the first one loads: what counts is where she ends up.
    doris.page.get_by_role("heading", name="Schauen Sie jetzt in Ihr Postfach").wait_for()
    assert doris.heading == "Schauen Sie jetzt in Ihr Postfach"
    link = town.link(address, CONFIRM)
    doris.opens(link)
    other = sit(TELEPHONE).opens(link)
    for window in (doris, other):
        window.presses("Anfrage jetzt absenden")
        assert "Ihre Anfrage ist da" in window.reads
    town.forward(hours=1)
    assert len(town.mails(address)) == 1


def test_a_link_that_comes_too_late_says_what_to_do_now(town: Town, sit: Sit) -> None:
    address = "sven@spaet.example"
    sven = sit(TELEPHONE)
    asks_for_help(sven, email=address, organisation="Spät e. V.", title="Die Website kommt spät")
    sends(sven)
    link = town.link(address, CONFIRM)
    town.forward(days=31)
    assert sven.opens(link).heading == "Diese Anfrage gibt es nicht mehr"
    passes(sven)
    assert sven.follows("Neue Anfrage stellen").heading == "Worum geht es?"
    assert sven.opens("/anfragen/bestaetigen/erfunden").page.locator("h1").count() == 1
