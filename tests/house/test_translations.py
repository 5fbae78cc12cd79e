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
from flask_babel import force_locale

from lotsen.core.access import endpoint_access
from lotsen.core.i18n import COOKIE
from lotsen.municipality.queries import town
from tests.page import PageClient

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
        return text[0].isspace(), text[-1].isspace()

    assert [m.id for m in texts(english) if ends(forms(m.id)[0]) != ends(forms(m.string)[0])] == []


def test_no_english_text_is_still_german(english: Catalog) -> None:
    assert {m.id: found for m in texts(english) if (found := german_words(" ".join(forms(m.string))))} == {}


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


def public_pages(app: Flask) -> list[str]:
    """Pages that anybody may open without a link."""
    return sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and endpoint_access(app, rule.endpoint) == "public"
    )


def test_public_pages_speak_english_when_asked_to(as_visitor: PageClient, app: Flask) -> None:
    as_visitor.client.set_cookie(COOKIE, "en")
    with force_locale("de"):
        own = [value for value in vars(town()).values() if isinstance(value, str) and value]
    found, seen = {}, 0
    for endpoint in public_pages(app):
        with app.test_request_context():
            path = app.url_for(endpoint)
        response = as_visitor.client.get(path, follow_redirects=True)
        response.close()
        if response.mimetype != "text/html" or response.status_code != 200:
            continue
        page = as_visitor.get_path(path)
        seen += 1
        assert page.soup.html is not None
        assert page.soup.html["lang"] == "en", path
        for tag in page.soup.select("[lang=de]"):
            tag.decompose()
        text = page.soup.get_text(" ")
        for value in sorted(own, key=len, reverse=True):
            text = text.replace(value, " ")
        if words := german_words(text):
            found[path] = words
    assert found == {}
    assert seen >= 8
