"""Nobody is left in limbo, whatever people do; the long version is ``make drill SEEDS=1000``."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from lotsen.core import clock
from tests.smtp_sink import Sink

from .town import Size, year

SMALL = Size(pilots=8, requests=16, days=150)


@pytest.fixture
def town(app: Flask) -> Iterator[Sink]:
    """A mail server for the app; the clock is the year's own."""
    sink, before = Sink().start(), app.config["LOTSEN"]
    app.config["LOTSEN"] = replace(before, mail_url=sink.url)
    yield sink
    app.config["LOTSEN"] = before
    sink.stop()
    assert clock._frozen.get() is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_in_limbo_at_any_fortnight_of_the_year(
    app: Flask, town: Sink, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = year(app, town, seed, SMALL)
    assert stage.counts["engagement completed"] > 0 and stage.counts["mails"] > 40
    told = ("requests", "mails", "engagement completed", "request completed", "instants", "bounces")
    with capsys.disabled():
        print(f"\nyear {seed}: " + ", ".join(f"{stage.counts[name]} {name}" for name in told))
