"""What the year in the town found: nobody calls about what is settled, nor somebody who died."""

from sqlalchemy import select

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import service
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
