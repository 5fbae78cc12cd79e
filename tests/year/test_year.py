"""Nobody is left in limbo, whatever people do; the long version is ``make drill ONLY=year``."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from lotsen.core import clock
from tests.smtp_sink import Sink

from .town import SMALL, year

SEEDS = range(1, 11)
# What the ten small years see together, at least so often: else they prove nothing about it.
SEEN = {
    "engagement became first_contact": 20,
    "engagement became running": 20,
    "engagement became closing": 20,
    "engagement became completed": 15,
    "engagement became broken_off": 3,
    "engagement became paused": 5,
    "engagement.still_in_use": 3,
    "engagement.handing_over": 5,
    "engagement.extended": 1,
    "engagement.contact_gone": 1,
    "help_request became asking": 40,
    "help_request became completed": 15,
    "help_request became withdrawn": 1,
    "proposal became accepted": 40,
    "proposal became declined": 1,
    "proposal became expired": 1,
    "proposal became withdrawn": 3,
    "pilot became ended": 10,
    "pilot became paused": 10,
    "outbox.called": 20,
    "outbox.not_reached": 2,
    "task engagement.undeliverable": 5,
    "task outbox.failed": 10,
}


@pytest.fixture
def town(app: Flask) -> Iterator[Sink]:
    """A mail server for the app; the clock is the year's own."""
    sink, before = Sink().start(), app.config["LOTSEN"]
    app.config["LOTSEN"] = replace(before, mail_url=sink.url)
    yield sink
    app.config["LOTSEN"] = before
    sink.stop()
    assert clock._frozen.get() is None


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each year leaves its numbers, for all test processes of a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "years"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_in_limbo_at_any_fortnight_of_the_year(
    app: Flask, town: Sink, seed: int, years: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last of the ten looks at what they saw together."""
    stage = year(app, town, seed, SMALL)
    assert stage.counts["engagement became completed"] > 0 and stage.counts["mails"] > 8
    told = ("requests", "mails", "engagement became completed", "engagement became broken_off", "instants")
    with capsys.disabled():
        print(f"\nyear {seed}: " + ", ".join(f"{stage.counts[name]} {name}" for name in told))
    part = years / f"{seed}.part"
    part.write_text(json.dumps(stage.counts))
    part.rename(years / f"{seed}.json")
    played = [Counter(json.loads(path.read_text())) for path in sorted(years.glob("*.json"))]
    if len(played) == len(SEEDS):
        together = sum(played, Counter[str]())
        with capsys.disabled():
            print("together: " + ", ".join(f"{together[name]} {name}" for name in SEEN))
        missing = {name: (together[name], least) for name, least in SEEN.items() if together[name] < least}
        assert not missing, f"seen, at least wanted: {missing}"
