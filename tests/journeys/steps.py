"""Steps that several journeys take."""

import time

from .person import Person
from .town import PATIENCE

VERA = "vera@tsv-suelbeck.example"
TITLE = "Unsere Homepage ist uralt"
REST = "Seit der alte Webmaster weg ist, kann sie keiner ändern. Sie läuft mit WordPress."


def asks_for_help(vera: Person, *, email: str = VERA, organisation: str = "TSV Sülbeck", title: str = TITLE) -> None:
    """Walk through the pages of a request up to the last button."""
    vera.opens("/anfragen/neu").writes("Worum geht es?", f"{title}. {REST}").presses("Weiter")
    assert vera.heading == "Welche Themen passen dazu?"
    vera.presses("Weiter")
    vera.writes("Name Ihrer Organisation", organisation).chooses("Verein").writes("Postleitzahl", "31655")
    vera.presses("Weiter").presses("Weiter")
    vera.writes("Ihr Name", "Vera Verein").writes("E-Mail-Adresse", email).writes("Telefon", "05721 4711")
    vera.ticks("Ich habe gelesen").presses("Weiter")
    assert vera.heading == "Stimmt alles so?"
    assert title in vera.reads


def sends(vera: Person) -> None:
    """Press the last button; a mail with a link is on its way."""
    vera.presses("Stimmt so, weiter")
    assert vera.heading == "Schauen Sie jetzt in Ihr Postfach"


def submits(vera: Person, link: str) -> None:
    """Open the link of the mail and press its one button."""
    vera.opens(link)
    assert vera.heading == "Anfrage absenden"
    vera.presses("Anfrage jetzt absenden")
    assert "Ihre Anfrage ist abgesendet. Vielen Dank!" in vera.reads


def waits_for_candidates(karin: Person, path: str, name: str) -> None:
    """Reload the page until the scheduler has scored the request."""
    until = time.monotonic() + PATIENCE
    while name not in karin.opens(path).reads:
        assert time.monotonic() < until, karin.reads
        time.sleep(0.5)


def candidates(karin: Person, title: str, name: str) -> None:
    """From the queue to the one page of a request; ``name`` stands among the candidates."""
    karin.opens("/vorschlaege").follows(title)
    waits_for_candidates(karin, karin.path, name)


def approves(karin: Person, title: str, names: list[str]) -> None:
    """Approve these pilots in this order."""
    candidates(karin, title, names[-1])
    for select in karin.page.locator("select[name^=place-]:visible").all():
        select.select_option(value="0")
    for name, place in zip(names, ("zuerst", "als Zweites", "als Drittes"), strict=False):
        karin.selects(f"Wann fragen? {name}", place)
    karin.presses("Reihenfolge freigeben")
    assert "Die Reihenfolge ist freigegeben." in karin.reads
