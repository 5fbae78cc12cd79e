"""What the year in the town found: asks that stood still, and time that ran while nobody had been told."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.accounts.service import administration
from lotsen.core.clock import local_date, now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.states import due
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.proposals import jobs, queries, service
from lotsen.proposals import rules as proposal_rules
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import DeclineReason, State
from tests import factories

from .steps import approve, hand_over


def task_kinds(app: Flask) -> list[str]:
    with app.test_request_context():
        return [task.kind for task in queries.tasks(now())]


def reminders() -> list[OutboxMessage]:
    return list(
        db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask_reminder").order_by(OutboxMessage.id)
        )
    )


def test_an_ask_taken_back_is_a_task_until_somebody_is_asked_again(app: Flask, coordinator: User, time: Any) -> None:
    first, _second = approve(coordinator, time.at, 2)
    assert task_kinds(app) == []
    with transaction():
        service.recall_ask(first, by=coordinator, at=time.at)
    assert task_kinds(app) == ["proposal.stopped"]
    with transaction():
        service.ask_next(first.ladder, by=coordinator, at=time.at)
    assert task_kinds(app) == []


def test_a_yes_that_finds_no_free_place_leaves_the_next_ask_standing(app: Flask, coordinator: User, time: Any) -> None:
    first, second = approve(coordinator, time.at, 2)
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=time.at)
        db.session.get_one(Pilot, first.pilot_id).capacity = 0
    with transaction():
        service.accept(first, by=first.pilot.user, at=time.forward(minutes=2))
    assert second.state is State.ASKED and first.wants_anyway_at is not None


def test_nobody_expires_while_the_reminder_is_still_to_be_said(app: Flask, coordinator: User, time: Any) -> None:
    request = factories.help_request()
    pilot = factories.pilot(user=factories.user("pilot", email=None, phone="05721 1"))
    proposal = factories.proposal(of=request, pilot=pilot)
    with transaction():
        service.approve_ladder(request, [proposal], by=coordinator, at=time.at)
    with transaction():
        outbox.record_call(db.session.scalars(select(OutboxMessage)).one(), by=coordinator, at=time.at)
    jobs.run_due(time.set(proposal.due_at))
    jobs.run_due(time.forward(days=30))
    db.session.expire_all()
    assert proposal.state is State.ASKED
    with transaction():
        outbox.record_call(reminders()[0], by=coordinator, at=time.at)
    jobs.run_due(time.set(proposal.due_at))
    db.session.expire_all()
    assert proposal.state is State.EXPIRED


@pytest.mark.parametrize("days", [2, 30], ids=["before the reminder", "long after it"])
def test_the_call_that_reaches_somebody_starts_the_clock_anew_and_those_in_vain_do_not(
    app: Flask, coordinator: User, time: Any, days: int
) -> None:
    request = factories.help_request()
    pilot = factories.pilot(user=factories.user("pilot", email=None, phone="05721 1"))
    proposal = factories.proposal(of=request, pilot=pilot)
    with transaction():
        service.approve_ladder(request, [proposal], by=coordinator, at=time.at)
        call = db.session.scalars(select(OutboxMessage)).one()
        outbox.record_attempt(call, by=coordinator, at=time.at)
    first = proposal.due_at
    with transaction():
        outbox.record_attempt(call, by=coordinator, at=time.forward(days=1))
    assert (proposal.due_at, proposal.due_step) == (first, "remind")
    jobs.run_due(time.forward(days=days))
    assert reminders() == []  # one call, not two
    with transaction():
        outbox.record_call(call, by=coordinator, at=time.at)
    db.session.expire_all()
    step = proposal_rules.TIMEOUTS[State.ASKED][0]
    assert (proposal.due_at, proposal.due_step) == (due(step, "proposal", State.ASKED, time.at), "remind")
    jobs.run_due(time.set(proposal.due_at))
    with transaction():
        outbox.record_call(reminders()[0], by=coordinator, at=time.at)
    jobs.run_due(time.set(proposal.due_at - timedelta(minutes=1)))
    assert db.session.get_one(Proposal, proposal.id).state is State.ASKED
    jobs.run_due(time.forward(minutes=1))
    db.session.expire_all()
    assert (proposal.state, pilot.silent_asks) == (State.EXPIRED, 1)


def test_a_no_just_after_the_request_was_held_leaves_no_open_order(app: Flask, coordinator: User, time: Any) -> None:
    first, second = approve(coordinator, time.at, 2)
    request = first.help_request
    with transaction():
        help_requests.hold(request, local_date(time.at) + timedelta(days=20), by=request.contact, at=time.at)
    with transaction():  # before the scheduler has looked
        service.decline(first, DeclineReason.NO_TIME, by=first.pilot.user, at=time.forward(seconds=2))
    db.session.expire_all()
    assert queries.open_ladders(request.id) == [] and second.state is State.REMOVED
    with transaction():
        help_requests.resume(request, by=request.contact, at=time.forward(days=1))
    assert request.state is RequestState.OPEN


def test_a_question_is_not_crossed_by_a_reminder_and_stops_the_clock(app: Flask, coordinator: User, time: Any) -> None:
    (first,) = approve(coordinator, time.at, 1)
    hand_over(first, time.at)
    jobs.run_due(time.set(first.due_at))
    with transaction():
        service.ask_question(first, "Wie viele Rechner?", by=first.pilot.user, at=time.at)
    assert reminders()[0].state is MailState.RECALLED
    with transaction():
        service.question_answered(first, by=coordinator, at=time.at)
    jobs.run_due(time.set(first.due_at))
    assert [mail.state for mail in reminders()] == [MailState.RECALLED, MailState.WAITING]


def test_a_call_about_a_reminder_that_came_back_starts_the_clock_again(
    app: Flask, coordinator: User, time: Any
) -> None:
    (first,) = approve(coordinator, time.at, 1)
    hand_over(first, time.at)
    jobs.run_due(time.set(first.due_at))
    hand_over(first, time.at)
    with transaction():
        outbox.record_bounce(reminders()[0], by=coordinator, at=time.at)
    assert (first.task, first.due_at) == ("undeliverable", None)
    with transaction():
        outbox.record_call(reminders()[0], by=coordinator, at=time.at)
    row = db.session.get_one(Proposal, first.id)
    assert (row.task, row.due_step) == ("", "expire") and row.due_at is not None


def test_an_ask_to_an_account_that_is_switched_off_stands_still_and_is_a_task(
    app: Flask, coordinator: User, time: Any
) -> None:
    first, _second = approve(coordinator, time.at, 2)
    with transaction():
        administration.deactivate(first.pilot.user, by=coordinator, at=time.at)
    ask = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask"))
    assert ask is not None and ask.state is MailState.RECALLED
    assert (first.state, first.task, first.due_at) == (State.ASKED, "undeliverable", None)
    assert "proposal.undeliverable" in task_kinds(app)


def test_nobody_whose_account_is_switched_off_is_asked_when_the_turn_comes(
    app: Flask, coordinator: User, time: Any
) -> None:
    first, second = approve(coordinator, time.at, 2)
    hand_over(first, at=time.at)
    with transaction():
        administration.deactivate(second.pilot.user, by=coordinator, at=time.at)
    with transaction():
        service.decline(first, DeclineReason.NO_TIME, by=first.pilot.user, at=time.at)
    db.session.rollback()
    assert db.session.get_one(Proposal, second.id).state is State.SKIPPED
    assert queries.obstacle(second.pilot, at=time.at) == "account_off"
