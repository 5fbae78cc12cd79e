"""Commands on the database of the test, in this process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from lotsen.cli import main
from lotsen.core.extensions import db
from tests.database import Database
from tests.features.outbox.conftest import enqueue, sink

__all__ = ["enqueue", "sink"]

Command = Callable[..., Result]


@pytest.fixture
def command(app: Flask, storage: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """``command("outbox", "pending")``; keywords are settings."""
    for name, value in {"MODE": "test", "INSTANCE": app.instance_path, "DATABASE_URL": storage.url}.items():
        monkeypatch.setenv(f"LOTSEN_{name}", value)

    def run(*arguments: str, status: int = 0, **settings: Any) -> Result:
        db.session.rollback()
        environment = {f"LOTSEN_{name.upper()}": str(value) for name, value in settings.items()}
        result = CliRunner().invoke(main, [str(a) for a in arguments], env=environment)
        for other, engines in list(db._app_engines.items()):
            if other is not app:
                for engine in engines.values():
                    engine.dispose()
        assert result.exit_code == status, (result.output, result.exc_info)
        return result

    yield run
    db.session.rollback()
