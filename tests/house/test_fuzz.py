"""A hundred inputs from hell, always the same ones; `make drill` sends many more, others each time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, request
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.drills.ground import Figures
from tests.house import access_scene as scene
from tests.house.access_scene import ROLES
from tests.house.fuzzing import Attacker, Sent


@pytest.fixture
def attacker(app: Flask, time: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Attacker]:
    """In front of the town as in production."""
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production"))
    yield Attacker(scene.build(app))


def test_no_input_from_hell_breaks_a_page_or_leaves_half_a_change(attacker: Attacker) -> None:
    seen: list[Sent] = []

    @settings(
        max_examples=100,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def attack(data: Any) -> None:
        seen.append(attacker.once(data.draw, ROLES))

    attack()
    wrong = [f"{sent.words}\n    {sent.problem}" for sent in seen if sent.problem]
    assert not wrong, f"{len(wrong)} of {len(seen)}:\n" + "\n".join(wrong[:20])
    assert len(seen) >= 100
    assert {sent.status for sent in seen} >= {200, 302}, "some of it is let in"
    assert {sent.role for sent in seen} == set(ROLES), "each was answered as the one who sent it"


def test_an_answer_to_somebody_else_is_no_answer(attacker: Attacker) -> None:
    town = attacker.town
    assert attacker._send("pilot", "GET", "/konto", "as it should be").role == "pilot"
    town.sessions["pilot"] = town.sessions["coordinator"]
    sent = attacker._send("pilot", "GET", "/konto", "in a coordinator's browser")
    assert (sent.role, sent.problem) == ("", "answered as somebody else")


def test_a_made_up_cookie_or_host_is_sent_by_the_one_who_is_logged_in(attacker: Attacker) -> None:
    seen: list[str | None] = []
    attacker.town.app.before_request_funcs[None].insert(1, lambda: seen.append(request.headers.get("Cookie")))
    for name in ("HTTP_COOKIE", "HTTP_HOST"):
        environ = {name: {"HTTP_COOKIE": "lotsen_language=\xff; ", "HTTP_HOST": "evil.example"}[name]}
        assert attacker._send("pilot", "GET", "/konto", name, environ_overrides=environ).role == "pilot"
    assert str(seen[0]).startswith("lotsen_language=\xff; lotsen=")
    assert str(seen[1]).startswith("lotsen=")


def test_a_drill_in_which_nobody_was_let_in_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert Figures(some=("answered as pilot",)).report("a drill") == 1
    assert Figures({"answered as pilot": 1}, some=("answered as pilot",)).report("a drill") == 0
    assert capsys.readouterr().out.count("0 answered as pilot") == 1
