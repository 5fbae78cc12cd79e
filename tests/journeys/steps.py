"""Steps that several journeys take."""

import time

from .person import Person
from .town import PATIENCE, Town

VERA = "vera@tsv-suelbeck.example"
TEXT = "Unsere Homepage ist uralt. Seit der alte Webmaster weg ist, kann keiner mehr etwas ändern, sie läuft mit WordPress."


def asks_for_help(vera: Person, *, email: str = VERA, organisation: str = "TSV Sülbeck") -> None:
    """Walk through the pages of a request up to the mail."""
    vera.opens("/anfragen/neu").writes("Worum geht es?", TEXT).presses("Weiter")
    assert vera.heading == "Welche Themen passen dazu?"
    vera.presses("Weiter")
    vera.writes("Name Ihrer Organisation", organisation).chooses("Verein").writes("Postleitzahl", "31655")
    vera.presses("Weiter").presses("Weiter")
    vera.writes("Ihr Name", "Vera Verein").writes("E-Mail-Adresse", email).writes("Telefon", "05721 4711")
    vera.ticks("Ich habe gelesen").presses("Weiter")
    assert vera.heading == "Stimmt alles so?"
    assert "Homepage ist uralt" in vera.reads
    vera.presses("Stimmt so, weiter")


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


def approves(karin: Person, town: Town, names: list[str]) -> None:
    """From the queue to the one page of the request, and approve these pilots in this order."""
    karin.opens("/vorschlaege").follows("Unsere Homepage ist uralt")
    waits_for_candidates(karin, karin.path, names[-1])
    for select in karin.page.locator("select[name^=place-]").all():
        select.select_option(value="0")
    for name, place in zip(names, ("zuerst", "als Zweites", "als Drittes"), strict=False):
        karin.selects(f"Wann fragen? {name}", place)
    karin.presses("Reihenfolge freigeben")
    assert "Die Reihenfolge ist freigegeben." in karin.reads
