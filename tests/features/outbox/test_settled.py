"""What the year in the town found: nobody calls about what is settled, nor somebody who died."""

from sqlalchemy import select

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import service
from lotsen.outbox.jobs import deliver, leases
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from tests import factories


def test_a_failed_mail_is_taken_back_with_what_it_was_about(app, time, coordinator, enqueue):
    person = factories.user()
    message = enqueue(person)
    with transaction():
        message.state = State.FAILED
    with transaction():
        service.recall(person, by=coordinator, at=time.at)
    assert db.session.scalars(select(OutboxMessage.state)).all() == [State.RECALLED]


def test_nobody_calls_about_a_failed_mail_when_all_mail_to_a_person_stops(app, time, coordinator, enqueue):
    person = factories.user()
    message = enqueue(person)
    with transaction():
        message.state = State.FAILED
    with transaction():
        service.recall_to(person, by=coordinator, at=time.at)
    assert db.session.scalars(select(OutboxMessage.state)).all() == [State.RECALLED]


def test_what_follows_from_a_failed_mail_is_done_though_it_was_taken_back_meanwhile(app, time, coordinator, enqueue):
    person, heard = factories.user(), []
    message = enqueue(person)
    with transaction():
        message.state, message.lease_token, message.due_at = State.FAILED, leases.FOLLOW_UP, time.at
    with transaction():
        service.recall(person, by=coordinator, at=time.at)
    listener = service.undeliverable.connect(lambda row, at: heard.append((row.id, row.state)), weak=False)
    try:
        deliver(time.at)
    finally:
        service.undeliverable.disconnect(listener)
    assert heard == [(message.id, State.RECALLED)]
    assert db.session.scalars(select(OutboxMessage.lease_token)).all() == [""]


def test_a_link_that_a_sender_has_in_hand_is_dead_when_the_address_changes(app, time, enqueue):
    person = factories.user(email="alt@verein.example")
    held, free = enqueue(person), enqueue(person)
    with transaction():
        held.text, free.text, held.lease_token = "in der Hand", "liegt noch da", "sender"
        person.email = "neu@verein.example"
        said = service.readdress(person)
    assert said == "liegt noch da"
    assert set(db.session.scalars(select(OutboxMessage.address))) == {"neu@verein.example"}
