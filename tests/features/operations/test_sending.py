"""Sending by hand, holding all of it, and releasing it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import queries, service
from lotsen.outbox.jobs import deliver, next_due
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import Hold, State
from tests.page import PageClient
from tests.smtp_sink import Sink

from .conftest import Command

Enqueue = Callable[..., OutboxMessage]


def test_one_command_hands_over_what_is_due_and_another_counts_what_is_left(
    command: Command, sink: Sink, enqueue: Enqueue
) -> None:
    enqueue(), enqueue(at_once=False)
    assert command("outbox", "pending").output == "2\n"
    assert command("outbox", "pending", "--due").output == "1\n"
    assert "1 mail(s)" in command("outbox", "send", "--once", mail_url=sink.url).output
    assert command("outbox", "pending").output == "1\n"
    assert len(sink.mails) == 1


def test_while_sending_is_held_nothing_leaves_and_then_everything_does(
    app: Flask,
    command: Command,
    sink: Sink,
    enqueue: Enqueue,
    at: datetime,
    as_coordinator: PageClient,
    as_visitor: PageClient,
) -> None:
    enqueue()
    assert "Versand ist angehalten" not in as_coordinator.get("home.start").html
    command("outbox", "hold")
    db.session.rollback()
    app.extensions.pop("lotsen.held", None)  # ten seconds pass
    assert "Versand ist angehalten" in as_coordinator.get("home.start").html
    assert "Versand ist angehalten" not in as_visitor.get_path("/").html
    assert deliver(at) == 0 and next_due() is None and sink.mails == []
    assert "Sending is held" in command("outbox", "send", "--once", mail_url=sink.url).output
    assert "Sending is held" in command("check").output
    assert "1 mail(s) are due" in command("outbox", "release").output
    assert deliver(at) == 1
    assert list(sink.message_ids.values()) == [1]
    app.extensions.pop("lotsen.held", None)
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.entity == "sending_hold"))
    assert sorted(actions) == ["sending_hold.held", "sending_hold.released"]


def test_a_hold_stops_a_sender_that_is_at_work(app: Flask, sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    for _ in range(3):
        enqueue()
    held: list[int] = []

    def hold(message: OutboxMessage, at: datetime) -> None:
        if not held:
            held.append(message.id)
            service.hold(Hold.BY_HAND, by=SYSTEM, at=at)

    with service.delivered.connected_to(hold):
        assert deliver(at) == 1
    with transaction():
        assert service.release(by=SYSTEM, at=at) == 0
    assert deliver(at) == 2
    assert sorted(sink.message_ids.values()) == [1, 1, 1]


def test_a_release_lets_go_of_what_was_held_one_by_one(app: Flask, sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    row: Any = enqueue()
    with transaction():
        service.hold(Hold.RESTORED, by=SYSTEM, at=at)
        service.hold(Hold.BY_HAND, by=SYSTEM, at=at)
        row.state = State.HELD
    hold = queries.sending_hold()
    assert hold is not None and hold.reason == "restored", "the first one stands"
    with transaction():
        assert service.release(by=SYSTEM, at=at) == 1
    assert queries.sending_hold() is None
    assert deliver(at) == 1
