"""A mail server, and messages to give it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from blinker import Signal
from flask import Flask

from lotsen.accounts.models import User
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import service
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.service import Action, Mail
from tests import factories
from tests.smtp_sink import Sink

Enqueue = Callable[..., OutboxMessage]


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    """A mail server that the app sends to, in a town that is no demo."""
    made = Sink().start()
    before = app.config["LOTSEN"]
    app.config["LOTSEN"] = replace(before, mail_url=made.url, mode="production")
    yield made
    app.config["LOTSEN"] = before
    made.stop()


def note(subject: str) -> Mail:
    """A mail function as features have them."""
    return Mail(
        "test.note", subject, ("Der erste Absatz – mit Umlaut: ä.",), Action("Ansehen", "https://x.example/l/1")
    )


@pytest.fixture
def enqueue(app: Flask, time: object) -> Callable[..., OutboxMessage]:
    """Put a message into the outbox, in a transaction of its own."""
    count = iter(range(1000))

    def make(to: User | None = None, *, subject: str = "Eine Nachricht", at_once: bool = True) -> OutboxMessage:
        with transaction():
            person = to or factories.user()
            row = service.enqueue(
                note,
                subject,
                to=person,
                about=person,
                step="test",
                at=clock.now(),
                at_once=at_once,
                nonce=str(next(count)),
            )
            assert row is not None
        return row

    return make


@contextmanager
def listening(signal: Signal, then: Callable[[OutboxMessage, datetime], None]) -> Iterator[None]:
    """Have a feature listen to a signal."""

    def receive(message: OutboxMessage, at: datetime) -> None:
        then(message, at)

    with signal.connected_to(receive):
        yield


def again(row: OutboxMessage) -> OutboxMessage:
    """The row as it stands now."""
    db.session.rollback()
    return db.session.get_one(OutboxMessage, row.id, populate_existing=True)
