"""Hard moments of time: quiet days entered while deadlines run, a scheduler that was off, nights without an hour."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.core import clock
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.states import due
from lotsen.core.steps import Step, Unit
from lotsen.engagements import rules as engagement_rules
from lotsen.engagements.rules import State as CaseState
from lotsen.followups import jobs as followups
from lotsen.help_requests import jobs as requests
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests.rules import State as RequestState
from lotsen.municipality import service as municipality
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import jobs as pilots
from lotsen.pilots import rules as pilot_rules
from lotsen.pilots import service as pilot_service
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import jobs as proposals
from lotsen.proposals import rules as proposal_rules
from lotsen.proposals import service as asking
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.conftest import Time

TODAY = date(2026, 11, 24)
RULES = (pilot_rules, request_rules, proposal_rules, engagement_rules)
JOBS = (pilots.run_due, requests.run_due, proposals.run_due, followups.run_due)


def fresh(row: Any) -> Any:
    """The row as the database has it."""
    key = row.id
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(type(row), key)


def quiet(first: date, last: date) -> None:
    with transaction():
        municipality.add_quiet_period("Betriebsferien", first, last, by=SYSTEM, at=clock.now())


def asked(time: Time) -> Proposal:
    """A pilot whose ask was handed over, reminded on the way."""
    request = factories.help_request()
    proposal = factories.proposal(of=request)
    with transaction():
        asking.approve_ladder(request, [proposal], by=factories.coordinator(), at=time.at)
    hand_over("proposals.ask", time)
    return proposal


def hand_over(kind: str, time: Time) -> None:
    with transaction():
        row = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
        ).all()[-1]
        row.state, row.sent_at = MailState.SENT, time.at
        outbox.delivered.send(row, at=time.at)


def test_quiet_days_entered_while_an_ask_runs_stop_reminder_and_end(app: Flask, time: Time) -> None:
    proposal = asked(time)
    remind = fresh(proposal).due_at
    quiet(clock.local_date(remind), clock.local_date(remind) + timedelta(days=20))
    proposals.run_due(time.set(remind))
    assert not db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask_reminder")).all()
    later = fresh(proposal).due_at
    assert clock.local_date(later) > clock.local_date(remind) + timedelta(days=20)
    proposals.run_due(time.set(later))
    hand_over("proposals.ask_reminder", time)
    end = fresh(proposal).due_at
    quiet(clock.local_date(end), clock.local_date(end))  # a town holiday on the very last day
    proposals.run_due(time.set(end))
    assert fresh(proposal).state is State.ASKED
    next_day = fresh(proposal).due_at
    assert clock.local(next_day).time() == time_of(end) and next_day > end
    proposals.run_due(time.set(next_day))
    assert fresh(proposal).state is State.EXPIRED


def time_of(at: datetime) -> time:
    return clock.local(at).time()


@pytest.mark.parametrize(
    ("make", "job"),
    [
        (lambda: factories.help_request(RequestState.DRAFT), requests.run_due),
        (lambda: factories.engagement(CaseState.AGREED), followups.run_due),
        (lambda: factories.pilot(PilotState.SUBMITTED), pilots.run_due),
        (lambda: factories.pilot(PilotState.DRAFT), pilots.run_due),
    ],
    ids=["request", "engagement", "application", "draft"],
)
def test_nothing_is_done_in_quiet_days_that_came_later(
    app: Flask, time: Time, make: Callable[[], Any], job: Callable[[datetime], int]
) -> None:
    row = make()
    first = row.due_at
    quiet(clock.local_date(first), clock.local_date(first) + timedelta(days=3))
    job(time.set(first))
    after = fresh(row)
    assert after.due_at > first and after.due_step == row.due_step
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_a_pause_ends_on_the_day_that_was_named_also_in_quiet_days(app: Flask, time: Time) -> None:
    pilot = factories.pilot()
    with transaction():
        pilot_service.pause(pilot, TODAY, TODAY + timedelta(days=7), by=pilot.user, at=time.at)
    quiet(TODAY, TODAY + timedelta(days=20))
    pilots.run_due(time.set(fresh(pilot).due_at))
    assert fresh(pilot).state is PilotState.AWARDED


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.__name__.split(".")[1])
def test_whatever_ends_something_by_itself_comes_after_a_reminder(rules: Any) -> None:
    reminding = {"remind", "remind_again", "remind_unconfirmed", "ask_again"}
    for state, steps in rules.TIMEOUTS.items():
        for before, step in zip((None, *steps), steps, strict=False):
            if step.ends and step.name not in ("anonymise", "forget"):  # these end nothing: all was over before
                assert before is not None and before.name in reminding, f"{state}: {step.name}"


def test_after_three_weeks_without_a_scheduler_everybody_is_reminded_before_anything_ends(
    app: Flask, time: Time
) -> None:
    ask = asked(time)
    draft = factories.pilot(PilotState.DRAFT, email="neu@example.org")
    request = factories.help_request(RequestState.DRAFT)
    case = factories.engagement(CaseState.CLOSING)
    time.forward(days=21)
    for job in JOBS:
        job(time.at)
        job(time.at)  # a second look at the same instant ends nothing either
    assert fresh(ask).state is State.ASKED and fresh(draft).state is PilotState.DRAFT
    assert fresh(request).state is RequestState.DRAFT and fresh(case).state is CaseState.CLOSING
    for row, days in ((draft, 11), (request, 23), (case, 14)):
        assert clock.local_date(fresh(row).due_at) >= clock.local_date(time.at) + timedelta(days=days)
    assert fresh(ask).due_at is None  # the time to answer goes on when the reminder was handed over


NIGHTS = (date(2027, 3, 28), date(2027, 10, 31))


@pytest.mark.parametrize("night", NIGHTS, ids=["spring", "autumn"])
@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (Step("x", 3, Unit.DAYS), time(8, 0)),
        (Step("x", 3, Unit.WT), time(8, 0)),
        (Step("x", 2, ends=True), time(23, 59)),
    ],
    ids=["days", "working days", "end of day"],
)
def test_deadlines_over_a_night_when_the_clocks_change_come_at_the_hour_people_know(
    app: Flask, time: Time, night: date, step: Step, shown: time
) -> None:
    before = clock.at_local(night - timedelta(days=1), datetime.min.time().replace(hour=12))
    when = due(step, "pilot", PilotState.SUBMITTED, before)
    assert clock.local(when).time() == shown and when > before


@pytest.mark.parametrize("night", NIGHTS, ids=["spring", "autumn"])
def test_a_pause_that_ends_on_the_day_the_clocks_change_ends_once(app: Flask, time: Time, night: date) -> None:
    time.set(clock.at_local(night - timedelta(days=5), datetime.min.time().replace(hour=12)))
    pilot = factories.pilot()
    with transaction():
        pilot_service.pause(pilot, clock.local_date(time.at), night, by=pilot.user, at=time.at)
    back = fresh(pilot).due_at
    assert back == datetime(night.year, night.month, night.day, 6 if night.month == 3 else 7, tzinfo=UTC)
    pilots.run_due(back - timedelta(minutes=1))
    assert fresh(pilot).state is PilotState.PAUSED
    pilots.run_due(time.set(back))
    pilots.run_due(time.forward(hours=1))
    assert fresh(pilot).state is PilotState.AWARDED
    mails = db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.kind == "pilots.welcome_back")).all()
    assert len(mails) == 1
