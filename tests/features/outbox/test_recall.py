"""What is held or taken back before it leaves, also while a sender has it in hand."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.outbox import service, transport
from lotsen.outbox.jobs import deliver, leases, next_due
from lotsen.outbox.rules import State
from tests import factories
from tests.features.outbox.conftest import Enqueue, again, listening
from tests.smtp_sink import Sink


def test_a_held_mail_leaves_after_ten_minutes_and_not_before(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    enqueue(at_once=False)
    assert deliver(at + timedelta(minutes=9, seconds=59)) == 0
    assert next_due() == at + timedelta(minutes=10)
    assert deliver(at + timedelta(minutes=10)) == 1
    assert next_due() is None


def test_a_mail_recalled_while_it_is_held_never_leaves(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    person = factories.user()
    row = enqueue(person, at_once=False)
    with transaction():
        assert service.recall(person, by=SYSTEM, at=at) == 1
    assert deliver(at + timedelta(days=1)) == 0
    assert again(row).state is State.RECALLED
    assert sink.mails == []


def test_a_mail_recalled_while_a_sender_has_claimed_it_never_leaves(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    person, rows = factories.user(), [enqueue()]
    rows += [enqueue(person), enqueue(person)]

    def take_back() -> None:
        assert service.recall_to(person, by=SYSTEM, at=at) == 2

    with listening(service.delivered, lambda *_: take_back()):
        assert deliver(at) == 1
    assert [again(row).state for row in rows] == [State.SENT, State.RECALLED, State.RECALLED]
    assert sink.to(person.email) == [] and {again(row).lease_token for row in rows} == {""}


def test_a_mail_recalled_after_its_sender_was_killed_never_leaves(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    person = factories.user()
    row = enqueue(person)
    assert leases.claim("somebody who was killed", at, "") == [row.id]
    with transaction():
        assert service.recall(person, by=SYSTEM, at=at) == 1
    with transaction():
        again(row).lease_until = at - timedelta(days=3650)
    assert deliver(at) == 0 and sink.mails == []


@pytest.mark.parametrize("refused", [False, True])
def test_a_mail_recalled_while_the_server_takes_it_was_sent_and_refused_it_is_not_called_about(
    sink: Sink, enqueue: Enqueue, at: datetime, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = factories.user(email="weg@example.org")
    row, send = enqueue(person), transport.SmtpTransport.send
    sink.unknown.update({"weg@example.org"} if refused else set())

    def take_back_meanwhile(self: Any, *args: Any) -> None:
        with transaction():
            service.recall(person, by=SYSTEM, at=at)
        send(self, *args)

    monkeypatch.setattr(transport.SmtpTransport, "send", take_back_meanwhile)
    assert deliver(at) == int(not refused)
    assert again(row).state is (State.RECALLED if refused else State.SENT)
    assert len(sink.mails) == int(not refused)
