"""A small part of `make drill`: people press at once before several server processes, on the database of this run."""

import multiprocessing
import socket
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from lotsen.core.extensions import db
from tests.drills.doors import Doors
from tests.drills.ground import Figures
from tests.drills.races import Track
from tests.drills.racing import BUSY, DOUBLE, NOBODY, OTHER, TRIED, run


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """Two processes behind one door, as gunicorn has them, without loading everything anew."""
    db.session.remove()
    db.engine.dispose()
    context = multiprocessing.get_context("fork")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as door:

        def serve() -> None:
            db.engine.dispose(close=False)
            make_server("127.0.0.1", 0, app, threaded=True, fd=door.fileno()).serve_forever()

        servers = [context.Process(target=serve, daemon=True) for _ in range(2)]
        for server in servers:
            server.start()
        yield int(door.getsockname()[1])
        for server in servers:
            server.kill()
            server.join(30)


@pytest.mark.parametrize("kind", ["approve", "settings", "reset-link"])
def test_of_eight_who_press_at_once_one_wins_and_the_others_read_who(app: Flask, port: int, kind: str) -> None:
    figures, secret = Figures(), str(app.secret_key)
    pages = {**Track(app, port, secret).pages, **Doors(app, port, secret).pages}
    run(pages[kind](), figures, kind)
    assert figures.numbers == {TRIED: 1, DOUBLE: 0, NOBODY: 0, OTHER: 0, BUSY: 0}
