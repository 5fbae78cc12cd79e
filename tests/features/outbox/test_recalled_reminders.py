"""A reminder within its hold is taken back: its time begins anew, and nothing ends before somebody was reminded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.rules import State as EngagementState
from lotsen.followups import jobs as followups
from lotsen.help_requests import jobs as requests
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State, is_reminder
from lotsen.pilots import jobs as pilots
from lotsen.pilots import service as pilot_service
from lotsen.proposals import jobs as proposals
from lotsen.proposals import service as asking
from lotsen.proposals.rules import State as ProposalState
from tests import factories

Scene = Callable[..., tuple[Any, Any]]


def reminders() -> list[OutboxMessage]:
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [row for row in rows if is_reminder(row.kind) and row.state is not State.RECALLED]


def deliver(at: Any) -> None:
    """The mail server takes all that waits."""
    with transaction():
        for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == State.WAITING)):
            row.state, row.sent_at = State.SENT, at
            outbox.delivered.send(row, at=at)


def asked(time: Any, coordinator: Any) -> tuple[Any, Any]:
    request = factories.help_request()
    proposal = factories.proposal(of=request)
    with transaction():
        asking.approve_ladder(request, [proposal], by=coordinator, at=time.at)
    return proposal, proposals


def accepted(time: Any, coordinator: Any) -> tuple[Any, Any]:
    proposal, job = asked(time, coordinator)
    deliver(time.at)
    with transaction():
        engagements.pilot_says_yes(proposal, by=proposal.pilot.user, at=time.at)
    assert proposal.state is ProposalState.ACCEPTED
    return proposal, job


def draft(time: Any, coordinator: Any) -> tuple[Any, Any]:
    return factories.help_request(RequestState.DRAFT), requests


def query(time: Any, coordinator: Any) -> tuple[Any, Any]:
    request = factories.help_request(RequestState.SUBMITTED)
    with transaction():
        help_requests.ask_back(request, "Welches Programm?", by=coordinator, at=time.at)
    return request, requests


def application(time: Any, coordinator: Any) -> tuple[Any, Any]:
    person = factories.user(name="Ida Neu", email_confirmed_at=None)
    with transaction():
        return pilot_service.apply(person, "Ich kann Tabellen.", by=person, at=time.at), pilots


def closing(time: Any, coordinator: Any) -> tuple[Any, Any]:
    case = factories.engagement(EngagementState.RUNNING)
    with transaction():
        engagements.done(case, by=SYSTEM, at=time.at)
    return case, followups


def in_use(time: Any, coordinator: Any) -> tuple[Any, Any]:
    case, job = closing(time, coordinator)
    with transaction():
        engagements.complete(case, by=SYSTEM, at=time.at)
    return case, job


SCENES = [asked, accepted, draft, query, application, closing, in_use]


def days_pass(time: Any, job: Any, row: Any, until: Callable[[], Any], *, mails_leave: bool = True) -> int:
    """Let days pass, with the scheduler at work and the mail server taking what waits. Returns how many."""
    state = row.state
    for days in range(90):
        if until():
            return days
        if mails_leave:
            deliver(time.at)
        job.run_due(time.forward(days=1))
        db.session.expire_all()
        assert row.state is state, f"{state} ended unreminded"
    raise AssertionError("nobody was reminded")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_reminder_taken_back_comes_again_before_anything_ends(app, time, coordinator, scene):
    row, job = scene(time, coordinator)
    first = days_pass(time, job, row, reminders)
    taken = [message.id for message in reminders()]
    for message_id in taken:
        with transaction():
            outbox.recall_reminder(db.session.get_one(OutboxMessage, message_id), by=coordinator, at=time.at)
    assert reminders() == []
    again = days_pass(time, job, row, reminders)
    assert first > 0 and again > 1
    assert [message.state for message in reminders()] == [State.WAITING] * len(taken)
    due = row.due_at
    assert due is None or due > time.at + timedelta(days=1)


def test_the_coordinator_takes_a_reminder_back_on_the_page_of_the_order(app, time, coordinator, as_coordinator):
    proposal, job = asked(time, coordinator)
    days_pass(time, job, proposal, reminders)
    page = as_coordinator.get("proposals.candidates", request_id=proposal.help_request_id)
    told = page.submit(f"Erinnerung zurückholen – {proposal.pilot.user.name}")
    assert "Die Erinnerung ist zurückgeholt." in told.text and reminders() == []
    assert proposal.due_step == "remind" and proposal.help_request.answer_expected_on is not None


def test_what_left_or_is_no_reminder_cannot_be_taken_back_and_twice_is_once(app, time, coordinator, as_coordinator):
    proposal, job = asked(time, coordinator)
    (ask,) = db.session.scalars(select(OutboxMessage)).all()
    with pytest.raises(Conflict), transaction():
        outbox.recall_reminder(ask, by=coordinator, at=time.at)
    days_pass(time, job, proposal, reminders)
    (mail,) = reminders()
    for _ in range(2):
        as_coordinator.post("outbox.recall_reminder", message_id=mail.id)
    days_pass(time, job, proposal, reminders)
    (mail,) = reminders()
    deliver(time.at)
    with pytest.raises(Conflict), transaction():
        outbox.recall_reminder(mail, by=coordinator, at=time.at)
    assert proposal.due_step == "expire"


def test_while_a_coordinator_must_look_the_clock_stays_still(app, time, coordinator):
    proposal, job = asked(time, coordinator)
    days_pass(time, job, proposal, reminders)
    with transaction():
        asking.rule_broken(proposal, by=SYSTEM, at=time.at)
    (mail,) = reminders()
    with transaction():
        outbox.recall_reminder(mail, by=coordinator, at=time.at)
    assert (proposal.due_at, proposal.due_step) == (None, "remind")
