"""Links in mails: one that is unknown or for something else is not there, one that is over says so; neither acts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from tests.house import access_scene as scene
from tests.house.access_scene import PURPOSES, Town

FORM = {  # what each page sends when somebody means it
    "accounts.reset": {"password": "ein ganz anderes Wort 7", "again": "ein ganz anderes Wort 7"},
    "engagements.answer": {"choice": "yes"},
    "engagements.confirm": {"choice": "yes"},
    "followups.answer": {"choice": "done"},
    "help_requests.status_edit": {"title": "Neu", "version": "1"},
}


@pytest.fixture
def town(app: Flask, time: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The town as in production."""
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production"))
    yield scene.build(app)


def pages(town: Town, purpose: Purpose) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and path of everything that a link of this purpose opens."""
    for rule, path in scene.addresses(town, "visitor", "a"):
        if PURPOSES.get(rule.endpoint) is purpose:
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                yield rule.endpoint, method, path


def test_every_purpose_with_a_page_is_in_these_tests(town: Town) -> None:
    links = {r.endpoint for r in town.app.url_map.iter_rules() if "token" in r.arguments}
    assert links == set(PURPOSES)


@pytest.mark.parametrize("purpose", sorted(set(PURPOSES.values())))
def test_a_link_for_something_else_is_not_there(town: Town, purpose: Purpose) -> None:
    own = town.links[purpose]
    others = [raw for of, raw in town.links.items() if of is not purpose] + ["0" * 32, "ä" * 32, "x", own.upper()]
    tried = 0
    for endpoint, method, path in pages(town, purpose):
        for raw in others:
            if purpose is Purpose.REQUEST_STATUS and raw == town.links[Purpose.SUBMIT_REQUEST]:
                continue  # the link that submitted a request shows later where it stands
            answer = town.ask("visitor", method, path.replace(own, raw), FORM.get(endpoint))
            assert answer.status == 404 and "<h1" in answer.html, (endpoint, method, raw, answer)
            tried += 1
    assert scene.dump() == town.kept
    assert tried


@pytest.mark.parametrize("fate", ["used", "expired", "revoked"])
@pytest.mark.parametrize("purpose", sorted(set(PURPOSES.values())))
def test_a_link_that_is_over_says_what_stands_and_does_nothing(town: Town, purpose: Purpose, fate: str) -> None:
    at = clock.now() - timedelta(minutes=1)
    column = {"used": "used_at", "expired": "expires_at", "revoked": "revoked_at"}[fate]
    with transaction():
        db.session.execute(update(Token).where(Token.purpose == purpose.value).values({column: at}))
    town.keep()
    for endpoint, method, path in pages(town, purpose):
        answer = town.ask("visitor", method, path, FORM.get(endpoint))
        for _step in range(3):
            if answer.status == 302:
                answer = town.ask("visitor", "GET", answer.location)
        assert answer.status == 200 and "<h1" in answer.html, (endpoint, method, path, answer.status)
        if endpoint == "help_requests.new_link":
            town.back()  # the one thing an old link may still do: have a new one sent to the known address
        assert scene.dump() == town.kept, (endpoint, method, path)
