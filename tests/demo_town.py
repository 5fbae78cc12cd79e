"""The demo town, loaded once for all tests of a run that want it: it takes the better part of a minute."""

import os
import time
from pathlib import Path

import pytest
from flask import Flask

from lotsen import create_app
from lotsen.cli import stock
from lotsen.core import clock
from lotsen.core.db import unsaved_changes
from lotsen.core.extensions import db
from tests.conftest import TUESDAY

FILE = "demo.sqlite"


def opened(folder: Path) -> Flask:
    """The app of a folder, checked after each request."""
    url = f"sqlite:///{folder / FILE}"
    app = create_app(mode="test", instance=str(folder), database_url=url, url="http://localhost", mail_url="")
    app.config["PROPAGATE_EXCEPTIONS"] = True

    def nothing_unsaved() -> None:
        assert not unsaved_changes()

    app.extensions["lotsen.after_test_request"] = nothing_unsaved
    return app


def folder(factory: pytest.TempPathFactory) -> Path:
    """Where the loaded town lies, with ``FILE`` in it; workers that run side by side wait for the one that loads.

    ``LOTSEN_TEST_TOWN`` names a folder that several runs share (``make test``: the tests and the journeys).
    """
    base = factory.getbasetemp()
    shared = os.environ.get("LOTSEN_TEST_TOWN")
    place = (
        Path(shared).resolve() if shared else base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    ) / "demo-town"
    try:
        place.mkdir()
    except FileExistsError:
        for _ in range(2400):
            if (place / "ready").exists():
                break
            time.sleep(0.25)
    else:
        _load(place)
    assert (place / "ready").exists(), "the demo town could not be loaded"
    return place


def _load(place: Path) -> None:
    """As ``run`` does with an empty folder, on the Tuesday of all tests."""
    app = opened(place)
    with app.app_context(), clock.frozen(TUESDAY):
        stage = stock.make_ready()
        assert stage is not None and stage.broken == []
        db.session.remove()
        db.engine.dispose()
    (place / "ready").touch()
