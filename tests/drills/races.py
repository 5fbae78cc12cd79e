"""``python -m tests.drills.races [sqlite|postgresql] [ROUNDS]``: eight people press at the same moment, over HTTP.

gunicorn with several workers answers, each with connections of its own. Whatever is pressed, one wins; other people
read the 409 page, the same person pressing again reads that it is done. What the rows say is counted.
"""

import re
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from flask import Flask, url_for
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.audit.models import AuditEvent
from lotsen.core import clock, tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Engagement, HoursEntry
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals.models import Ladder
from lotsen.proposals.rules import State
from tests import factories
from tests.page import form_data, words

from .ground import Figures, chosen, ground, number_from_command
from .restart import SECRET, Web

PEOPLE = 8
WORD = "races"
TRIED, DOUBLE, NOBODY, OTHER = "races tried", "double winners", "races nobody won", "losers who read something else"
MEANWHILE = "Inzwischen hat sich etwas geändert"


@dataclass(frozen=True)
class Press:
    """One person before the button: the form as the server showed it."""

    port: int
    cookie: str
    path: str
    body: str

    def go(self) -> tuple[int, str]:
        """Send it; status and text."""
        return _ask(self.port, "POST", self.path, self.cookie, self.body)


@dataclass(frozen=True)
class Race:
    """What is pressed by whom. ``won`` counts winners in the rows; ``strangers``: all but one read the 409 page."""

    presses: Sequence[Press]
    won: Callable[[], int]
    strangers: bool = True


@dataclass
class Track:
    """Where the races take place."""

    app: Flask
    port: int
    secret: str = SECRET
    pages: dict[str, Callable[[], Race]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pages = {
            "approve": self.approve,
            "accept": self.accept,
            "confirm": self.confirm,
            "award": self.award,
            "hours": self.hours,
            "settings": self.settings,
        }

    def press(self, person: User | None, path: str, button: str, **values: str) -> Press:
        """Open a page as a person and fill its form in."""
        cookie = self._cookie(person)
        status, html = _ask(self.port, "GET", path, cookie)
        soup = BeautifulSoup(html, "html5lib")
        for form in soup.find_all("form"):
            if any(words(b.get_text()) == button for b in form.find_all("button")):
                data = {**form_data(form, button), **values}
                return Press(self.port, cookie, str(form.get("action") or path), urlencode(data, doseq=True))
        seen = sorted({words(b.get_text()) for b in soup.find_all("button")})
        raise AssertionError(f"{path} ({status}) has no button {button!r}; there are: {seen}")

    def _cookie(self, person: User | None) -> str:
        values: dict[str, Any] = {"csrf_token": WORD}
        if person is not None:
            with transaction():
                values["_user_id"] = sessions.start(db.session.merge(person), strong=True)
        before, self.app.secret_key = self.app.secret_key, self.secret
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        self.app.secret_key = before
        return f"lotsen={signer.dumps(values)}"

    def approve(self) -> Race:
        """Eight coordinators, one request, two candidates."""
        request = factories.help_request()
        request_id, fields = request.id, {"version": str(request.version), "short_text": "Ein Verein sucht Hilfe."}
        proposals = [factories.proposal(of=request).id for _ in range(2)]
        path = f"/vorschlaege/{request_id}/reihenfolge"
        presses = [
            self._sent(path, factories.coordinator(), **fields, **{f"place-{proposals[n % 2]}": "1"})
            for n in range(PEOPLE)
        ]
        return Race(presses, lambda: count(Ladder.help_request_id == request_id))

    def accept(self) -> Race:
        """The asked pilot presses eight times."""
        ask = factories.proposal(State.ASKED, of=factories.help_request(RequestState.ASKING))
        link = self._link(Purpose.ANSWER_ASK, "proposal", ask.id, ask.pilot.user_id)
        presses = [self._sent(f"/antwort/{link}", choice="yes") for _ in range(PEOPLE)]
        return Race(presses, happened("proposal.accepted", ask.id), strangers=False)

    def confirm(self) -> Race:
        """The organisation presses eight times, from the mail and logged in."""
        yes = factories.proposal(State.ACCEPTED, of=factories.help_request(RequestState.ASKING))
        contact = db.session.get_one(User, yes.help_request.contact_id)
        link = self._link(Purpose.CONFIRM_PILOT, "proposal", yes.id, contact.id)
        yes_id, own, button = yes.id, f"/begleitungen/zusage/{yes.id}", "Antwort senden"
        presses = [
            self.press(None, f"/zusage/{link}", button, choice="yes")
            if n % 2
            else self.press(contact, own, button, choice="yes")
            for n in range(PEOPLE)
        ]
        return Race(presses, lambda: count(Engagement.proposal_id == yes_id), strangers=False)

    def award(self) -> Race:
        """Eight coordinators give one title."""
        pilot = factories.pilot(PilotState.INTERVIEW, phone="05721 4711")
        day = clock.today() - timedelta(days=1)
        values = {"cover_explained": "y"}
        for name in ("talk_held_on", "duties_signed_on"):
            values |= {f"{name}-tag": str(day.day), f"{name}-monat": str(day.month), f"{name}-jahr": str(day.year)}
        with self.app.test_request_context():
            path = url_for("pilots.act", pilot_id=pilot.id, action="titel")
        presses = [self.press(factories.coordinator(), path, "Titel verleihen", **values) for _ in range(PEOPLE)]
        return Race(presses, happened("pilot.awarded", pilot.id, mail="pilots.awarded"))

    def hours(self) -> Race:
        """The pilot enters the same hours eight times."""
        case = factories.engagement()
        person = db.session.get_one(User, db.session.get_one(Pilot, case.pilot_id).user_id)
        case_id, path = case.id, f"/begleitungen/{case.id}"
        values = {"stunden-hours": "1,5"}
        presses = [self.press(person, path, "Stunden speichern", **values) for _ in range(PEOPLE)]
        return Race(presses, lambda: count(HoursEntry.engagement_id == case_id), strangers=False)

    def settings(self) -> Race:
        """Eight administrators change the telephone number."""
        people = [factories.administrator() for _ in range(PEOPLE)]
        ids = [person.id for person in people]
        presses = [
            self.press(person, "/verwaltung/kommune", "Speichern", phone=f"05721 {4000 + ids[n]}")
            for n, person in enumerate(people)
        ]

        def won() -> int:
            return len(set(db.session.scalars(select(AuditEvent.actor_id).where(AuditEvent.actor_id.in_(ids)))))

        return Race(presses, won)

    def _sent(self, path: str, person: User | None = None, **fields: str) -> Press:
        """A form that is known by heart."""
        csrf = URLSafeTimedSerializer(self.secret, salt="wtf-csrf-token").dumps(WORD)
        return Press(self.port, self._cookie(person), path, urlencode({**fields, "csrf_token": csrf}))

    def _link(self, purpose: Purpose, entity: str, entity_id: int, user_id: int | None) -> str:
        with transaction():
            return tokens.issue(purpose, entity, entity_id, at=clock.now(), user_id=user_id)


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
    losers = [answer for answer in answers if answer[0] != 302]
    wrong = [(status, text) for status, text in losers if status != 409 or MEANWHILE not in text]
    if race.strangers and len(losers) != len(answers) - 1:
        wrong.append((302, f"{len(answers) - len(losers)} were told that it is done"))
    for status, text in wrong:
        print(f"         {name}: {status} {re.sub(r'<[^>]+>|[ ]+', ' ', text).strip()[-200:]!r}")
    figures.count(OTHER, len(wrong))


def _ask(port: int, method: str, path: str, cookie: str, body: str = "") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=90)
    headers = {"Cookie": cookie, "Accept-Language": "de"}
    if method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def main() -> int:
    """Every kind, some rounds, on each database."""
    failed = 0
    for database in chosen():
        with ground(database) as at:
            figures = Figures(none=(DOUBLE, NOBODY, OTHER))
            web = Web(at)
            try:
                track = Track(at.app, web.port)
                for _ in range(number_from_command(10)):
                    for name, make in track.pages.items():
                        run(make(), figures, name)
            finally:
                web.close()
            failed |= figures.report(f"{PEOPLE} people press at once, over HTTP, on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
