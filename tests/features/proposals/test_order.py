"""An approved order is changed while somebody on it is asked: nobody's ask is taken back for it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.audit.queries.own_cases import own_cases
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.rules import State as MailState
from lotsen.proposals import queries, service
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import DeclineReason, State
from tests import factories
from tests.page import PageClient

from .steps import approve, hand_over, mails


def test_who_was_not_asked_yet_is_taken_off_and_the_ask_and_the_others_stand(
    as_coordinator: PageClient, coordinator: User, at: datetime
) -> None:
    first, second, third = approve(coordinator, at)
    hand_over(first, at)
    page = as_coordinator.get("proposals.candidates", request_id=first.help_request_id)
    page = page.submit(f"Nicht fragen – {second.pilot.user.name}")
    assert "Sie erfährt davon nichts." in page.text and "aus der Reihenfolge genommen" in page.text
    db.session.expire_all()
    assert [row.state for row in (first, second, third)] == [State.ASKED, State.REMOVED, State.APPROVED]
    assert [mail.recipient_id for mail in mails("proposals.ask")] == [first.pilot.user_id]
    assert not mails("proposals.thanks_not_needed")
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    assert third.state is State.ASKED


def test_taken_off_twice_is_done_and_who_is_asked_cannot_be_taken_off(
    as_coordinator: PageClient, coordinator: User, at: datetime
) -> None:
    first, second, _third = approve(coordinator, at)
    at_all = {"request_id": first.help_request_id}
    for _press in range(2):
        as_coordinator.post("proposals.take_off", **at_all, proposal_id=second.id)
    as_coordinator.post("proposals.take_off", status=409, **at_all, proposal_id=first.id)
    as_coordinator.post("proposals.ask_earlier", status=409, **at_all, proposal_id=first.id)
    db.session.expire_all()
    assert (first.state, second.state) == (State.ASKED, State.REMOVED)


def test_the_last_of_an_order_at_rest_taken_off_brings_the_request_back(
    app: Flask, coordinator: User, at: datetime
) -> None:
    first, second = approve(coordinator, at, 2)
    with transaction():
        service.recall_ask(first, by=coordinator, at=at)
        service.take_off(second, by=coordinator, at=at)
    assert first.help_request.state is RequestState.ASKING, "somebody still waits for her turn"
    with transaction():
        service.take_off(first, by=coordinator, at=at)
    assert (first.help_request.state, first.help_request.task) == (RequestState.OPEN, "exhausted")
    assert queries.open_ladders(first.help_request_id) == []


def test_two_change_places_and_the_second_in_line_is_asked_next(
    as_coordinator: PageClient, coordinator: User, at: datetime
) -> None:
    first, second, third = approve(coordinator, at)
    page = as_coordinator.get("proposals.candidates", request_id=first.help_request_id)
    assert f"Früher fragen – {second.pilot.user.name}" not in page.text, "before her somebody is asked already"
    page.submit(f"Früher fragen – {third.pilot.user.name}")
    db.session.expire_all()
    assert [row.position for row in (first, second, third)] == [1, 3, 2]
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    assert (second.state, third.state) == (State.APPROVED, State.ASKED)


def test_asked_earlier_twice_moves_one_place_and_a_colleague_reads_who_moved_her(
    browser: Callable[..., PageClient], coordinator: User, at: datetime
) -> None:
    first, second, third = approve(coordinator, at)
    with transaction():
        service.recall_ask(first, by=coordinator, at=at)
    office = [browser(factories.coordinator(name=name)) for name in ("Erna Erste", "Zita Zweite")]
    pages = [each.get("proposals.candidates", request_id=first.help_request_id) for each in office]
    for _press in range(2):
        pages[0].submit(f"Früher fragen – {third.pilot.user.name}")
    late = pages[1].submit(f"Früher fragen – {third.pilot.user.name}", status=409)
    assert "Erna Erste" in late.text and "vorgezogen" in late.text
    db.session.expire_all()
    assert [row.position for row in (first, second, third)] == [1, 3, 2]


def test_the_first_in_line_stays_first(app: Flask, coordinator: User, at: datetime) -> None:
    first, second, third = approve(coordinator, at)
    with transaction():
        service.ask_earlier(second, position=2, by=coordinator, at=at)
    assert [row.position for row in (first, second, third)] == [1, 2, 3]
    with pytest.raises(Conflict), transaction():
        service.ask_earlier(first, position=1, by=coordinator, at=at)


def test_an_organisation_that_has_read_of_the_yes_is_told_when_it_is_taken_off(
    app: Flask, coordinator: User, at: datetime
) -> None:
    first, _second = approve(coordinator, at, 2)
    hand_over(first, at)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    hand_over(first, at)
    with transaction():
        help_requests.edit(first.help_request, {"languages": ["en"]}, by=coordinator, at=at)
        service.recall_ask(first, by=coordinator, at=at)
        service.take_off(first, by=coordinator, at=at)
    (mail,) = mails("proposals.yes_is_gone")
    assert mail.state is MailState.WAITING


def own_order(at: datetime) -> tuple[User, list[Proposal]]:
    """A coordinator stands third on an order that a colleague approved, who has left since."""
    boss, colleague = factories.user(Role.COORDINATOR, Role.PILOT), factories.coordinator(name="Dora Deputy")
    request = factories.help_request()
    proposals = [factories.proposal(of=request, rank=1), factories.proposal(of=request, rank=2)]
    proposals.append(factories.proposal(of=request, pilot=factories.pilot(user=boss), rank=3))
    with transaction():
        service.approve_ladder(request, proposals, by=colleague, at=at)
    return boss, proposals


def test_nobody_changes_an_order_with_themselves_while_somebody_else_is_there(
    browser: Callable[..., PageClient], at: datetime
) -> None:
    boss, (first, second, mine) = own_order(at)
    at_all = {"request_id": first.help_request_id}
    page = browser(boss).get("proposals.candidates", **at_all)
    assert "Diese Reihenfolge ändert jemand anderes: Dora Deputy." in page.text and "Früher fragen" not in page.text
    for endpoint, row in (("proposals.ask_earlier", mine), ("proposals.take_off", second)):
        typed = {"own_case_reason": "Es eilt.", "place": str(row.position)}
        page = browser(boss).post(endpoint, typed, **at_all, proposal_id=row.id)
        assert "Bitte lassen Sie ihn jemand anderen entscheiden: Dora Deputy." in page.text
    db.session.expire_all()
    assert [(row.state, row.position) for row in (second, mine)] == [(State.APPROVED, 2), (State.APPROVED, 3)]


def test_alone_in_the_office_the_reason_for_changing_the_own_order_is_kept_and_counted(
    browser: Callable[..., PageClient], at: datetime
) -> None:
    boss, (first, second, mine) = own_order(at)
    with transaction():
        db.session.get_one(User, first.ladder.approved_by).active = False
    page = browser(boss).get("proposals.candidates", request_id=first.help_request_id)
    page = page.submit(f"Früher fragen – {boss.name}", own_case_reason=" ")
    assert "Bitte nennen Sie den Grund." in page.text
    page = page.submit(f"Früher fragen – {boss.name}", own_case_reason="Sonst ist niemand da.")
    page.submit(f"Nicht fragen – {second.pilot.user.name}", own_case_reason="Sie ist verreist.")
    db.session.expire_all()
    assert (second.state, mine.position) == (State.REMOVED, 2)
    changes = select(AuditEvent.reason).where(AuditEvent.action.in_(["proposal.earlier", "proposal.removed"]))
    assert db.session.scalars(changes.order_by(AuditEvent.id)).all() == ["Sonst ist niemand da.", "Sie ist verreist."]
    assert own_cases(at) == 2


def test_the_own_organisations_order_is_changed_by_somebody_else(app: Flask, coordinator: User, at: datetime) -> None:
    boss = factories.user(Role.COORDINATOR, Role.MEMBER)
    _first, _second, third = approve(coordinator, at, by=factories.member(person=boss))
    with pytest.raises(InvalidInput) as raised, transaction():
        service.ask_earlier(third, position=3, by=boss, at=at, own_case_reason="Es eilt.")
    assert raised.value.code == "somebody_else"
