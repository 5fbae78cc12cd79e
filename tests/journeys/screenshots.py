"""``make screenshots``: the main pages of the demo town at two widths, small enough for a repository."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from lotsen.accounts.rules import DEMO_PASSWORD

from .person import DESK, TELEPHONE, Person, chromium
from .steps import asks_for_help
from .town import ROOT, Town

FOLDER = ROOT / "docs" / "screenshots"
MAIL_PAGES = 20
TALLEST = {DESK: 1500, TELEPHONE: 1600}


def main() -> None:
    """Start the demo town, take all pictures, end it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    town = Town(demo=True)
    try:
        take(town.start(), sys.argv[1:])
    finally:
        town.stop()


def take(town: Town, wanted: list[str]) -> None:
    """All pictures, or those whose names are wanted, at both widths."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        for width in (DESK, TELEPHONE):
            for name, scene in SCENES.items():
                if not wanted or name in wanted:
                    with somebody(browser, town, width) as person:
                        scene(person)
                        keep(person, FOLDER / f"{name}-{width}.png", width)


@contextmanager
def somebody(browser: Browser, town: Town, width: int) -> Iterator[Person]:
    """A window of its own."""
    person = Person.sits_down(browser, town.url, width, color_scheme="light")
    yield person
    person.leaves()


def keep(person: Person, path: Path, width: int) -> None:
    """Write the page as it is; very long pages end below the interesting part."""
    page = person.page
    page.evaluate("() => document.fonts.ready")
    height = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, TALLEST[width])})
    page.screenshot(path=path)
    sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} kB\n")


def as_role(name: str, path: str, *follow: str) -> Callable[[Person], None]:
    """Log in, go to a page, follow links by their words."""

    def scene(person: Person) -> None:
        person.logs_in(f"{name}@stadthagen.example", DEMO_PASSWORD).opens(path)
        for selector in follow:
            link = person.page.locator(selector).first
            person.opens(str(link.get_attribute("href")))

    return scene


def wizard(person: Person) -> None:
    """The step in which topics are suggested from her own words."""
    person.opens("/anfragen/neu").writes("Worum geht es?", "Unsere Homepage ist uralt. Sie läuft mit WordPress.")
    person.presses("Weiter")


def check_answers(person: Person) -> None:
    """The last page of a request."""
    asks_for_help(person)


def pilot_answers(person: Person) -> None:
    """An ask as its pilot sees it, opened by the link of the mail in the outbox."""
    for page in range(1, MAIL_PAGES):
        asks = person.opens(f"/postausgang?stand=sent&seite={page}").page.get_by_role("link", name="Können Sie helfen?")
        for address in [str(ask.get_attribute("href")) for ask in asks.all()]:
            answer = person.opens(address).page.locator("main a[href*='/antwort/']").first
            if person.opens(str(answer.get_attribute("href"))).heading == "Können Sie helfen?":
                return
    raise AssertionError("nobody is asked at the moment")


def landing(person: Person) -> None:
    """What a citizen sees first."""
    person.opens("/")


SCENES: dict[str, Callable[[Person], None]] = {
    "landing": landing,
    "request-topics": wizard,
    "check-answers": check_answers,
    "coordinator-start": as_role("koordination", "/start"),
    "candidates": as_role("koordination", "/vorschlaege", "main .kern-card a[href^='/vorschlaege/']"),
    "request": as_role("koordination", "/anfragen?stand=begleitung", "main table a[href^='/anfragen/']"),
    "pilot-answer": pilot_answers,
    "profile": as_role("lotsin", "/profil"),
    "member-requests": as_role("verein", "/anfragen"),
    "engagement": as_role("koordination", "/begleitungen", "main a[href^='/begleitungen/']"),
    "admin": as_role("admin", "/verwaltung"),
    "admin-settings": as_role("admin", "/verwaltung/ablauf"),
}


if __name__ == "__main__":
    main()
