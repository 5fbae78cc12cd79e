"""The contact person leaves while something else stops the clock: neither of the two is forgotten."""

import pytest
from sqlalchemy import select

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests import service as help_requests
from lotsen.organisations import service as organisations
from lotsen.organisations.queries import memberships
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.proposals import service

from .steps import approve, hand_over, mails


def contact_leaves(request, by, at):
    with transaction():
        for member in memberships(request.contact_id):
            organisations.leave(member, by=by, at=at)


def somebody_follows(request, by, at):
    with transaction():
        return help_requests.new_contact(request, "Nele Neu", "nele@example.org", "05721 1", by=by, at=at)


@pytest.fixture
def asked(coordinator, at):
    (proposal,) = approve(coordinator, at, 1)
    hand_over(proposal, at)
    return proposal


def test_a_pilots_question_is_still_to_be_answered(asked, coordinator, time):
    with transaction():
        service.ask_question(asked, "Gibt es dort WLAN?", by=asked.pilot.user, at=time.at)
    contact_leaves(asked.help_request, coordinator, time.at)
    assert (asked.task, asked.due_at) == ("question", None)
    somebody_follows(asked.help_request, coordinator, time.at)
    assert (asked.task, asked.due_at) == ("question", None), "no time runs while the answer is owed"
    with transaction():
        service.question_answered(asked, by=coordinator, at=time.at)
    assert asked.task == "" and asked.due_at is not None


def test_after_the_answer_the_clock_waits_until_somebody_could_say_yes(asked, coordinator, time):
    with transaction():
        service.ask_question(asked, "Gibt es dort WLAN?", by=asked.pilot.user, at=time.at)
    contact_leaves(asked.help_request, coordinator, time.at)
    with transaction():
        service.question_answered(asked, by=coordinator, at=time.at)
    assert (asked.task, asked.due_at) == ("contact_gone", None)
    somebody_follows(asked.help_request, coordinator, time.at)
    assert asked.task == "" and asked.due_at is not None


def test_who_follows_reads_of_the_yes_also_when_the_mail_to_the_one_before_came_back_afterwards(
    asked, coordinator, time
):
    with transaction():
        service.accept(asked, by=asked.pilot.user, at=time.at)
    hand_over(asked, time.at)
    (told,) = mails("proposals.pilot_says_yes")
    contact_leaves(asked.help_request, coordinator, time.at)
    with transaction():
        outbox.record_bounce(told, by=coordinator, at=time.at)
    assert (asked.task, asked.due_at) == ("contact_gone", None)
    with transaction():
        outbox.unreached.send(told, by=coordinator, at=time.at)  # three calls to her, and nobody there
    assert asked.task == "contact_gone"
    person = somebody_follows(asked.help_request, coordinator, time.at)
    written = select(OutboxMessage.kind).where(OutboxMessage.recipient_id == person.id)
    assert "proposals.pilot_says_yes" in db.session.scalars(written).all()
