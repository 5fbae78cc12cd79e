"""Eight processes press at the same moment: one wins, the others read who it was. On SQLite and on PostgreSQL."""

import multiprocessing
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core import tokens
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.help_requests.models import HelpRequest
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.page import PageClient

PROCESSES = 8
NAMES = "Eins Zwei Drei Vier Fuenf Sechs Sieben Acht"
Browser = Callable[[User | None], PageClient]
Answer = tuple[int, str]


def race(presses: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Run each in a process of its own with connections of its own, all at once. Returns status and text of each."""
    db.session.remove()
    db.engine.dispose()
    context = multiprocessing.get_context("fork")
    gate, out = context.Barrier(len(presses)), context.Queue()

    def run(number: int) -> None:
        db.engine.dispose(close=False)
        gate.wait(60)
        answer = (500, "broke off")
        try:
            answer = presses[number]()
        finally:
            out.put((number, answer))
            db.session.remove()

    workers = [context.Process(target=run, args=(number,)) for number in range(len(presses))]
    for worker in workers:
        worker.start()
    answers = dict(out.get(timeout=120) for _ in workers)
    for worker in workers:
        worker.join(60)
    return [answers[number] for number in range(len(presses))]


def sending(browser: PageClient, path: str, data: dict[str, Any]) -> Callable[[], Answer]:
    """Send a form."""

    def press() -> Answer:
        response = browser.client.post(path, data=data)
        return response.status_code, response.get_data(as_text=True)

    return press


def approving(browser: PageClient, request_id: int, proposal_id: int) -> Callable[[], Answer]:
    """One pilot is chosen; what is left is to press."""
    version = db.session.get_one(HelpRequest, request_id).version
    data = {"version": version, "short_text": "Ein Verein sucht Hilfe.", f"place-{proposal_id}": "1"}
    return sending(browser, f"/vorschlaege/{request_id}/reihenfolge", data | {"csrf_token": browser.csrf_token()})


def count(*conditions: Any) -> int:
    return db.session.scalar(select(func.count()).where(*conditions)) or 0


@pytest.fixture
def coordinators(browser: Browser) -> list[tuple[str, PageClient]]:
    """Eight of them, each with a browser."""
    people = [factories.coordinator(name=f"Karin {word}") for word in NAMES.split()]
    return [(person.name, browser(person)) for person in people]


def test_eight_coordinators_approve_one_request_and_seven_read_who_was_first(
    app: Flask, coordinators: list[tuple[str, PageClient]]
) -> None:
    request = factories.help_request()
    proposals = [factories.proposal(of=request).id for _ in range(2)]
    request_id = request.id
    answers = race(
        [approving(browser, request_id, proposals[n % 2]) for n, (_name, browser) in enumerate(coordinators)]
    )
    assert sorted(status for status, _text in answers) == [302] + [409] * 7, [text[-300:] for _s, text in answers]
    (winner,) = [name for (name, _b), (status, _t) in zip(coordinators, answers, strict=True) if status == 302]
    assert all(winner in text for status, text in answers if status == 409), "the page says who was first"
    assert count(Ladder.help_request_id == request_id) == 1
    assert count(Proposal.state == State.ASKED) == 1
    assert count(OutboxMessage.kind == "proposals.ask") == 1
    assert count(AuditEvent.action == "ladder.approved") == 1


def test_the_last_place_of_a_pilot_is_given_once_by_eight_coordinators(
    app: Flask, coordinators: list[tuple[str, PageClient]]
) -> None:
    pilot = factories.pilot(capacity=1)
    made = [factories.proposal(pilot=pilot) for _ in coordinators]
    pilot_id, ids = pilot.id, [(row.help_request_id, row.id) for row in made]
    answers = race([approving(browser, *pair) for (_name, browser), pair in zip(coordinators, ids, strict=True)])
    assert [status for status, _text in answers] == [302] * PROCESSES, [text[-300:] for _s, text in answers]
    assert db.session.get_one(Pilot, pilot_id).reserved == 1
    states = sorted(state.value for state in db.session.scalars(select(Proposal.state)))
    assert states == ["asked"] + ["skipped"] * 7


def test_a_yes_sent_eight_times_counts_once(app: Flask, browser: Browser, at: datetime) -> None:
    ask = factories.proposal(State.ASKED)
    with transaction():
        link = tokens.issue(Purpose.ANSWER_ASK, "proposal", ask.id, at=at, user_id=ask.pilot.user_id)
    ask_id = ask.id
    browsers = [browser(None) for _ in range(PROCESSES)]
    data = [{"choice": "yes", "csrf_token": each.csrf_token()} for each in browsers]
    answers = race([sending(b, f"/antwort/{link}", d) for b, d in zip(browsers, data, strict=True)])
    assert {status for status, _text in answers} <= {302, 409}, [text[-300:] for _s, text in answers]
    row = db.session.get_one(Proposal, ask_id)
    assert (row.state, row.wants_anyway_at) == (State.ACCEPTED, None)
    assert count(AuditEvent.action == "proposal.accepted") == 1
    assert count(OutboxMessage.kind == "proposals.pilot_says_yes") == 1
    assert db.session.get_one(Pilot, row.pilot_id).reserved == 1


def test_a_link_is_spent_once(app: Flask, at: datetime) -> None:
    person = factories.user()
    with transaction():
        raw = tokens.issue(Purpose.RESET_PASSWORD, "user", person.id, at=at, user_id=person.id)

    def use() -> None:
        with transaction():
            found = tokens.find(raw, Purpose.RESET_PASSWORD)
            assert found is not None
            tokens.use(found, at=at)

    def spend() -> Answer:
        try:
            again(use)
        except Conflict as conflict:
            return conflict.status, conflict.code
        return 200, ""

    assert sorted(race([spend] * PROCESSES)) == [(200, "")] + [(409, "token_used")] * 7
    assert count(Token.used_at.is_not(None)) == 1
