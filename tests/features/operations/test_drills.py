"""A small part of each drill; `make drill` runs the whole."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time as wall
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select

from lotsen import create_app
from lotsen.core.again import again
from lotsen.core.clock import real_now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import ThrottleCounter
from lotsen.skills import service as skills
from tests import factories
from tests.conftest import Time
from tests.database import Database
from tests.drills import approval, faults, kills
from tests.drills.ground import Figures, Ground
from tests.house.test_source import numbers_of_rows
from tests.smtp_sink import Sink

SERVER = """
import os, sys, time
from gunicorn.app.base import BaseApplication
from lotsen.core.worker import Worker

def app(environ, start_response):
    time.sleep(0.15)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]

class Server(BaseApplication):
    def load_config(self):
        for name, value in {"bind": sys.argv[1], "workers": 2, "threads": 2, "worker_class": Worker,
                            "graceful_timeout": 20, "control_socket_disable": True, "loglevel": "critical"}.items():
            self.cfg.set(name, value)
    def load(self):
        return app

Server().run()
"""


def test_the_server_answers_everybody_who_had_come_in_before_it_ends(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    server = subprocess.Popen([sys.executable, script, f"127.0.0.1:{port}"], env=environment)
    try:
        for _ in range(3600):  # a busy machine needs a while to start it
            assert server.poll() is None, "the server ended before it began"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            wall.sleep(0.05)
        connections = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(16)]
        for connection in connections:  # four are at work, the others wait in the kernel's queue
            connection.request("GET", "/")
        wall.sleep(0.1)
        server.send_signal(signal.SIGTERM)
        answers = [connection.getresponse().status for connection in connections]
        assert answers == [200] * 16
        for connection in connections:
            connection.close()
        assert server.wait(60) == 0  # its own patience is 20 s, and it may use them up
    finally:
        server.kill()
        server.wait()


def test_a_mail_server_at_its_worst_loses_nothing(app: Flask, time: Time, sink: Sink, tmp_path: Path) -> None:
    figures = Figures()
    faults.play(Ground(app, sink, tmp_path, ""), figures, 10)
    assert figures.numbers[kills.LOST] == figures.numbers[kills.OTHER_ID] == 0
    assert figures.numbers["messages that still wait"] == 0
    assert figures.numbers["refused for good and told to the office"] == 2
    assert figures.numbers[kills.TWICE] == figures.numbers["faults: cut after"] == 2


@pytest.mark.parametrize("door", faults.DOORS)
def test_a_mail_server_that_does_not_let_us_in_loses_nothing(
    app: Flask, time: Time, sink: Sink, tmp_path: Path, door: str
) -> None:
    figures = Figures()
    faults.shut(Ground(app, sink, tmp_path, ""), figures, door, 2)
    assert figures.numbers == {f"mails before a shut door: {door}": 2, kills.LOST: 0, kills.OTHER_ID: 0, kills.TWICE: 0}


def test_an_approval_that_is_killed_is_kept_whole_or_not_at_all(app: Flask, time: Time, tmp_path: Path) -> None:
    figures = Figures()
    approval.approval(Ground(app, Sink(), tmp_path, ""), figures, 150)
    assert figures.numbers["kills of an approval"] >= 3
    assert figures.numbers[approval.HALF] == 0


@pytest.mark.parametrize("before", ["0001", "-1"])
def test_an_older_version_is_brought_up_to_date_with_its_data_while_it_is_written_to(
    storage: Database, tmp_path: Path, time: Time, before: str
) -> None:
    app = create_app(mode="test", instance=str(tmp_path), database_url=storage.another())
    with app.app_context():
        upgrade()
        with transaction():
            skills.sync()
        factories.engagement()
        factories.proposal("asked")
        db.session.remove()
        downgrade(revision=before)
        first = numbers_of_rows()
        over, written = threading.Event(), [0]

        def write() -> None:
            with app.app_context():
                while not over.is_set():
                    again(lambda: _count(written[0]))
                    written[0] += 1
                db.session.remove()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            upgrade()
        finally:
            over.set()
            writer.join(60)
        kept = db.session.scalar(select(func.count()).where(ThrottleCounter.key.startswith("drill-")))
        db.session.remove()
        assert kept == written[0] > 0
        now = numbers_of_rows()
        del first["throttle_counters"]
        assert {name: now[name] for name in first if name in now} == first
        assert sum(first.values()) > 20
        db.engine.dispose()


def _count(number: int) -> None:
    with transaction():
        values = {"window_starts_at": real_now(), "count": 1}
        db.session.add(ThrottleCounter(key=f"drill-{number}", **values))
