"""``python -m tests.drills.restart [sqlite|postgresql] [ROUNDS]``: end and start the web server under load.

Clients write notes (a row and its audit row, one transaction) over HTTP as fast as they can while the server is told to
end (SIGTERM) and started anew, while its door stays open (as systemd's socket does), and while its workers are killed.
Every note that was answered is there once, with its audit row; a request fails in no way but that nobody is there.
"""

import re
import secrets
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import func, select

from lotsen.accounts.service import sessions
from lotsen.audit.models import AuditEvent
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.notes.models import Note
from tests import factories

from .ground import Figures, Ground, chosen, ground, number_from_command
from .web import SECRET, Web

FAILED, LOST, HALF, MORE = "requests failed", "answered notes that are lost", "notes without audit row", "notes twice"
KILLED = "requests cut by a kill -9"


class Clients:
    """People who write notes until they are told to end; half of them keep their connection."""

    def __init__(self, port: int, cookie: str, csrf: str, path: str, count: int = 6) -> None:
        self.port, self.cookie, self.csrf, self.path = port, cookie, csrf, path
        self.mark = f"drill-{secrets.token_hex(4)}"  # the same server may be disturbed twice
        self.over = threading.Event()
        self.answered: list[str] = []
        self.seen: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.threads = [threading.Thread(target=self._write, args=(n,)) for n in range(count)]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Have them finish their last request."""
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def _write(self, client: int) -> None:
        connection: HTTPConnection | None = None
        number = 0
        while not self.over.is_set():
            number += 1
            text = f"{self.mark}-{client}-{number}"
            if connection is None:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
                try:
                    connection.connect()
                except ConnectionRefusedError:
                    self.seen["requests refused because nobody was there"] += 1
                    connection = None
                    time.sleep(0.02)
                    continue
            try:
                status, again = self._send(connection, text)
            except (OSError, HTTPException) as error:
                self.seen[FAILED] += 1
                self.errors[f"{type(error).__name__}: {error}"] += 1
                connection.close()
                connection = None
                continue
            self.seen[f"requests answered {status}"] += 1
            if status == 302:
                self.answered.append(text)
            elif status != 503:
                self.seen[FAILED] += 1
                self.errors[f"status {status}"] += 1
            if client % 2 or not again:
                connection.close()
                connection = None

    def _send(self, connection: HTTPConnection, text: str) -> tuple[int, bool]:
        fields = {"kind": "note", "csrf_token": self.csrf, "notiz-csrf_token": self.csrf}
        body = urlencode({**fields, "notiz-again": "never", "notiz-text": text})
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", self.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Connection", "") != "close"


def logged_in(app: Flask) -> tuple[str, str, str]:
    """Cookie, CSRF token and path of a coordinator who writes notes about a pilot."""
    before, app.secret_key = app.secret_key, SECRET
    pilot, coordinator = factories.pilot(), factories.coordinator()
    client = app.test_client()
    with transaction():
        token = sessions.start(coordinator)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    path = f"/notizen/pilot/{pilot.id}"
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found is not None
    kept = client.get_cookie("lotsen")
    assert kept is not None
    app.secret_key = before
    return f"lotsen={kept.value}", found[1], path


def load(at: Ground, figures: Figures, web: Web, disturb: Callable[[Web], None], *, kills: bool = False) -> None:
    """Clients write while the server is disturbed; then everything is counted."""
    clients = Clients(web.port, *logged_in(at.app))
    try:
        time.sleep(1.0)
        disturb(web)
        time.sleep(1.0)
    finally:
        clients.end()
    for words, number in clients.seen.items():
        figures.count(KILLED if kills and words == FAILED else words, number)
    for words, number in clients.errors.items():
        print(f"         {number} x {words}")
    db.session.rollback()
    prefix = f"{clients.mark}-%"
    kept = Counter(db.session.scalars(select(Note.text).where(Note.text.like(prefix))))
    noted = select(func.count()).where(
        AuditEvent.entity == "note", AuditEvent.entity_id.in_(select(Note.id).where(Note.text.like(prefix)))
    )
    figures.count(LOST, len(set(clients.answered) - set(kept)))
    figures.count(MORE, sum(kept.values()) - len(kept))
    figures.count(HALF, abs(sum(kept.values()) - (db.session.scalar(noted) or 0)))


def restart(web: Web) -> None:
    """End it in order and start it anew."""
    web.stop()
    web.start()


def reload(web: Web) -> None:
    """Have it read its code anew (SIGHUP)."""
    web.process.send_signal(signal.SIGHUP)
    time.sleep(4)


def kill(web: Web) -> None:
    """Kill workers."""
    for _ in range(3):
        web.kill_a_worker()
        time.sleep(1.0)


def main() -> int:
    """All of it, on each database."""
    failed = 0
    ways = (
        ("end and start", restart, False),
        ("end and start behind an open door", restart, True),
        ("reload", reload, False),
        ("kill -9 of workers", kill, False),
    )
    for database in chosen():
        with ground(database) as at:
            for words, disturb, door in ways:
                none = (LOST, HALF, MORE) + (() if disturb is kill else (FAILED,))
                if door:
                    none += ("requests refused because nobody was there",)
                figures = Figures(none=none)
                web = Web(at, door=door)
                try:
                    for _ in range(number_from_command(2)):
                        load(at, figures, web, disturb, kills=disturb is kill)
                finally:
                    web.close()
                failed |= figures.report(f"{words}, on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
