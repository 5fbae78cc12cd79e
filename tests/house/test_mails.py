"""Every mail is sent by one function, and reads like a letter in both languages."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from lotsen.core.db import transaction
from lotsen.core.i18n import speaking
from lotsen.outbox import service as outbox
from lotsen.outbox.jobs import deliver
from lotsen.outbox.service import Mail
from tests import factories
from tests.conftest import Time
from tests.page import RAW_VALUES
from tests.smtp_sink import Sink

from .german import german_words
from .mail_cases import FEATURES, Case, cases, functions, modules
from .mail_rows import LOCALES, URL, Rows, render

SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-ZÄÖÜ„“])")
ADDRESSED = re.compile(r"(Sie|Ihnen|Ihre?[mnrs]?)\b")
LONGEST = 20


def uses() -> dict[str, set[str]]:
    """Where each mail is handed on: the functions (or tables) outside mails.py that name it, as ``file:function``."""
    found: dict[str, set[str]] = {}
    for path in sorted(FEATURES.rglob("*.py")):
        if path.name == "mails.py" or "mails" in path.parent.parts:
            continue
        feature = path.relative_to(FEATURES).parts[0]
        for name, place in named_mails(path):
            found.setdefault(f"{feature}.{name}", set()).add(f"{path.relative_to(FEATURES)}:{place}")
    return found


def named_mails(path: Path) -> list[tuple[str, str]]:
    """Every ``mails.x`` of a module, with the function around it; what stands outside functions is one table."""
    found: list[tuple[str, str]] = []

    def walk(node: ast.AST, place: str) -> None:
        if isinstance(node, ast.FunctionDef):
            place = node.name
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "mails":
            found.append((node.attr, place))
        for child in ast.iter_child_nodes(node):
            walk(child, place)

    walk(ast.parse(path.read_text(encoding="utf-8")), "")
    return found


def test_every_mail_is_sent_from_one_place() -> None:
    places = uses()
    assert {name: sorted(places.get(name, ())) for name in functions() if len(places.get(name, ())) != 1} == {}


def test_nobody_sends_a_mail_that_is_not_there() -> None:
    features = {feature for feature, _module in modules()}
    assert set(uses()) - set(functions()) == set()
    assert features >= {"accounts", "pilots", "help_requests", "proposals", "engagements", "followups"}


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [part for part in SENTENCE_END.split(text) if part.strip()]


def raw_values() -> set[str]:
    """The values of states and kinds that can only be code."""
    found: set[str] = set()
    todo = list(StrEnum.__subclasses__())
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.__module__.startswith("lotsen."):
            found |= {member.value for member in kind if "_" in member.value}
    return found


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_mail_reads_well_in_both_languages(app: Flask, time: Time, case: Case) -> None:
    rows = Rows(case)
    with transaction():
        rows.arguments()
    for locale in LOCALES:
        mail, text, html = render(case, rows, locale)
        where = f"{case} [{locale}]"
        assert mail.kind == case.name
        assert mail.subject.strip() == mail.subject != "", where
        assert "\n" not in mail.subject, where
        assert len(mail.subject) <= 120, where
        if case.about_a_case:
            assert re.match(r"\[\d{4}-\d{4}\] \S", mail.subject), where
        assert mail.paragraphs, where
        assert all(paragraph.strip() for paragraph in mail.paragraphs), where
        said = "\n".join([mail.subject, *mail.paragraphs, mail.action.label if mail.action else ""])
        check_words(said, where)
        check_length(mail.paragraphs, where)
        check_links(mail, text, html, where)
        if locale == "en":
            check_english(html, rows, where)
        else:
            check_start(mail.paragraphs[0], rows, where)
        assert mail.paragraphs[0][:1].isupper() or locale == "de", where


def check_words(said: str, where: str) -> None:
    """Nothing that only a programmer would read."""
    assert not RAW_VALUES.search(said), where
    assert not [value for value in raw_values() if re.search(rf"\b{value}\b", said)], where
    assert not re.search(r"\bNone\b|%\(|\{|\}|<", said), where
    assert not re.search(r"\b(Klick|click)\b", said), where  # behind every link is a page with a button or a choice


def check_length(paragraphs: tuple[str, ...], where: str) -> None:
    """Short sentences, few paragraphs."""
    for paragraph in paragraphs:
        long = [s for line in paragraph.splitlines() for s in sentences(line) if len(s.split()) > LONGEST]
        assert not long, f"{where}: {long}"
    assert len(paragraphs) <= 8, where


def check_links(mail: Mail, text: str, html: str, where: str) -> None:
    """At most one thing to do (the office's mail has several), and the same in both forms."""
    assert not mail.choices or mail.kind.startswith("home."), where
    links = {a["href"] for a in BeautifulSoup(html, "html5lib").find_all("a")}
    assert links == {action.url for action in (*mail.choices, mail.action) if action}, f"{where}: {links}"
    assert set(re.findall(r"https?://\S+", text)) == links, where


def check_english(html: str, rows: Rows, where: str) -> None:
    """No German left but names and what people typed."""
    said = " ".join(BeautifulSoup(html, "html5lib").get_text(" ").split())
    for typed in rows.typed():
        said = said.replace(typed, " ")
    assert not german_words(said), f"{where}: {german_words(said)}"


def check_start(first: str, rows: Rows, where: str) -> None:
    """After "Guten Tag …," the sentence goes on in lower case, unless it begins with a name or speaks to the reader."""
    name = first.startswith(tuple(rows.names()))
    assert first[0].islower() or ADDRESSED.match(first) or name, f"{where}: {first}"


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    """A mail server that the app sends to, in a town that is no demo."""
    made = Sink().start()
    before = app.config["LOTSEN"]
    app.config["LOTSEN"] = replace(before, mail_url=made.url, mode="production")
    yield made
    app.config["LOTSEN"] = before
    made.stop()


def test_every_mail_arrives_in_both_languages(app: Flask, time: Time, sink: Sink) -> None:
    first = {case.name: case for case in reversed(cases())}
    said = {}
    for name, case in first.items():
        rows = Rows(case)
        with transaction():
            for locale in LOCALES:
                reader = factories.user(name="Vera Brandt", locale=locale)
                with speaking(locale):
                    arguments = rows.arguments()
                    said[reader.email] = (name, locale, case.function(*arguments))
                outbox.enqueue(case.function, *arguments, to=reader, about=reader, step=name, at=time.at, at_once=True)
    assert deliver(time.forward(minutes=1)) == len(said)
    read = {mail["To"].addresses[0].addr_spec: mail for mail in sink.mails}
    assert set(read) == set(said)
    for address, (name, locale, mail) in said.items():
        text = read[address].get_body(("plain",)).get_content()
        assert read[address]["Subject"] == mail.subject, name
        assert text.startswith("Dear Vera Brandt," if locale == "en" else "Guten Tag Vera Brandt,"), name
        assert " ".join(mail.paragraphs[0].split()) in " ".join(text.split()), name
        assert mail.action is None or mail.action.url in text, name


def test_the_greeting_and_the_address_of_the_town_stand_in_every_mail(app: Flask, time: Time) -> None:
    case = next(case for case in cases() if case.name == "help_requests.nobody_free")
    with transaction():
        rows = Rows(case)
        rows.arguments()
    _mail, german, _html = render(case, rows, "de")
    _mail, english, _html = render(case, rows, "en")
    assert german.startswith("Guten Tag Vera Brandt,\n\nim Moment ist niemand frei")
    assert english.startswith("Dear Vera Brandt,\n\nAt the moment nobody")
    for text in (german, english):
        assert "Digitallotsen Stadthagen" in text
        assert "05721 782-0" in text
        assert URL in text
