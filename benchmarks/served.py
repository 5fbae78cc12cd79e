"""Pages as a browser gets them: from gunicorn with the project's own settings, over loopback, connections kept alive.

One worker serves Lotsen, in production mode, and the ladder (`benchmarks.ladder`): what a page costs is the worker's
processor time. Flask's test client knows no connection, no parsing and no headers on the wire: in the process the bare
page costs a third, and every other page looks twice as dear beside it. Why both are given: docs/performance.md.
"""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from benchmarks import ladder
from benchmarks.measuring import Times

ROOT = Path(__file__).resolve().parents[1]
SECRET = f"only-a-bench-{32 * '0'}"
SESSION_COOKIE = "__Host-lotsen"
ROUNDS, BLOCK = 8, 10  # so many requests in a row, of which the worker's time is taken; so many turns of all pages
SETTLE = 0.01  # seconds until the worker has tidied up after an answer


def application() -> Flask:
    """What gunicorn serves: Lotsen with the ladder in folders below it."""
    from lotsen import create_app
    from lotsen.core.access import public

    made = create_app()
    url = made.config["SQLALCHEMY_DATABASE_URI"]
    made.add_url_rule("/bench-worker", "bench_worker", public(lambda: str(os.getpid())))
    mounted = {"/ladder": ladder.app(url), "/ladder-in": ladder.logged_in_app(url)}
    made.wsgi_app = DispatcherMiddleware(made.wsgi_app, mounted)
    return made


class Browser:
    """One connection to the worker, with the cookies of who is logged in."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies = {SESSION_COOKIE: token}
        self.worker = int(self.get("/bench-worker"))
        self.get("/ladder-in/begin")

    def get(self, path: str) -> bytes:
        """A page, which must be there."""
        status, body = self._ask("GET", path)
        assert status == 200, (path, status)
        return body

    def post(self, path: str, fields: Mapping[str, str]) -> None:
        """Send a form, which must be taken."""
        status, _ = self._ask("POST", path, urlencode(fields))
        assert status == 302, (path, status)

    def _ask(self, method: str, path: str, form: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, form, headers)
        answer = self._connection.getresponse()
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read()


@contextmanager
def serving(folder: str, database_url: str, token: str) -> Iterator[Browser]:
    """A browser of the person whose session cookie is given, before a server that runs as long as this is open."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "LOTSEN_MODE": "production",
        "LOTSEN_URL": "https://lotsen.example",
        "LOTSEN_SECRET": SECRET,
        "LOTSEN_MAIL_URL": "smtp://127.0.0.1:9",
        "LOTSEN_INSTANCE": folder,
        "LOTSEN_DATABASE_URL": database_url,
        "LOTSEN_WORKERS": "1",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "benchmarks.served:application()"]
    with (Path(folder) / "served.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert process.poll() is None, (Path(folder) / "served.log").read_text()
            time.sleep(0.1)
        yield Browser(port, token)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def measure(browser: Browser, calls: Mapping[str, Callable[[], object]]) -> dict[str, Times]:
    """Milliseconds of each call, all in turn, so that other load of the machine meets them alike.

    ``cpu`` is the worker's, as a mean of its requests in the middle one of the turns.
    """
    wall: dict[str, list[float]] = {name: [] for name in calls}
    cpu: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(ROUNDS + 1):
        for name, call in calls.items():
            took, used = _block(browser.worker, call)
            if number:  # the first turn warms up
                wall[name] += took
                cpu[name].append(used)
    return {
        name: Times(statistics.median(wall[name]), statistics.quantiles(wall[name], n=20)[-1], statistics.median(used))
        for name, used in cpu.items()
    }


def _block(worker: int, call: Callable[[], object]) -> tuple[list[float], float]:
    time.sleep(SETTLE)
    before, took = _cpu_of(worker), []
    for _ in range(BLOCK):
        start = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - start))
    time.sleep(SETTLE)
    return took, (_cpu_of(worker) - before) / BLOCK


def _cpu_of(process: int) -> float:
    """Milliseconds of processor time of another process, all its threads: its clock, as clock_getcpuclockid(3) says."""
    return 1000 * time.clock_gettime((~process << 3) | 2)
