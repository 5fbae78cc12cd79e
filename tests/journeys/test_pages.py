"""Every page of every role in the demo town, judged: axe, script errors, third parties, sideways scrolling."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from lotsen.cli.serving import DEMO_PASSWORD

from .judge import findings
from .person import Person
from .town import Town

pytestmark = pytest.mark.journey

PUBLIC = (
    "/",
    "/anfragen/neu",
    "/lotse-werden",
    "/registrieren",
    "/registrieren/konto",
    "/anmelden",
    "/passwort-vergessen",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/postausgang",
    "/das-gibt-es-nicht",
)
NEVER = re.compile(r"^/(static|sprache|abmelden)|\.(txt|ics|csv|md|zip|json|pdf)$")
A_KIND = 1  # one page of each kind; the other states are judged by the tests of their features
DEPTH = 2
GERMAN_MENU = {"Anfragen", "Vorschläge", "Begleitungen", "Lotsinnen und Lotsen", "Organisationen", "Mein Profil"} | {
    "Verwaltung",
    "Mein Konto",
    "Anmelden",
    "Abmelden",
    "Menü",
}


@pytest.fixture
def visitor(web: Browser, demo_town: Town) -> Iterator[Person]:
    """Somebody in the demo town."""
    person = Person.sits_down(web, demo_town.url)
    yield person
    person.leaves()


def kind_of(path: str) -> str:
    """The address without what differs from row to row."""
    return re.sub(r"/[A-Za-z0-9_-]{20,}", "/*", re.sub(r"\d+", "#", path))


def walk(person: Person, start: list[str]) -> list[str]:
    """Visit what the menu and the pages lead to, some of each kind; returns what the judges found."""
    found: list[str] = []
    seen: set[str] = set()
    kinds: dict[str, int] = {}
    ahead = [(path, 0) for path in start]
    while ahead:
        path, depth = ahead.pop(0)
        if path in seen or NEVER.search(path) or kinds.get(kind_of(path), 0) >= A_KIND:
            continue
        seen.add(path)
        kinds[kind_of(path)] = kinds.get(kind_of(path), 0) + 1
        person.opens(path)
        found += findings(person)
        if depth < DEPTH:
            ahead += [(next_path, depth + 1) for next_path in links(person)]
    assert len(kinds) > len(start) or len(start) > 5, kinds
    return found


def links(person: Person) -> list[str]:
    """Where the main part of the page leads to, within the town."""
    addresses = person.page.eval_on_selector_all("main a[href]", "all => all.map(a => a.href)")
    return [urlsplit(address).path for address in addresses if address.startswith(person.base)]


def menu(person: Person) -> list[str]:
    """Where the menu leads to."""
    addresses = person.page.eval_on_selector_all(".site-menu__wide a[href]", "all => all.map(a => a.href)")
    return [urlsplit(address).path for address in addresses]


def menu_words(person: Person) -> set[str]:
    """What the menu says, on wide screens and on telephones."""
    return {" ".join(word.split()) for word in person.page.locator("nav.site-menu :is(a, summary)").all_inner_texts()}


def test_public_pages_pass_all_judges_in_both_languages(visitor: Person) -> None:
    found = []
    for language in ("de", "en"):
        visitor.opens(f"/sprache/{language}")
        for path in PUBLIC:
            visitor.opens(path)
            assert visitor.page.locator("html").get_attribute("lang") == language
            found += findings(visitor)
    assert not found, found


@pytest.mark.parametrize("name", ["koordination", "admin", "lotsin", "verein"])
def test_every_page_of_a_role_passes_all_judges(visitor: Person, name: str) -> None:
    visitor.logs_in(f"{name}@stadthagen.example", DEMO_PASSWORD)
    assert not (found := walk(visitor, menu(visitor))), found


@pytest.mark.parametrize("name", ["koordination", "lotsin", "verein"])
def test_the_menu_has_no_german_left_in_english(visitor: Person, name: str) -> None:
    visitor.logs_in(f"{name}@stadthagen.example", DEMO_PASSWORD)
    assert menu_words(visitor.opens("/start")) & GERMAN_MENU
    visitor.page.locator(".site-footer").get_by_role("link", name="English").click()
    visitor.page.wait_for_selector("html[lang=en]")
    assert not menu_words(visitor) & GERMAN_MENU
