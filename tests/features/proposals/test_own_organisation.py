"""A pilot who becomes a contact person of the organisation that asks: no yes for the own organisation counts."""

import pytest

from lotsen.core import tokens
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements import service as engagements
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.organisations.queries import find_member
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.proposals import jobs, queries, service
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import DeclineReason, State

from .steps import approve, by_link, hand_over, mails


def joins(proposal, coordinator, at):
    organisations.join_known(proposal.help_request.organisation, person=proposal.pilot.user, by=coordinator, at=at)


def asked(coordinator, at, count=1):
    first, *others = approve(coordinator, at, count)
    hand_over(first, at)
    return first, *others


def test_a_yes_for_the_own_organisation_is_a_task_and_the_next_is_asked_from_there(
    app, time, coordinator, as_visitor, as_coordinator
):
    first, second = asked(coordinator, time.at, 2)
    with transaction():
        joins(first, coordinator, time.at)
    page = as_visitor.get("engagements.answer", token=by_link(first, time.at))
    page = page.submit("Antwort senden", choice="yes")
    assert page.h1 == "Ihr Ja ist notiert" and "Sie sprechen selbst für diese Organisation." in page.text
    assert (first.state, first.task, first.due_at) == (State.ASKED, "own_organisation", None)
    assert not mails("proposals.pilot_says_yes")
    with app.test_request_context():
        (task,) = queries.tasks(time.at)
    assert task.kind == "proposal.own_organisation" and first.pilot.user.name in task.title
    page = as_coordinator.get("proposals.candidates", request_id=first.help_request_id)
    page.submit(f"Die Bitte zurückholen – {first.pilot.user.name}").submit("Mit der Reihenfolge weitermachen")
    assert (first.state, first.task, first.pilot.reserved, second.state) == (State.SKIPPED, "", 0, State.ASKED)


def test_a_yes_that_begins_at_once_does_not_for_the_own_organisation(app, time, coordinator, as_coordinator):
    (first,) = approve(coordinator, time.at, 1, takes_whoever=True)
    hand_over(first, time.at)
    with transaction():
        joins(first, coordinator, time.at)
    page = as_coordinator.get("proposals.candidates", request_id=first.help_request_id)
    page.submit(f"Hat Ja gesagt – {first.pilot.user.name}")
    db.session.rollback()
    assert (first.state, first.task) == (State.ASKED, "own_organisation")
    assert not mails("engagements.contact_data")


def test_a_late_yes_for_the_own_organisation_is_not_taken(app, time, coordinator):
    (first,) = asked(coordinator, time.at)
    with transaction():
        service.expire(first, by=SYSTEM, at=time.at)
        service.accept(first, by=first.pilot.user, at=time.at)
        joins(first, coordinator, time.at)
        assert not service.take_late_yes_now(first, by=coordinator, at=time.at)
    assert (first.state, first.pilot.reserved) == (State.EXPIRED, 0)


@pytest.mark.parametrize("places", [1, 2])
def test_a_no_that_becomes_a_yes_for_the_own_organisation_changes_nothing(app, time, coordinator, places):
    first, *others = asked(coordinator, time.at, places)
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=time.at)
        joins(first, coordinator, time.at)
        service.accept(first, by=first.pilot.user, at=time.at)
    assert (first.state, first.pilot.reserved) == (State.DECLINED, 0)
    assert first.wants_anyway_at == time.at, "a coordinator sees it"
    assert [one.state for one in others] == [State.ASKED] * (places - 1)
    assert all(one.state is MailState.WAITING for one in mails("proposals.ask")[1:])


def accepted(coordinator, time, places=2):
    """Somebody said yes, and the organisation has read of it."""
    first, *others = asked(coordinator, time.at, places)
    with transaction():
        service.accept(first, by=first.pilot.user, at=time.at)
    hand_over(first, time.at)
    return first, *others


def test_a_yes_is_gone_when_who_said_it_speaks_for_the_organisation_afterwards(app, time, coordinator, as_visitor):
    first, second = accepted(coordinator, time)
    with transaction():
        joins(first, coordinator, time.at)
    assert jobs.reconcile(time.at) == 1
    assert jobs.reconcile(time.at) == 0
    db.session.expire_all()
    assert (first.state, first.pilot.reserved, second.state) == (State.WITHDRAWN, 0, State.ASKED)
    (told,) = mails("proposals.yes_is_gone")
    assert told.recipient_id == first.help_request.contact_id
    (told,) = mails("proposals.own_organisation")
    assert told.recipient_id == first.pilot.user_id and first.help_request.organisation_name in told.text
    assert not mails("proposals.thanks_not_needed") and not mails("proposals.thanks_for_yes")


def test_who_is_gone_reads_nothing_of_the_organisation_that_he_speaks_for(app, time, coordinator):
    first, second = accepted(coordinator, time)
    with transaction():
        joins(first, coordinator, time.at)
        pilots.suspend(first.pilot, "Streit", by=coordinator, at=time.at)
    assert jobs.reconcile(time.at) == 1
    db.session.expire_all()
    assert (first.state, second.state) == (State.WITHDRAWN, State.ASKED)
    assert len(mails("proposals.yes_is_gone")) == 1 and not mails("proposals.own_organisation")


def test_a_yes_of_who_speaks_for_the_organisation_by_now_cannot_be_confirmed(
    app, time, coordinator, as_visitor, as_coordinator
):
    first, _second = accepted(coordinator, time)
    with transaction():
        contact = first.help_request.contact_id
        raw = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", first.id, at=time.at, user_id=contact)
        joins(first, coordinator, time.at)
    as_visitor.post("engagements.confirm", token=raw, data={"choice": "yes"}, status=409)
    db.session.expire_all()
    assert first.state is State.ACCEPTED and not mails("engagements.contact_data")
    jobs.reconcile(time.at)
    assert "Zusagen" not in as_visitor.get("engagements.confirm", token=raw).text
    assert db.session.get_one(Proposal, first.id, populate_existing=True).state is State.WITHDRAWN


def test_the_search_is_the_coordinators_again_when_nobody_else_is_on_the_order(app, time, coordinator):
    (first,) = accepted(coordinator, time, 1)
    with transaction():
        joins(first, coordinator, time.at)
    jobs.reconcile(time.at)
    db.session.expire_all()
    assert (first.help_request.state, first.help_request.task) == (RequestState.OPEN, "exhausted")


def test_who_has_left_the_organisation_before_may_still_be_taken(app, time, coordinator):
    first, _second = accepted(coordinator, time)
    with transaction():
        joins(first, coordinator, time.at)
        member = find_member(first.help_request.organisation_id, first.pilot.user_id)
        organisations.leave(member, by=coordinator, at=time.at)
    assert jobs.reconcile(time.at) == 0
    with transaction():
        engagements.begin(first, by=first.help_request.contact, at=time.at)
    assert first.state is State.CONFIRMED
