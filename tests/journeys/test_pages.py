"""Every page that a visitor, a Lotsin and a club see in the demo town, judged; and the menu in both languages."""

import pytest

from lotsen.accounts.rules import DEMO_PASSWORD

from .judge import WIDTHS, findings
from .person import DESK, Person
from .walking import all_pages

pytestmark = pytest.mark.journey

PUBLIC = (
    "/",
    "/anfragen/neu",
    "/lotse-werden",
    "/registrieren",
    "/registrieren/konto",
    "/anmelden",
    "/passwort-vergessen",
    "/zahlen",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/postausgang",
    "/das-gibt-es-nicht",
)
GERMAN_MENU = {"Anfragen", "Vorschläge", "Begleitungen", "Lotsinnen und Lotsen", "Organisationen", "Mein Profil"} | {
    "Verwaltung",
    "Mein Konto",
    "Anmelden",
    "Abmelden",
    "Menü",
}


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
            found += findings(visitor, colours_at=WIDTHS if language == "de" else (DESK,))
    assert not found, found


@pytest.mark.parametrize("name", ["lotsin", "verein"])
def test_every_page_passes_all_judges(visitor: Person, name: str) -> None:
    assert not (found := all_pages(visitor, name)), found


@pytest.mark.parametrize("name", ["koordination", "lotsin", "verein"])
def test_the_menu_has_no_german_left_in_english(visitor: Person, name: str) -> None:
    visitor.logs_in(f"{name}@stadthagen.example", DEMO_PASSWORD)
    assert menu_words(visitor.opens("/start")) & GERMAN_MENU
    visitor.page.locator(".site-footer").get_by_role("link", name="English").click()
    visitor.page.wait_for_selector("html[lang=en]")
    assert not menu_words(visitor) & GERMAN_MENU
