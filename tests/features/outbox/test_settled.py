"""What the year in the town found: nobody calls about what is settled, nor somebody who died."""

from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import service
from lotsen.outbox.jobs import deliver, leases
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from lotsen.outbox.transport import ways
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


def moves(person, to="neu@verein.example"):
    """The person has another address. Returns what the links may live on in."""
    with transaction():
        person.email = to
        return service.readdress(person)


def test_a_link_that_a_sender_has_in_hand_is_dead_when_the_address_changes(app, time, enqueue):
    person = factories.user(email="alt@verein.example")
    held, free = enqueue(person), enqueue(person)
    with transaction():
        held.text, free.text = "in der Hand", "liegt noch da"
    leases.claim("sender", time.at, "")
    with transaction():
        assert leases.renew(held.id, "sender") is not None
    assert moves(person) == "liegt noch da"
    assert set(db.session.scalars(select(OutboxMessage.address))) == {"neu@verein.example"}


def test_a_mail_that_was_claimed_when_the_address_changed_goes_to_the_new_one_with_a_live_link(app, time, enqueue):
    person = factories.user(email="alt@verein.example")
    claimed = enqueue(person)
    leases.claim("sender", time.at, "")
    assert "/l/1" in moves(person)
    with transaction():
        row = leases.renew(claimed.id, "sender")
    assert row is not None and row.address == "neu@verein.example" and "/l/1" in row.text


def test_a_mail_that_left_for_the_old_address_in_that_very_moment_has_not_arrived_and_its_page_says_so(
    app, time, enqueue, sink, monkeypatch, as_coordinator
):
    person, heard = factories.user(email="alt@verein.example"), []
    message, sending = enqueue(person), ways.SmtpTransport.send
    lost = service.undeliverable.connect(lambda row, at: heard.append("lost"), weak=False)
    arrived = service.delivered.connect(lambda row, at: heard.append("arrived"), weak=False)

    def meanwhile(transport, mail, address):
        sending(transport, mail, address)
        moves(person)

    monkeypatch.setattr(ways.SmtpTransport, "send", meanwhile)
    try:
        deliver(time.at)
    finally:
        service.undeliverable.disconnect(lost)
        service.delivered.disconnect(arrived)
    assert len(sink.to("alt@verein.example")) == len(sink.mails) == 1 and heard == ["lost"]
    assert db.session.get_one(OutboxMessage, message.id, populate_existing=True).state is State.FAILED
    page = as_coordinator.get("outbox.message", message_id=message.id)
    assert "Diese E-Mail ging noch an die alte Adresse." in page.text and "kam zurück" not in page.text
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.entity == "outbox_message"))
    assert event.action == "outbox.old_address"
