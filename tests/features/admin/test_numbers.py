"""Each number of the process is the town's: typed on its page, within bounds, and read where it counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import g
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.admin.forms import GROUPS
from lotsen.core.access import SYSTEM
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.engagements import queries as engagements
from lotsen.engagements.rules import State as EngagementState
from lotsen.followups import jobs as followups
from lotsen.help_requests import queries as requests
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.home import jobs as home
from lotsen.municipality import service as municipality
from lotsen.municipality.models import Setting
from lotsen.municipality.queries import calendar, town
from lotsen.municipality.rules import BOUNDS, DEFAULTS
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import queries as pilots
from lotsen.pilots import service as pilot_service
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import DeclineReason, RefuseReason
from lotsen.proposals.rules import State as ProposalState
from tests import factories

NUMBERS = GROUPS["zahlen"].names
Reader = Callable[[Any, User], Any]


def days_between(later: date | datetime, at: datetime) -> int:
    return ((local_date(later) if isinstance(later, datetime) else later) - local_date(at)).days


def unconfirmed(time: Any, coordinator: User) -> int:
    factories.help_request(RequestState.DRAFT)
    begun = local_date(time.at)
    while not requests.tasks(time.at):
        time.forward(days=1)
    return next(n for n in range(1, 40) if calendar().nth_working_day(begun, n) == local_date(time.at))


def carrier(time: Any, coordinator: User) -> int:
    request = factories.help_request(RequestState.DRAFT, with_children=True, carrier="asking")
    with transaction():
        help_requests.submit(request, channel="phone", by=coordinator, at=time.at)
    return days_between(request.hold_until, time.at)


def decline(time: Any, coordinator: User) -> int:
    proposal = factories.proposal(ProposalState.ASKED)
    with transaction():
        proposals.decline(proposal, DeclineReason.NO_TIME, by=proposal.pilot.user, at=time.at)
    return days_between(proposal.pilot.not_before, time.at)


def refusal(time: Any, coordinator: User) -> int:
    request = factories.help_request(RequestState.ASKING)
    proposal = factories.proposal(ProposalState.ACCEPTED, of=request)
    with transaction():
        proposals.refuse(proposal, RefuseReason.OTHER, by=request.contact, at=time.at)
    (block,) = proposal.pilot.exclusions
    return days_between(block.until, time.at)


def not_asked(time: Any, coordinator: User) -> int:
    factories.pilot()
    return next(
        days
        for days in range(1, 800)
        if db.session.scalar(select(pilots.number_forgotten()), pilots.forgotten_by(time.at + timedelta(days=days)))
    )


def silence(time: Any, coordinator: User) -> int:
    pilot = factories.pilot()
    while not any(task.kind == "pilot.silent" for task in pilots.tasks(time.at)):
        assert not pilot.is_silent
        with transaction():
            pilot_service.unanswered(pilot, by=SYSTEM, at=time.at)
    assert pilot.is_silent and pilot.silent_since == time.at
    return pilot.silent_asks


def long_pause(time: Any, coordinator: User) -> int:
    pilot, begun = factories.pilot(), time.at
    with transaction():
        pilot_service.pause(pilot, local_date(begun), None, by=pilot.user, at=begun)
    return days_between(pilots.decision_on(pilot), begun)


def silent_months(time: Any, coordinator: User) -> int:
    case, asked = factories.engagement(EngagementState.RUNNING), 0
    while not case.task:
        followups.run_due(time.set(case.due_at))
        db.session.expire_all()
        asked += not case.task
    return asked


def to_answer(time: Any, coordinator: User) -> int:
    until = local_date(engagements.answer_until(time.at))
    return next(n for n in range(1, 80) if calendar().nth_working_day(local_date(time.at), n) == until)


def early(time: Any, coordinator: User) -> int:
    case = factories.engagement(EngagementState.BROKEN_OFF)
    for days in range(1, 400):
        case.state_since = case.created_at + timedelta(days=days)
        if not case.ended_early:
            return days
    return 0


def attempts(time: Any, coordinator: User) -> int:
    with transaction():
        request = factories.help_request(contact=factories.user("member", email=None, phone="05721 1"))
        help_requests.ask_back(request, "Welches Programm?", by=coordinator, at=time.at)
        call = db.session.scalars(select(OutboxMessage)).one()
        while call.state is MailState.CALL:
            outbox.record_attempt(call, by=coordinator, at=time.at)
    return call.tries


def decisions(time: Any, coordinator: User) -> int:
    for _ in range(8):
        factories.help_request()
    home.morning(time.set(datetime(2026, 11, 26, 6, 30, tzinfo=UTC)))
    return db.session.scalars(select(OutboxMessage.text)).one().count("/entscheidung/")


def hold(time: Any, coordinator: User) -> int:
    time.set(datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    request = factories.help_request()
    proposal = factories.proposal(of=request)
    with transaction():
        proposals.approve_ladder(request, [proposal], by=coordinator, at=time.at)
    ask = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask")).one()
    return int((ask.due_at - time.at) / timedelta(minutes=1))


READ: dict[str, Reader] = {
    "hold_minutes": hold,
    "unconfirmed_call_days": unconfirmed,
    "carrier_hold_days": carrier,
    "decline_pause_days": decline,
    "refused_block_days": refusal,
    "not_asked_days": not_asked,
    "silent_asks": silence,
    "longest_pause_days": long_pause,
    "silent_months": silent_months,
    "days_to_answer": to_answer,
    "early_days": early,
    "call_attempts": attempts,
    "decisions_a_mail": decisions,
}


def test_every_number_on_the_page_is_shown_to_be_read_below(app):
    with app.test_request_context():
        assert {*NUMBERS(), "hold_minutes"} == set(READ)


@pytest.mark.parametrize("own", [False, True], ids=["default", "own"])
@pytest.mark.parametrize("name", READ)
def test_the_number_counts_where_it_is_meant_as_default_and_as_the_towns_own(app, time, coordinator, name, own):
    number = DEFAULTS[name]
    if own:
        number += 1
        with transaction():
            municipality.change(name, number, by=SYSTEM, at=time.at)
    with app.test_request_context():
        assert READ[name](time, coordinator) == number


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_a_number_outside_its_bounds_is_refused_on_every_way(app, time, name):
    least, most = BOUNDS[name]
    assert least <= DEFAULTS[name] <= most
    for number in (least - 1, most + 1):
        with pytest.raises(InvalidInput), transaction():
            municipality.change(name, number, by=SYSTEM, at=time.at)
    assert getattr(town(), name) == DEFAULTS[name]


def test_the_administrator_changes_a_number_and_is_told_what_is_possible(as_administrator):
    page = as_administrator.get("admin.overview").click("Zahlen des Ablaufs")
    told = page.submit("Speichern", silent_asks="0", decisions_a_mail="7")
    assert told.errors and town().silent_asks == 2
    told.submit("Speichern", silent_asks="3")
    db.session.rollback()
    assert (town().silent_asks, town().decisions_a_mail) == (3, 7)


def test_pages_say_the_number_that_the_town_set(as_coordinator, time):
    factories.pilot()
    with transaction():
        municipality.change("not_asked_days", 10, by=SYSTEM, at=time.at)
    time.forward(days=11)
    page = as_coordinator.get("home.start")
    assert page.click("Eine Person wurde seit 10 Tagen nicht gefragt").links("Seit 10 Tagen nicht gefragt")


def test_a_number_kept_before_it_had_bounds_counts_as_the_nearest_one(app, time):
    with transaction():
        db.session.add(Setting(name="asks_a_month", value=31, version=1, changed_at=time.at))
        g.pop("town", None)
        pilot = pilot_service.apply(factories.user(), "Ich kenne mich mit Kassen aus.", by=SYSTEM, at=time.at)
    assert pilot is not None and pilot.asks_per_month == BOUNDS["asks_a_month"][1]
