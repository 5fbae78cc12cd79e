"""What a race needs: forms filled in by different people before a running server, a start, and the judges."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.audit.models import AuditEvent
from lotsen.core import clock, tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.outbox.models import OutboxMessage
from tests.page import form_data, words

from .ground import Figures
from .web import SECRET

WORD = "races"
TRIED, DOUBLE, NOBODY, OTHER = "races tried", "double winners", "races nobody won", "losers who read something else"
BUSY = "asked to come back in a moment (503)"
MEANWHILE, WHAT_NOW = "Inzwischen hat sich etwas geändert", "Den neuen Stand ansehen"
NAMES = ("Eins", "Zwei", "Drei", "Vier", "Fuenf", "Sechs", "Sieben", "Acht")


class Reading(Enum):
    """What those read who did not win."""

    WHO_WAS_FIRST = "all but one read on the 409 page who was first and what to do now"
    DONE = "it is the same person: everybody reads that it is done"
    WHAT_STANDS = "who comes too late reads what stands, on a page of its own or on the 409 page"


@dataclass(frozen=True)
class Press:
    """One person before the button: the form as the server showed it."""

    port: int
    cookie: str
    path: str
    body: str

    def go(self) -> tuple[int, str]:
        """Send it; status and text."""
        return ask(self.port, "POST", self.path, self.cookie, self.body)


@dataclass(frozen=True)
class Race:
    """What is pressed by whom. ``won`` counts winners in the rows; ``names`` are those who may have been first."""

    presses: Sequence[Press]
    won: Callable[[], int]
    losers: Reading = Reading.WHO_WAS_FIRST
    names: Sequence[str] = NAMES


@dataclass
class Stage:
    """A running web server, and the app whose database it serves."""

    app: Flask
    port: int
    secret: str = SECRET

    def press(self, person: User | None, path: str, button: str, **values: str | list[str]) -> Press:
        """Open a page as a person and fill its form in."""
        cookie = self._cookie(person)
        status, html = ask(self.port, "GET", path, cookie)
        soup = BeautifulSoup(html, "html5lib")
        for form in soup.find_all("form"):
            if any(words(b.get_text()) == button for b in form.find_all("button")):
                data = {**form_data(form, button), **values}
                return Press(self.port, cookie, str(form.get("action") or path), urlencode(data, doseq=True))
        seen = sorted({words(b.get_text()) for b in soup.find_all("button")})
        raise AssertionError(f"{path} ({status}) has no button {button!r}; there are: {seen}")

    def sent(self, path: str, person: User | None = None, **fields: str) -> Press:
        """A form that is known by heart."""
        csrf = URLSafeTimedSerializer(self.secret, salt="wtf-csrf-token").dumps(WORD)
        return Press(self.port, self._cookie(person), path, urlencode({**fields, "csrf_token": csrf}))

    def link(self, purpose: Purpose, entity: str, entity_id: int, user_id: int | None) -> str:
        """The link of a mail."""
        with transaction():
            return tokens.issue(purpose, entity, entity_id, at=clock.now(), user_id=user_id)

    def _cookie(self, person: User | None) -> str:
        values: dict[str, Any] = {"csrf_token": WORD}
        if person is not None:
            with transaction():
                values["_user_id"] = sessions.start(db.session.merge(person), strong=True)
        before, self.app.secret_key = self.app.secret_key, self.secret
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        self.app.secret_key = before
        return f"lotsen={signer.dumps(values)}"


def count(*conditions: Any) -> int:
    """Rows."""
    return db.session.scalar(select(func.count()).where(*conditions)) or 0


def happened(action: str, entity_id: int, mail: str = "") -> Callable[[], int]:
    """How often something is in the log; a mail that goes with it must be there as often."""

    def won() -> int:
        logged = count(AuditEvent.action == action, AuditEvent.entity_id == entity_id)
        written = count(OutboxMessage.kind == mail, OutboxMessage.about_id == entity_id) if mail else logged
        return max(logged, written)

    return won


def run(race: Race, figures: Figures, name: str) -> None:
    """All at once, then count."""
    db.session.remove()
    gate = threading.Barrier(len(race.presses))
    answers: list[tuple[int, str]] = [(0, "")] * len(race.presses)

    def go(number: int) -> None:
        gate.wait(60)
        answers[number] = race.presses[number].go()

    threads = [threading.Thread(target=go, args=(n,)) for n in range(len(race.presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    db.session.rollback()
    won = race.won()
    figures.count(TRIED)
    figures.count(DOUBLE, int(won > 1))
    figures.count(NOBODY, int(won < 1))
    if won != 1:
        print(f"         {name}: {won} winners; answers: {sorted(status for status, _text in answers)}")
    figures.count(BUSY, sum(status == 503 for status, _text in answers))
    wrong = _misled(race, answers)
    for status, text in wrong:
        print(f"         {name}: {status} {re.sub(r'<[^>]+>|[ ]+', ' ', text).strip()[-200:]!r}")
    figures.count(OTHER, len(wrong))


def _misled(race: Race, answers: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Who read something else than what is so."""
    losers = [answer for answer in answers if answer[0] not in (302, 503)]
    if race.losers is Reading.DONE:
        return losers
    wrong = [(status, text) for status, text in losers if not _told(race, status, text)]
    done = sum(status == 302 for status, _text in answers)
    if race.losers is Reading.WHO_WAS_FIRST and done > 1:
        wrong.append((302, f"{done} were told that it is done"))
    return wrong


def _told(race: Race, status: int, text: str) -> bool:
    if race.losers is Reading.WHAT_STANDS and status == 200:
        return True
    first = any(name in text for name in race.names)
    return status == 409 and MEANWHILE in text and WHAT_NOW in text and first


def ask(port: int, method: str, path: str, cookie: str, body: str = "") -> tuple[int, str]:
    """One request; status and text."""
    connection = HTTPConnection("127.0.0.1", port, timeout=90)
    headers = {"Cookie": cookie, "Accept-Language": "de"}
    if method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text
