"""What follows when a request changes, or its search stops, while a pilot is asked."""

from datetime import date

import pytest
from sqlalchemy import select

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations.models import Member
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals import jobs, queries, service
from lotsen.proposals.models import Matching, Proposal
from lotsen.proposals.rules import State
from tests import factories

from .steps import approve, by_link, hand_over, mails


def tasks_now(app, at):
    with app.test_request_context():
        return [task.kind for task in queries.tasks(at)]


def test_an_edit_shows_what_changed_and_only_what_matters_starts_the_clock_anew(as_visitor, coordinator, time, at):
    (first,) = approve(coordinator, at, 1)
    hand_over(first, at)
    due = first.due_at
    later = time.forward(days=1)
    with transaction():
        help_requests.edit(first.help_request, {"contact_phone": "05721 1"}, by=coordinator, at=later)
    assert (first.changed, first.due_at) == ([], due)
    with transaction():
        help_requests.edit(first.help_request, {"slots": ["tue-evening"]}, by=coordinator, at=later)
    assert first.changed == ["slots"] and first.due_at > due


def test_a_yes_is_asked_for_again_when_the_request_changed(coordinator, at):
    (first,) = approve(coordinator, at, 1)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
        help_requests.edit(first.help_request, {"languages": ["en"]}, by=coordinator, at=at)
    assert (first.state, first.pilot.reserved, first.help_request.yes_since) == (State.ASKED, 1, None)
    (mail,) = mails("proposals.still_yes")
    assert "Das ist neu: Sprachen." in mail.text
    (yes,) = mails("proposals.pilot_says_yes")
    assert yes.state is MailState.RECALLED
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    assert (first.state, first.changed) == (State.ACCEPTED, [])
    assert len(mails("proposals.pilot_says_yes")) == 2


@pytest.mark.parametrize("late", [False, True])
def test_who_has_read_of_a_yes_reads_after_the_change_that_it_holds_and_not_that_somebody_was_found(
    coordinator, at, late
):
    (first,) = approve(coordinator, at, 1)
    with transaction():
        service.accept(first, by=first.pilot.user, at=at)
    (told,) = mails("proposals.pilot_says_yes")
    with transaction():
        told.state = MailState.SENT
        help_requests.edit(first.help_request, {"languages": ["en"]}, by=coordinator, at=at)
    with transaction():
        if late:
            service.expire(first, by=coordinator, at=at)
        service.accept(first, by=first.pilot.user, at=at)
        if late:
            service.take_late_yes(first, by=coordinator, at=at)
    assert (first.state, len(mails("proposals.pilot_says_yes"))) == (State.ACCEPTED, 1)
    assert not [mail for mail in mails("proposals.yes_is_gone") if mail.state is not MailState.RECALLED]
    (holds,) = mails("proposals.yes_holds")
    assert "Der Link in unserer früheren E-Mail gilt nicht mehr." in holds.text and holds.starts_clock


def test_a_hard_rule_that_fails_after_an_edit_is_a_task_and_stops_the_clock(app, coordinator, at):
    (first,) = approve(coordinator, at, 1)
    hand_over(first, at)
    assert jobs.check_rules(at) == 0
    with transaction():
        help_requests.edit(first.help_request, {"languages": ["fa"]}, by=coordinator, at=at)
    assert jobs.check_rules(at) == 1
    assert (first.task, first.due_at) == ("hard_rule", None)
    assert tasks_now(app, at) == ["proposal.hard_rule"]
    assert jobs.check_rules(at) == 0
    with transaction():
        service.question_answered(first, by=coordinator, at=at)
    assert first.task == "" and first.due_at is not None


def test_no_time_runs_for_an_ask_that_has_reached_nobody_whatever_else_was_settled(coordinator, at):
    (first,) = approve(coordinator, at, 1)
    with transaction():
        help_requests.edit(first.help_request, {"languages": ["fa"]}, by=coordinator, at=at)
    assert jobs.check_rules(at) == 1 and first.task == "hard_rule"
    with transaction():
        service.question_answered(first, by=coordinator, at=at)
    assert (first.task, first.due_at) == ("", None), "its mail still waits"
    hand_over(first, at)
    assert first.due_at is not None


def test_an_urgent_ask_is_a_call_at_once_and_ends_after_two_working_days(app, coordinator, at):
    request = factories.help_request(urgency="high")
    pilot = factories.pilot(phone="05721 88")
    with transaction():
        service.approve_ladder(request, [factories.proposal(of=request, pilot=pilot)], by=coordinator, at=at)
    assert tasks_now(app, at) == ["proposal.urgent"]
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask")).one()
    assert "bis Donnerstag, 26. November 2026" in mail.text, "the mail promises what the clock keeps"
    (asked,) = db.session.scalars(select(Proposal).where(Proposal.state == State.ASKED))
    hand_over(asked, at)
    assert (asked.due_step, asked.due_at.date()) == ("expire", date(2026, 11, 26))
    with transaction():
        service.accept(asked, by=pilot.user, at=at)
    assert "proposal.urgent" not in tasks_now(app, at)


def test_the_coordinator_stops_a_search(as_coordinator, coordinator, at):
    first, second = approve(coordinator, at, 2)
    hand_over(first, at)
    page = as_coordinator.get("proposals.candidates", request_id=first.help_request_id)
    page.submit("Suche anhalten")
    db.session.rollback()
    assert (first.state, second.state) == (State.WITHDRAWN, State.REMOVED)
    assert first.help_request.state is RequestState.OPEN
    assert len(mails("proposals.thanks_not_needed")) == 1


def test_the_asked_pilot_reads_what_changed(as_visitor, coordinator, at):
    (first,) = approve(coordinator, at, 1)
    raw = by_link(first, at)
    assert "hat sich etwas geändert" not in as_visitor.get("engagements.answer", token=raw).text
    with transaction():
        help_requests.edit(first.help_request, {"slots": ["tue-evening"]}, by=coordinator, at=at)
    page = as_visitor.get("engagements.answer", token=raw)
    assert "Neu ist: Zeiten." in page.text and "dienstags abends" in page.text


def test_the_check_page_shows_the_organisations_other_requests(as_coordinator, at):
    request = factories.help_request()
    by = db.session.scalars(select(Member).where(Member.user_id == request.contact_id)).one()
    other = factories.help_request(RequestState.SUBMITTED, by=by, title="Noch etwas anderes")
    page = as_coordinator.get("proposals.candidates", request_id=request.id)
    assert f"{other.case_number} Noch etwas anderes" in page.text


def test_a_waiting_request_opens_when_somebody_new_fits_or_is_free_again(coordinator, at):
    request = factories.help_request()
    passed_over = factories.proposal(of=request, band="passt")
    busy = factories.proposal(of=request, band="passt", pilot=factories.pilot(capacity=0))
    with transaction():
        help_requests.wait(request, by=coordinator, at=at)
    assert passed_over.passed_over_at == at and busy.passed_over_at is None
    with transaction():
        matching = Matching(help_request_id=request.id, request_revision=request.revision, nobody=True, scored_at=at)
        db.session.add(matching)
    assert jobs.wake_waiting(at) == 0, "whom the coordinator saw and did not take opens nothing"
    with transaction():
        busy.pilot.capacity = 1
    assert jobs.wake_waiting(at) == 0, "where perhaps nobody fits, nobody is announced"
    with transaction():
        matching.nobody = False
    assert jobs.wake_waiting(at) == 1
    assert (request.state, request.task) == (RequestState.OPEN, "fits")
