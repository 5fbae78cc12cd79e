"""Steps that several journeys take."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .person import Person
from .town import PATIENCE, Town

VERA = "vera@tsv-suelbeck.example"
TITLE = "Unsere Homepage ist uralt"
REST = "Seit der alte Webmaster weg ist, kann sie keiner ändern. Sie läuft mit WordPress."


def asks_for_help(
    vera: Person, *, email: str = VERA, organisation: str = "TSV Sülbeck", title: str = TITLE, rest: str = REST
) -> None:
    """Walk through the pages of a request up to the last button."""
    vera.opens("/anfragen/neu").writes("Worum geht es?", f"{title}. {rest}").presses("Weiter")
    assert vera.heading == "Welche Themen passen dazu?"
    vera.presses("Weiter")
    vera.writes("Name Ihrer Organisation", organisation).chooses("Verein").writes("Postleitzahl", "31655")
    vera.presses("Weiter").chooses("nein").presses("Weiter")
    vera.writes("Ihr Name", "Vera Verein").writes("E-Mail-Adresse", email).writes("Telefon", "05721 4711")
    vera.ticks("Telefonnummer").ticks("E-Mail-Adresse").ticks("Ich habe gelesen").presses("Weiter")
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
    """Approve these pilots in this order; who asks for the first time counts as checked with it."""
    candidates(karin, title, names[-1])
    verify = karin.page.locator("input[name=verify]")
    if verify.count():
        verify.check()
    for select in karin.page.locator("select[name^=place-]:visible").all():
        select.select_option(value="0")
    for name, place in zip(names, ("zuerst", "als Zweites", "als Drittes"), strict=False):
        karin.selects(f"Wann fragen? {name}", place)
    karin.presses("Reihenfolge freigeben")
    assert "Die Reihenfolge ist freigegeben." in karin.reads


@dataclass(frozen=True)
class Caller:
    """Who rings, for which organisation."""

    name: str
    organisation: str
    phone: str
    email: str = ""
    kind: str = "Verein"


def takes_a_call(karin: Person, caller: Caller, words: str) -> str:
    """The coordinator writes down what is said on the telephone, consent included. Returns the case number."""
    karin.opens("/start").follows("Anfrage am Telefon aufnehmen").writes("Name der Person", caller.name)
    karin.writes("Telefon", caller.phone).writes("E-Mail-Adresse", caller.email)
    karin.writes("Name der Organisation", caller.organisation).chooses(caller.kind)
    karin.writes("Postleitzahl", "31655").writes("Worum geht es?", words)
    karin.chooses("nein").ticks("Telefonnummer").ticks("Die Person hat am Telefon zugestimmt").presses(
        "Anfrage aufnehmen"
    )
    found = re.search(r"Die Anfrage ist aufgenommen. Vorgangsnummer: (\d{4}-\d{4})", karin.reads)
    assert found, karin.reads
    return found[1]


def subjects(town: Town, address: str) -> list[str]:
    """What somebody got, without the case number."""
    return [str(mail["Subject"]).split("] ", 1)[-1] for mail in town.mails(address)]


def answers(person: Person, link: str, choice: str, **typed: str) -> Person:
    """Open the link of a mail, choose an answer, send it."""
    person.opens(link).chooses(choice)
    for label, text in typed.items():
        person.writes(label, text)
    return person.presses("Antwort senden")


@contextmanager
def within(clicks: int, person: Person, what: str, say: Callable[[str, object], None]) -> Iterator[None]:
    """Somebody needs no more clicks than this; the report says how many, and how long the machine took."""
    before, begun = person.clicks, time.monotonic()
    yield
    needed, seconds = person.clicks - before, time.monotonic() - begun
    say("measured", f"{what}: clicks {needed}, seconds {seconds:.1f}")
    assert needed <= clicks, f"{what}: {needed} clicks, not {clicks}"
