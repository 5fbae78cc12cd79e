"""The request once by keyboard only; wherever the focus is, one sees it."""

import pytest

from .conftest import Sit
from .judge import focused
from .person import Person
from .town import Town

pytestmark = pytest.mark.journey

SIGRID = "sigrid@kita.example"


class Keyboard:
    """Hands that never touch a mouse."""

    def __init__(self, person: Person) -> None:
        self.page = person.page

    def tabs_to(self, words: str, kind: str = "") -> "Keyboard":
        """Press Tab until something with these words has the focus."""
        passed = []
        for _ in range(60):
            self.page.keyboard.press("Tab")
            here = focused(self.page)
            assert here["seen"], f"the focus cannot be seen on {here}"
            passed.append(here["name"])
            if here["name"].startswith(words) and kind in ("", here["kind"]):
                return self
        raise AssertionError(f"Tab never came to {words!r}, only to {passed}")

    def arrows_to(self, words: str) -> None:
        """Go through radio buttons."""
        for _ in range(6):
            if focused(self.page)["name"].startswith(words):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no answer {words!r}")

    def types(self, text: str) -> None:
        """Write where the focus is."""
        self.page.keyboard.type(text)

    def enters(self) -> None:
        """Press Enter and wait for the next page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_a_request_needs_no_mouse(town: Town, sit: Sit) -> None:
    sigrid = sit()
    keys = Keyboard(sigrid.opens("/"))
    keys.tabs_to("Zum Inhalt springen").page.keyboard.press("Enter")
    keys.tabs_to("Hilfe anfragen").enters()
    assert sigrid.heading == "Worum geht es?"
    keys.tabs_to("Worum geht es?").types("Wir möchten Eltern per Newsletter erreichen, statt Zettel zu verteilen.")
    keys.tabs_to("Weiter", "submit").enters()
    assert sigrid.heading == "Welche Themen passen dazu?"
    keys.tabs_to("Das weiß ich nicht").page.keyboard.press("Space")
    keys.tabs_to("Weiter", "submit").enters()
    keys.tabs_to("Name Ihrer Organisation").types("Kita Sonnenschein")
    keys.page.keyboard.press("Tab")
    keys.arrows_to("Einrichtung")
    keys.tabs_to("Postleitzahl").types("31655")
    keys.tabs_to("Weiter", "submit").enters()
    keys.tabs_to("nein").page.keyboard.press("Space")
    keys.tabs_to("Weiter", "submit").enters()
    keys.tabs_to("Ihr Name").types("Sigrid Sommer")
    keys.tabs_to("E-Mail-Adresse", "email").types(SIGRID)
    keys.tabs_to("Ich habe gelesen").page.keyboard.press("Space")
    keys.tabs_to("Weiter", "submit").enters()
    assert sigrid.heading == "Stimmt alles so?"
    keys.tabs_to("Stimmt so, weiter").enters()
    assert sigrid.heading == "Schauen Sie jetzt in Ihr Postfach"
    sigrid.opens(town.link(SIGRID, "Bitte bestätigen Sie Ihre Anfrage"))
    keys.tabs_to("Anfrage jetzt absenden").enters()
    assert "Ihre Anfrage ist abgesendet. Vielen Dank!" in sigrid.reads
