"""Nobody is left in limbo, whatever people do; the long version is ``make drill SEEDS=1000``."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from lotsen.core import clock
from lotsen.engagements.rules import State
from tests.smtp_sink import Sink

from .town import Size, year

SMALL = Size(pilots=4, requests=3, days=28, running=3, thorough=False)


@pytest.fixture
def town(app: Flask) -> Iterator[Sink]:
    """A mail server for the app; the clock is the year's own."""
    sink, before = Sink().start(), app.config["LOTSEN"]
    app.config["LOTSEN"] = replace(before, mail_url=sink.url)
    yield sink
    app.config["LOTSEN"] = before
    sink.stop()
    assert clock._frozen.get() is None


@pytest.mark.parametrize("seed", range(1, 11))
def test_nobody_is_in_limbo_at_any_fortnight_of_the_year(
    app: Flask, town: Sink, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = year(app, town, seed, SMALL)
    assert sum(stage.counts[f"engagement {state.value}"] for state in State) > 0
    assert stage.counts["mails"] > 8
    told = ("requests", "mails", "engagement completed", "request completed", "instants", "bounces")
    with capsys.disabled():
        print(f"\nyear {seed}: " + ", ".join(f"{stage.counts[name]} {name}" for name in told))
