"""Approving an order, asking one after the other, answers: rows, mails, places, blocks."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lotsen.accounts.models import User
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.errors import CapacityExhausted, Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import jobs, service
from lotsen.proposals.models import Ladder
from lotsen.proposals.rules import DeclineReason, State
from tests import factories

from .steps import approve, hand_over, mails


def test_approving_an_order_asks_the_first_only(app: Flask, coordinator: User, at: datetime) -> None:
    first, second, third = approve(coordinator, at)
    assert [p.state for p in (first, second, third)] == [State.ASKED, State.APPROVED, State.APPROVED]
    assert [p.position for p in (first, second, third)] == [1, 2, 3]
    assert first.help_request.state is RequestState.ASKING
    assert first.help_request.answer_expected_on > date(2026, 12, 1)
    assert first.pilot.reserved == 1
    assert second.pilot.reserved == 0
    (mail,) = mails("proposals.ask")
    assert mail.address == first.pilot.user.email
    assert mail.due_at == at + timedelta(minutes=10)
    assert mail.subject.startswith(f"[{first.help_request.case_number}]")


def test_the_ask_mail_carries_the_short_text_and_no_persons_name(app: Flask, coordinator: User, at: datetime) -> None:
    (first,) = approve(coordinator, at, 1, name_may_be_shown=False)
    (mail,) = mails("proposals.ask")
    request = first.help_request
    assert request.short_text in mail.text
    assert "/antwort/" in mail.text
    for secret in (request.contact_name, request.organisation_name, request.contact_phone, request.description):
        assert secret not in mail.text
        assert secret not in mail.html


def test_a_pilot_without_mail_is_called_and_the_clock_waits(app: Flask, coordinator: User, at: datetime) -> None:
    request = factories.help_request()
    pilot = factories.pilot(email=None, phone="05721 99")
    with transaction():
        service.approve_ladder(request, [factories.proposal(of=request, pilot=pilot)], by=coordinator, at=at)
    (message,) = mails("proposals.ask")
    assert message.state is MailState.CALL
    assert jobs.run_due(at + timedelta(days=30)) == 0


def test_an_exhausted_order_comes_back_to_the_coordinator(app: Flask, coordinator: User, at: datetime) -> None:
    (only,) = approve(coordinator, at, 1)
    with transaction():
        service.decline(only, DeclineReason.OTHER, by=only.pilot.user, at=at)
    assert only.help_request.state is RequestState.OPEN
    assert only.help_request.task == "exhausted"
    assert db.session.get(Ladder, only.ladder_id).closed_at == at


@pytest.mark.parametrize(
    "values",
    [
        {"capacity": 0},
        {"not_before": date(2026, 12, 24)},
        {"asks_per_month": 0},
        {"state": PilotState.PAUSED},
    ],
)
def test_who_cannot_be_asked_at_its_turn_is_skipped(
    app: Flask, coordinator: User, at: datetime, values: dict[str, Any]
) -> None:
    request = factories.help_request()
    away = factories.proposal(of=request, pilot=factories.pilot(values.pop("state", PilotState.AWARDED), **values))
    free = factories.proposal(of=request)
    with transaction():
        service.approve_ladder(request, [away, free], by=coordinator, at=at)
    assert (away.state, free.state) == (State.SKIPPED, State.ASKED)


def test_a_recalled_ask_is_approved_again_without_link_or_place(app: Flask, coordinator: User, at: datetime) -> None:
    from lotsen.core.models import Token

    first, _second = approve(coordinator, at, 2)
    with transaction():
        service.recall_ask(first, by=coordinator, at=at)
    assert (first.state, first.pilot.reserved, first.asked_at) == (State.APPROVED, 0, None)
    assert mails("proposals.ask")[0].state is MailState.RECALLED
    assert all(token.revoked_at for token in db.session.scalars(select(Token)))


def test_the_own_case_is_for_somebody_else_while_there_is_somebody(app: Flask, coordinator: User, at: datetime) -> None:
    pilot = factories.pilot(user=factories.user(Role.COORDINATOR, Role.PILOT))
    request = factories.help_request()
    mine = factories.proposal(of=request, pilot=pilot)
    with pytest.raises(InvalidInput, match=coordinator.name) as raised, transaction():
        service.approve_ladder(request, [mine], by=pilot.user, at=at, own_case_reason="Es eilt.")
    assert raised.value.code == "somebody_else"
    with transaction():
        service.approve_ladder(request, [mine], by=coordinator, at=at)
    assert mine.state is State.ASKED


def test_the_own_case_needs_a_reason_where_nobody_else_is(app: Flask, at: datetime) -> None:
    pilot = factories.pilot()
    request = factories.help_request()
    mine = factories.proposal(of=request, pilot=pilot)
    with pytest.raises(InvalidInput) as raised, transaction():
        service.approve_ladder(request, [mine], by=pilot.user, at=at)
    assert raised.value.code == "own_case"
    with transaction():
        service.approve_ladder(request, [mine], by=pilot.user, at=at, own_case_reason="niemand sonst im Haus")
    assert mine.state is State.ASKED


def test_an_order_has_one_to_three_places(app: Flask, coordinator: User, at: datetime) -> None:
    request = factories.help_request()
    four = [factories.proposal(of=request) for _ in range(4)]
    for wrong in ([], four, [four[0], four[0]]):
        with pytest.raises(InvalidInput), transaction():
            service.approve_ladder(request, wrong, by=coordinator, at=at)


def test_the_database_allows_one_live_ask_for_an_order(app: Flask, coordinator: User, at: datetime) -> None:
    first, second = approve(coordinator, at, 2)
    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction():
        second.state = State.ASKED
        db.session.flush()
    assert first.state is State.ASKED


def test_the_last_place_is_taken_once(app: Flask, at: datetime) -> None:
    pilot = factories.pilot(capacity=1)
    with transaction():
        pilots.reserve(pilot.id, at=at)
    with pytest.raises(CapacityExhausted), transaction():
        pilots.reserve(pilot.id, at=at)
    db.session.refresh(pilot)
    assert pilot.reserved == 1


def test_a_withdrawn_request_thanks_only_who_was_really_asked(
    app: Flask, coordinator: User, time: Any, at: datetime
) -> None:
    from lotsen.help_requests import service as help_requests

    first, second = approve(coordinator, at, 2)
    hand_over(first, at)
    with transaction():
        help_requests.withdraw(first.help_request, by=first.help_request.contact, at=at)
    jobs.reconcile(at)
    db.session.expire_all()
    assert (first.state, second.state) == (State.WITHDRAWN, State.REMOVED)
    assert [m.recipient_id for m in mails("proposals.thanks_not_needed")] == [first.pilot.user_id]
    assert first.pilot.reserved == 0
    assert jobs.reconcile(at) == 0


def test_a_held_ask_of_a_withdrawn_request_never_leaves(app: Flask, coordinator: User, at: datetime) -> None:
    from lotsen.help_requests import service as help_requests

    (first,) = approve(coordinator, at, 1)
    with transaction():
        help_requests.withdraw(first.help_request, by=first.help_request.contact, at=at)
    jobs.reconcile(at)
    assert mails("proposals.ask")[0].state is MailState.RECALLED
    assert mails("proposals.thanks_not_needed") == []


def test_an_order_for_a_request_that_is_already_being_asked_is_a_conflict(
    app: Flask, coordinator: User, at: datetime
) -> None:
    first, _second = approve(coordinator, at, 2)
    other = factories.proposal(of=first.help_request)
    with pytest.raises(Conflict), transaction():
        service.approve_ladder(first.help_request, [other], by=coordinator, at=at)
