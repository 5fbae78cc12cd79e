"""A line of the log: found again by its id, and nobody's data in it."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from gunicorn.config import Config

from lotsen.core import tokens
from lotsen.core.access import public
from lotsen.core.db import transaction
from lotsen.core.logs import GunicornLogger, JsonLine, Line, clean, masked
from lotsen.core.tokens import Purpose
from tests import factories
from tests.page import PageClient

HEX = "0123456789abcdef0123456789abcdef"


class Written:
    """What was logged."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()

    @property
    def facts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def written(request: pytest.FixtureRequest) -> Iterator[Written]:
    """The log of the test, as JSON or, when asked, in plain lines."""
    made = Written(Line() if getattr(request, "param", "") == "plain" else JsonLine())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(made.handler)
    root.setLevel(logging.INFO)
    yield made
    root.removeHandler(made.handler)
    root.setLevel(before)


def test_a_request_is_one_line_with_the_number_of_the_person_and_no_name(
    app: Flask, browser: Any, written: Written
) -> None:
    person = factories.coordinator(name="Karin Geheim", email="geheim@example.org")
    answer = browser(person).client.get("/anfragen?suche=Geheim", headers={"X-Request-ID": "proxy-0001"})
    assert answer.headers["X-Request-ID"] == "proxy-0001"
    (line,) = [f for f in written.facts if f["logger"] == "lotsen.access"]
    assert (line["request_id"], line["user"], line["path"]) == ("proxy-0001", person.id, "/anfragen")
    assert (line["method"], line["status"]) == ("GET", 200) and line["ms"] >= 0
    assert "geheim" not in "".join(written.lines).lower()


def test_who_was_refused_is_in_the_line(app: Flask, as_visitor: PageClient, browser: Any, written: Written) -> None:
    member = factories.member().user
    foreign = factories.help_request()
    for path, status in (("/verwaltung", 403), (f"/anfragen/{foreign.id}", 404)):
        assert browser(member).client.get(path).status_code == status
    as_visitor.client.get("/verwaltung")
    lines = [(f["path"], f["status"], f.get("user")) for f in written.facts if f["logger"] == "lotsen.access"]
    assert lines == [
        ("/verwaltung", 403, member.id),
        (f"/anfragen/{foreign.id}", 404, member.id),
        ("/verwaltung", 302, None),
    ]


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 1", 'quote"12345', "línea-0001"])
def test_an_id_that_is_not_sane_is_replaced(as_visitor: PageClient, given: str) -> None:
    answer = as_visitor.client.get("/", headers={"X-Request-ID": given})
    assert len(answer.headers["X-Request-ID"]) == 32
    other = as_visitor.client.get("/")
    assert other.headers["X-Request-ID"] != answer.headers["X-Request-ID"]


def test_the_link_of_a_mail_is_in_no_line(app: Flask, as_visitor: PageClient, at: Any, written: Written) -> None:
    ask = factories.proposal("asked")
    with transaction():
        link = tokens.issue(Purpose.ANSWER_ASK, "proposal", ask.id, at=at, user_id=ask.pilot.user_id)
    as_visitor.client.get(f"/antwort/{link}")
    as_visitor.client.get(f"/no/such/{link}/page")
    assert link not in written.stream.getvalue()
    assert [f["path"] for f in written.facts if f["logger"] == "lotsen.access"] == ["/antwort/***", "/no/such/***/page"]


def test_the_page_for_an_error_shows_the_number_that_finds_its_line(
    app: Flask, as_visitor: PageClient, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    @public
    def breaks() -> str:
        raise RuntimeError("kaputt wegen geheim@example.org\nGET /forged 200")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "core.colour", breaks)
    answer = as_visitor.client.get("/farbe.css")
    assert answer.status_code == 500
    number = answer.headers["X-Request-ID"]
    assert number in answer.get_data(as_text=True)
    (trace,) = [f for f in written.facts if "trace" in f]
    assert trace["request_id"] == number
    assert any("kaputt wegen (address)" in line for line in trace["trace"])


@pytest.mark.parametrize("written", ["plain"], indirect=True)
def test_nobody_forges_a_line(app: Flask, written: Written) -> None:
    log = logging.getLogger("test")
    log.warning("typed: %s", "a\r\n2026-11-24 INFO forged\x1b[2J\u2028x")
    try:
        raise ValueError("one\n2026-11-24 ERROR forged")
    except ValueError:
        log.exception("broke")
    first, second, *rest = written.lines
    assert "\\r\\n2026-11-24 INFO forged\\x1b[2J\\u2028x" in first and "broke" in second
    assert all(line.startswith("    ") for line in rest)


def test_what_is_masked() -> None:
    assert masked(f"/antwort/{HEX}?a=b") == "/antwort/***"
    assert masked("/barrierefreiheitserklaerung/kontakt") == "/barrierefreiheitserklaerung/kontakt"
    assert masked("/anfragen/17") == "/anfragen/17"
    assert clean(f"GET https://x.example/zusage/{HEX} x") == "GET https://x.example/zusage/*** x"
    assert clean("Key (email)=(a@b.de) DETAIL: Key (name)=(Karin)") == "Key (email)=((address)) DETAIL: (left out)"


def test_gunicorns_own_access_log_has_no_links_either(app: Flask) -> None:
    logger = GunicornLogger(Config())
    environ = {"RAW_URI": f"/antwort/{HEX}?suche=Karin", "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1"}
    environ |= {"HTTP_REFERER": f"https://x.example/zusage/{HEX}", "QUERY_STRING": "suche=Karin"}

    class Answer:
        status, headers, sent = "200 OK", [], 1

    class Asked:
        headers = [("REFERER", environ["HTTP_REFERER"])]

    said = str(dict(logger.atoms(Answer(), Asked(), environ, timedelta(seconds=1))))
    assert HEX not in said and "Karin" not in said and "/antwort/***" in said
