"""What tests of pilots share."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import jobs, queries
from lotsen.pilots.models import Pilot
from tests.conftest import Time


@pytest.fixture
def run() -> Callable[..., object]:
    """Call a service in a transaction: ``run(service.award, pilot, by=…, at=…)``; the pilot is read anew."""

    def call(verb: Callable[..., object], pilot: Pilot, *args: object, **values: object) -> object:
        pilot_id = pilot.id
        with transaction():
            return verb(db.session.get_one(Pilot, pilot_id), *args, **values)

    return call


@pytest.fixture
def mails() -> Callable[..., Sequence[OutboxMessage]]:
    """The messages of a kind (or all of pilots), oldest first."""

    def read(kind: str = "pilots.") -> Sequence[OutboxMessage]:
        db.session.rollback()
        return db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind.startswith(kind)).order_by(OutboxMessage.id)
        ).all()

    return read


@pytest.fixture
def days_pass(time: Time) -> Callable[[float], datetime]:
    """Let days pass one at a time, with the scheduler at work each morning."""

    def forward(days: float) -> datetime:
        for _ in range(int(days)):
            jobs.run_due(time.forward(days=1))
        return time.at

    return forward


def again(pilot: Pilot | int) -> Pilot:
    """The row as it stands now; by id, or as an earlier transaction left it."""
    pilot_id = pilot if isinstance(pilot, int) else db.session.merge(pilot).id
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Pilot, pilot_id)


def kinds(app: Flask) -> list[str]:
    """The tasks about pilots that the office has now."""
    db.session.rollback()
    with app.test_request_context():
        return [task.kind for task in queries.tasks(clock.now())]


def due_now(time: Time, pilot: Pilot) -> None:
    """Go to the instant of the next step and let the scheduler work."""
    due = again(pilot).due_at
    assert due is not None
    jobs.run_due(time.set(max(due, time.at)))
