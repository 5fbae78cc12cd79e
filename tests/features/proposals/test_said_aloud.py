"""What is read aloud names the day that counts when the call is made, not the one on which the text was written."""

from datetime import UTC, date, datetime

import pytest

from lotsen.core.access import Role
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_date, speaking
from lotsen.engagements import service as engagements
from lotsen.outbox import service as outbox
from lotsen.proposals import jobs, service
from lotsen.proposals.queries import answer_by, confirm_by
from lotsen.proposals.rules import State
from tests import factories

from .steps import mails

LATE = datetime(2027, 1, 28, 9, tzinfo=UTC)


def asked_without_mail(coordinator, at, *, locale="de", **values):
    """A pilot who can only be called is asked."""
    person = factories.user(Role.PILOT, name="Theo Telefon", email=None, phone="05721 1234", locale=locale)
    request = factories.help_request(**values)
    proposal = factories.proposal(of=request, pilot=factories.pilot(user=person))
    with transaction():
        service.approve_ladder(request, [proposal], by=coordinator, at=at)
    return proposal


def said(day, locale="de"):
    with speaking(locale):
        return plain_date(day)


def call(message, coordinator, at):
    with transaction():
        outbox.record_call(message, by=coordinator, at=at)


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize(("urgency", "ends"), [("normal", date(2027, 2, 4)), ("high", date(2027, 2, 1))])
def test_the_day_that_is_read_aloud_counts_from_the_call(app, time, coordinator, as_coordinator, urgency, ends, locale):
    proposal = asked_without_mail(coordinator, time.at, urgency=urgency, locale=locale)
    (ask,) = mails("proposals.ask")
    time.set(LATE)
    pages = [as_coordinator.get("outbox.calls"), as_coordinator.get("outbox.message", message_id=ask.id)]
    call(ask, coordinator, LATE)
    assert answer_by(proposal) == ends
    assert all(said(ends, locale) in page.text for page in pages)


def test_a_reminder_read_aloud_names_what_is_left_after_it(app, time, coordinator, as_coordinator):
    proposal = asked_without_mail(coordinator, time.at)
    call(mails("proposals.ask")[0], coordinator, time.at)
    jobs.run_due(time.set(proposal.due_at))
    (reminder,) = mails("proposals.ask_reminder")
    time.set(LATE)
    page = as_coordinator.get("outbox.message", message_id=reminder.id)
    call(reminder, coordinator, LATE)
    assert f"Wir warten noch bis {said(local_date(proposal.due_at))}" in page.text


def test_a_mail_that_came_back_is_read_aloud_with_the_day_that_counts(app, time, coordinator, as_coordinator):
    request = factories.help_request()
    proposal = factories.proposal(of=request)
    with transaction():
        service.approve_ladder(request, [proposal], by=coordinator, at=time.at)
        (ask,) = mails("proposals.ask")
        ask.state = "failed"
        outbox.undeliverable.send(ask, at=time.at)
    time.set(LATE)
    page = as_coordinator.get("outbox.message", message_id=ask.id)
    assert "Bitte antworten Sie bis Donnerstag, 4. Februar 2027." in page.text


def accepted_without_mail(coordinator, at):
    """An organisation that can only be called has a yes waiting."""
    person = factories.user(Role.MEMBER, name="Trude Telefon", email=None, phone="05721 4711")
    member = factories.member(factories.organisation(), person=person)
    request = factories.help_request(by=member)
    proposal = factories.proposal(of=request)
    with transaction():
        service.approve_ladder(request, [proposal], by=coordinator, at=at)
    with transaction():
        engagements.pilot_says_yes(proposal, by=proposal.pilot.user, at=at)
    assert proposal.state is State.ACCEPTED
    return proposal


def test_a_yes_read_aloud_names_the_day_for_the_organisations_answer(app, time, coordinator, as_coordinator):
    proposal = accepted_without_mail(coordinator, time.at)
    (told,) = mails("proposals.pilot_says_yes")
    time.set(LATE)
    page = as_coordinator.get("outbox.message", message_id=told.id)
    call(told, coordinator, LATE)
    assert f"Bitte antworten Sie bis {said(confirm_by(proposal))}" in page.text


def test_the_organisations_reminder_names_the_day_that_runs_or_leaves_time_once_it_is_past(
    app, time, coordinator, as_coordinator
):
    proposal = accepted_without_mail(coordinator, time.at)
    call(mails("proposals.pilot_says_yes")[0], coordinator, time.at)
    jobs.run_due(time.set(proposal.due_at))
    (reminder,) = mails("proposals.confirm_reminder")
    ends = confirm_by(proposal)
    page = as_coordinator.get("outbox.message", message_id=reminder.id)
    assert f"Bitte antworten Sie bis {said(ends)}" in page.text
    time.set(LATE)
    page = as_coordinator.get("outbox.message", message_id=reminder.id)
    assert "Bitte antworten Sie bis Montag, 1. Februar 2027" in page.text


def test_what_names_no_day_is_read_aloud_as_it_was_written(app, time, coordinator):
    proposal = asked_without_mail(coordinator, time.at)
    call(mails("proposals.ask")[0], coordinator, time.at)
    with transaction():
        service.withdraw(proposal, by=coordinator, at=time.at)
    (thanks,) = mails("proposals.thanks_not_needed")
    assert outbox.read_aloud(thanks, at=LATE) == thanks.text.strip()


def test_nothing_is_read_aloud_once_it_is_taken_back(app, time, coordinator):
    proposal = asked_without_mail(coordinator, time.at)
    (ask,) = mails("proposals.ask")
    with transaction():
        service.withdraw(proposal, by=coordinator, at=time.at)
    db.session.refresh(ask)
    assert outbox.read_aloud(ask, at=LATE) == ""
