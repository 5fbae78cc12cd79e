"""A hundred inputs from hell, always the same ones; `make drill` sends many more, others each time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

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
