"""Approving an order, asking one after the other, answers: rows, mails, places, blocks."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lotsen.accounts.models import User
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.errors import CapacityExhausted, Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Exclusion
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import jobs, rules, service
from lotsen.proposals.models import Ladder, Proposal, RequestBlock
from lotsen.proposals.rules import DeclineReason, State
from tests import factories


def mails(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def approve(coordinator: User, at: datetime, count: int = 3, **request_values: Any) -> list[Proposal]:
    request = factories.help_request(**request_values)
    proposals = [factories.proposal(of=request, rank=i + 1) for i in range(count)]
    with transaction():
        service.approve_ladder(request, proposals, by=coordinator, at=at)
    return proposals


def hand_over(proposal: Proposal, at: datetime) -> None:
    """What the drain does when the mail server took the ask."""
    from lotsen.outbox.service import delivered

    with transaction():
        for message in db.session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.about_entity == "proposal",
                OutboxMessage.about_id == proposal.id,
                OutboxMessage.state == MailState.WAITING,
            )
        ):
            message.state, message.sent_at = MailState.SENT, at
            delivered.send(message, at=at)


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


def test_the_clock_of_an_ask_starts_when_the_server_took_the_mail(
    app: Flask, coordinator: User, time: Any, at: datetime
) -> None:
    (first,) = approve(coordinator, at, 1)
    assert first.due_at is None
    later = time.forward(days=1)
    hand_over(first, later)
    assert (first.due_step, first.due_at.date()) == ("remind", date(2026, 11, 30))  # 3 WT after Wednesday


def test_a_pilot_without_mail_is_called_and_the_clock_waits(app: Flask, coordinator: User, at: datetime) -> None:
    request = factories.help_request()
    pilot = factories.pilot(email=None, phone="05721 99")
    with transaction():
        service.approve_ladder(request, [factories.proposal(of=request, pilot=pilot)], by=coordinator, at=at)
    (message,) = mails("proposals.ask")
    assert message.state is MailState.CALL
    assert jobs.run_due(at + timedelta(days=30)) == 0


def test_a_no_asks_the_next_and_frees_the_place(app: Flask, coordinator: User, at: datetime) -> None:
    first, second, _third = approve(coordinator, at)
    hand_over(first, at)
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    assert (first.state, second.state) == (State.DECLINED, State.ASKED)
    assert (first.pilot.reserved, second.pilot.reserved) == (0, 1)
    assert len(mails("proposals.ask")) == 2


def test_an_exhausted_order_comes_back_to_the_coordinator(app: Flask, coordinator: User, at: datetime) -> None:
    (only,) = approve(coordinator, at, 1)
    with transaction():
        service.decline(only, DeclineReason.OTHER, by=only.pilot.user, at=at)
    assert only.help_request.state is RequestState.OPEN
    assert only.help_request.task == "exhausted"
    assert db.session.get(Ladder, only.ladder_id).closed_at == at


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
