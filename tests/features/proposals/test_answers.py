"""What a yes, a no, silence and a refusal do to an order."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Exclusion
from lotsen.proposals import jobs, rules, service
from lotsen.proposals.models import RequestBlock
from lotsen.proposals.rules import DeclineReason, State
from tests.page import PageClient

from .steps import approve, hand_over, mails


def test_the_clock_of_an_ask_starts_when_the_server_took_the_mail(
    app: Flask, coordinator: User, time: Any, at: datetime
) -> None:
    (first,) = approve(coordinator, at, 1)
    assert first.due_at is None
    later = time.forward(days=1)
    hand_over(first, later)
    assert (first.due_step, first.due_at.date()) == ("remind", date(2026, 11, 30))  # 3 WT after Wednesday


def test_a_no_asks_the_next_and_frees_the_place(app: Flask, coordinator: User, at: datetime) -> None:
    first, second, _third = approve(coordinator, at)
    hand_over(first, at)
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    assert (first.state, second.state) == (State.DECLINED, State.ASKED)
    assert (first.pilot.reserved, second.pilot.reserved) == (0, 1)
    assert len(mails("proposals.ask")) == 2


def test_silence_reminds_after_3_and_ends_after_5_working_days(
    app: Flask, coordinator: User, time: Any, at: datetime
) -> None:
    first, second = approve(coordinator, at, 2)
    hand_over(first, at)
    now = time.set(first.due_at)
    assert jobs.run_due(now) == 1
    assert jobs.run_due(now) == 0
    assert len(mails("proposals.ask_reminder")) == 1
    assert (first.due_step, first.due_at) == ("expire", None)
    hand_over(first, now)
    assert first.due_at.date() == date(2026, 12, 1)
    now = time.set(first.due_at)
    assert jobs.run_due(now) == 1
    assert (first.state, second.state) == (State.EXPIRED, State.ASKED)
    assert first.pilot.reserved == 0


def test_nobody_expires_unreminded_after_an_outage(app: Flask, coordinator: User, time: Any, at: datetime) -> None:
    first, _second = approve(coordinator, at, 2)
    hand_over(first, at)
    after_three_weeks = time.forward(days=21)
    jobs.run_due(after_three_weeks)
    hand_over(first, after_three_weeks)
    assert first.state is State.ASKED
    assert first.due_at > after_three_weeks + timedelta(days=1)


def test_a_yes_is_told_to_the_organisation_and_waits_for_its_word(app: Flask, coordinator: User, at: datetime) -> None:
    first, second = approve(coordinator, at, 2)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at, from_date=date(2026, 12, 1))
        service.accept(first, by=first.pilot.user, at=at)
    assert (first.state, second.state) == (State.ACCEPTED, State.APPROVED)
    (mail,) = mails("proposals.pilot_says_yes")
    assert mail.address == first.help_request.contact.email
    assert first.pilot.user.name not in mail.text
    assert first.pilot.user.first_name in mail.text


def test_a_yes_from_a_date_in_the_past_is_refused_and_nothing_changes(
    app: Flask, coordinator: User, at: datetime
) -> None:
    (first,) = approve(coordinator, at, 1)
    with pytest.raises(InvalidInput), transaction():
        service.accept(first, by=first.pilot.user, at=at, from_date=date(2026, 11, 1))
    assert first.state is State.ASKED


def test_a_no_becomes_a_yes_while_the_next_mail_is_still_held(app: Flask, coordinator: User, at: datetime) -> None:
    first, second = approve(coordinator, at, 2)
    hand_over(first, at)
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    assert (first.state, second.state) == (State.ACCEPTED, State.APPROVED)
    assert (first.pilot.reserved, second.pilot.reserved) == (1, 0)
    held = mails("proposals.ask")[1]
    assert held.state is MailState.RECALLED


def test_a_late_yes_is_kept_and_becomes_a_task(app: Flask, coordinator: User, at: datetime) -> None:
    from lotsen.proposals.queries import tasks

    first, second = approve(coordinator, at, 2)
    with transaction():
        service.expire(first, by=SYSTEM, at=at)
    hand_over(second, at)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    assert (first.state, first.wants_anyway_at, second.state) == (State.EXPIRED, at, State.ASKED)
    with app.test_request_context():
        assert [task.kind for task in tasks(at)] == ["proposal.late_yes"]


@pytest.mark.parametrize(
    ("reason", "organisation", "request_block", "date_set"),
    [
        (DeclineReason.CONFLICT, True, False, False),
        (DeclineReason.NOT_THIS_ORGANISATION, True, False, False),
        (DeclineReason.NOT_MY_FIELD, False, True, False),
        (DeclineReason.NO_TIME, False, False, True),
        (DeclineReason.LATER, False, False, True),
        (DeclineReason.OTHER, False, False, False),
    ],
)
def test_what_a_no_blocks_depends_on_its_reason(
    app: Flask,
    coordinator: User,
    at: datetime,
    reason: DeclineReason,
    organisation: bool,
    request_block: bool,
    date_set: bool,
) -> None:
    (only,) = approve(coordinator, at, 1)
    with transaction():
        service.decline(only, reason, by=only.pilot.user, at=at)
    db.session.expire_all()
    assert bool(db.session.scalars(select(Exclusion)).all()) is organisation
    assert bool(db.session.scalars(select(RequestBlock)).all()) is request_block
    assert (only.pilot.not_before == date(2026, 12, 22)) is date_set


def test_a_refusal_stops_the_order_and_blocks_the_pair_for_a_year(app: Flask, coordinator: User, at: datetime) -> None:
    first, second = approve(coordinator, at, 2)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    with transaction():
        service.refuse(first, rules.RefuseReason.TIMES, by=first.help_request.contact, at=at)
    assert (first.state, second.state) == (State.REFUSED, State.REMOVED)
    assert (first.help_request.state, first.help_request.task) == (RequestState.OPEN, "refused")
    (exclusion,) = db.session.scalars(select(Exclusion)).all()
    assert exclusion.until == date(2027, 11, 24)


def test_a_request_edited_while_somebody_is_asked_starts_the_clock_anew(
    app: Flask, coordinator: User, time: Any, at: datetime
) -> None:
    from lotsen.help_requests import service as help_requests

    (first,) = approve(coordinator, at, 1)
    hand_over(first, at)
    jobs.run_due(time.set(first.due_at))
    assert first.due_step == "expire"
    now = time.forward(hours=1)
    with transaction():
        help_requests.edit(
            first.help_request, {"description": "Es geht inzwischen um etwas mehr."}, by=coordinator, at=now
        )
    assert first.due_step == "remind"
    assert first.due_at > now + timedelta(days=2)


def test_the_organisation_reads_that_somebody_waits_for_its_yes(app: Flask, coordinator: User, at: datetime) -> None:
    from lotsen.help_requests.queries import status_sentence

    first, _second = approve(coordinator, at, 2)
    with app.test_request_context():
        assert "spätestens am" in status_sentence(first.help_request, at)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    with app.test_request_context():
        assert "wartet auf Ihr Ja" in status_sentence(first.help_request, at)
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    with app.test_request_context():
        assert "spätestens am" in status_sentence(first.help_request, at)


def test_who_said_yes_and_whose_word_is_waited_for_is_read_in_every_list_of_the_office(
    as_coordinator: PageClient, coordinator: User, at: datetime
) -> None:
    (first,) = approve(coordinator, at, 1)
    request, waits = first.help_request, "Zusage da, Organisation am Zug"
    places: list[tuple[str, dict[str, Any]]] = [
        ("help_requests.overview", {}),
        ("help_requests.detail", {"request_id": request.id}),
        ("help_requests.of_organisation", {"organisation_id": request.organisation_id}),
        ("home.search", {"suche": request.case_number}),
    ]
    for endpoint, values in places:
        text = as_coordinator.get(endpoint, **values).text
        assert "wird gefragt" in text and waits not in text, endpoint
    hand_over(first, at)
    with transaction():
        service.accept(db.session.merge(first), by=first.pilot.user, at=at)
    for endpoint, values in places:
        text = as_coordinator.get(endpoint, **values).text
        assert waits in text, endpoint
