"""The English catalogue is complete, and no page for everybody falls back to German."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from flask import Flask

from lotsen.core.access import endpoint_access
from lotsen.core.i18n import COOKIE, OWN_NAMES
from lotsen.municipality.queries import town
from tests import factories
from tests.page import Page, PageClient

from .german import german_words

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "lotsen" / "translations"
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
GETTEXT = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every text in the source, collected the way ``make translations`` does it."""
    target = tmp_path_factory.mktemp("texts") / "messages.pot"
    options = ["-F", str(TRANSLATIONS / "babel.cfg"), "-k", "_l", "--no-location", "-o", str(target)]
    CommandLineInterface().run(["pybabel", "-q", "extract", *options, str(ROOT)])
    with target.open("rb") as file:
        return read_po(file)


def texts(catalogue: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalogue if message.id)


def forms(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Singular and plural, or the one text."""
    return (value,) if isinstance(value, str) else tuple(value)


def test_every_text_of_the_source_is_in_the_english_catalogue(used: Catalog, english: Catalog) -> None:
    known = {message.id for message in texts(english)}
    assert [m.id for m in texts(used) if m.id not in known] == [], "run: make translations"
    assert len(known) > 1000


def test_the_english_catalogue_keeps_no_text_that_nobody_uses(used: Catalog, english: Catalog) -> None:
    wanted = {message.id for message in texts(used)}
    assert [m.id for m in texts(english) if m.id not in wanted] == [], "run: make translations"
    assert not english.obsolete


def test_every_text_has_an_english_one_and_none_is_a_guess(english: Catalog) -> None:
    assert [m.id for m in texts(english) if not m.string or not all(forms(m.string))] == []
    assert [m.id for m in texts(english) if m.fuzzy] == []
    assert not english.fuzzy


def test_both_plural_forms_are_there(english: Catalog) -> None:
    assert [m.id for m in texts(english) if isinstance(m.id, tuple) and len(forms(m.string)) != 2] == []


def test_the_english_text_has_the_placeholders_of_the_german_one(english: Catalog) -> None:
    def names(text: str) -> list[tuple[str, str]]:
        return sorted(PLACEHOLDER.findall(text))

    wrong = []
    for message in texts(english):
        german, translated = forms(message.id), forms(message.string)
        wrong += [
            text for source, text in zip(german[-1:], translated[-1:], strict=True) if names(source) != names(text)
        ]
        wrong += [text for text in translated if not set(names(text)) <= set(names(german[-1]))]
        wrong += [text for text in translated if "%" in PLACEHOLDER.sub("", text).replace("%%", "")]
    assert wrong == []


def test_a_text_that_leads_over_to_the_next_keeps_its_spaces(english: Catalog) -> None:
    def ends(text: str) -> tuple[bool, bool]:
        return text[:1].isspace(), text[-1:].isspace()

    assert [m.id for m in texts(english) if ends(forms(m.id)[0]) != ends(forms(m.string)[0])] == []


def test_no_english_text_is_still_german(english: Catalog) -> None:
    assert {m.id: found for m in texts(english) if (found := german_words(" ".join(forms(m.string))))} == {}


# What nobody reads about an ask, in either language. A link may have run out: no person has.
NEVER_SAID = re.compile(
    r"abgelehn|ablehn|abgelaufen(?!e Links)|\bLeiter\b|Platz (\d|%\()|Kapazität"
    r"|\breject|\bdeclined|\bexpired(?! links)|ladder|capacity|\bslot \d",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ihre Anfrage wurde abgelehnt.", True),
        ("Die Bitte ist abgelaufen.", True),
        ("Sie stehen auf Platz 2 der Leiter.", True),
        ("Platz %(number)d", True),
        ("Keine Kapazität", True),
        ("Abgelaufene Links", False),
        ("Schaffen Sie bitte Platz.", False),
        ("Expired links", False),
    ],
)
def test_words_that_hurt_are_known_as_such(text: str, said: bool) -> None:
    assert bool(NEVER_SAID.search(text)) is said


def test_nobody_reads_words_that_hurt(english: Catalog) -> None:
    shown = (text for m in texts(english) for text in (*forms(m.id), *forms(m.string)))
    assert [text for text in shown if NEVER_SAID.search(text)] == [], "say it as docs/glossary.md does"


def test_every_text_for_translation_is_written_out_where_it_is_used() -> None:
    """An f-string or a variable would not be collected, and so stay German for ever."""
    hidden = []
    for path in sorted((ROOT / "lotsen").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT:
                plain = [a for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                if not plain:
                    hidden.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert hidden == []


def pages(app: Flask, client: PageClient, *, everybody: bool) -> Iterator[tuple[str, Page]]:
    """Every page without arguments, in English: those for everybody, or all that this browser may open."""
    client.client.set_cookie(COOKIE, "en")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" not in (rule.methods or ()) or rule.arguments:
            continue
        if (endpoint_access(app, rule.endpoint) == "public") is not everybody:
            continue
        with client.client.get(rule.rule, follow_redirects=True) as response:
            shown = response.mimetype == "text/html" and response.status_code == 200
        if shown:
            yield rule.endpoint, client.get_path(rule.rule)


def german_on(page: Page, *typed: str) -> list[str]:
    """German words of a page, but for names, what people typed and the town's settings."""
    assert page.soup.html is not None
    assert page.soup.html["lang"] == "en", page.path
    for tag in page.soup.select("[lang=de], [translate=no]"):
        tag.decompose()
    text = " ".join([page.soup.get_text(" "), *(str(t["placeholder"]) for t in page.soup.select("[placeholder]"))])
    settings = [value for value in vars(town()).values() if isinstance(value, str) and value]
    for value in sorted([*settings, *typed], key=len, reverse=True):
        text = text.replace(value, " ")
    return german_words(text)


def test_pages_for_everybody_speak_english_when_asked_to(as_visitor: PageClient, app: Flask) -> None:
    found = {name: german_on(page) for name, page in pages(app, as_visitor, everybody=True)}
    assert {name: words for name, words in found.items() if words} == {}
    assert len(found) >= 8


def test_pages_for_each_role_speak_english_when_asked_to(
    app: Flask, as_pilot: PageClient, as_member: PageClient, as_coordinator: PageClient, as_administrator: PageClient
) -> None:
    request, engagement = factories.help_request(), factories.engagement()
    factories.proposal(of=request)
    pilot = engagement.pilot
    typed = (request.title, request.description, request.short_text, pilot.headline, pilot.about, *OWN_NAMES.values())
    found: dict[str, list[str]] = {}
    for role, client in {
        "pilot": as_pilot,
        "member": as_member,
        "desk": as_coordinator,
        "town": as_administrator,
    }.items():
        found |= {f"{role} {name}": german_on(page, *typed) for name, page in pages(app, client, everybody=False)}
    for endpoint, row in {
        "help_requests.detail": request,
        "proposals.candidates": request,
        "engagements.detail": engagement,
        "pilots.detail": pilot,
        "organisations.detail": request.organisation,
    }.items():
        [argument] = next(rule.arguments for rule in app.url_map.iter_rules(endpoint))
        found[endpoint] = german_on(as_coordinator.get(endpoint, **{argument: row.id}), *typed)
    assert {name: words for name, words in found.items() if words} == {}
    assert len(found) >= 30
