"""The mail with the link of an application came back: nothing is deleted unheard, and a call is enough to send it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import queries as post
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import jobs, service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from tests.conftest import Time
from tests.page import PageClient


@pytest.fixture
def applied(app: Flask, time: Time) -> OutboxMessage:
    """Somebody applied with an address that does not exist; the mail has left."""
    with transaction():
        values = {"name": "Ida Neu", "email": "ida@vertippt.example", "phone": "05721 88"}
        service.apply_by_page(**values, locale="de", own_words="Ich kann Tabellen.", at=time.at)
        message = db.session.scalars(select(OutboxMessage)).one()
        message.state, message.sent_at = MailState.SENT, time.at
    return message


def pilot() -> Pilot | None:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Pilot)).one_or_none()


def come_back(message: OutboxMessage, coordinator: User, time: Time) -> None:
    with transaction():
        outbox.record_bounce(message, by=coordinator, at=time.at)


def test_an_application_whose_mail_came_back_is_a_call_and_not_deleted(
    app: Flask, applied: OutboxMessage, coordinator: User, time: Time, days_pass: Callable[[float], object]
) -> None:
    come_back(applied, coordinator, time)
    days_pass(100)
    draft = pilot()
    assert draft is not None and draft.state is State.DRAFT
    with app.test_request_context():
        assert [(task.kind, task.phone) for task in post.tasks(time.at)] == [("outbox.failed", "05721 88")]


def test_after_the_call_the_coordinator_sends_it_with_one_button(
    app: Flask, applied: OutboxMessage, coordinator: User, time: Time, browser: Callable[..., PageClient]
) -> None:
    come_back(applied, coordinator, time)
    draft = pilot()
    assert draft is not None
    page = browser(coordinator).get("pilots.act", pilot_id=draft.id, action="absenden")
    assert "Nur, wenn Sie mit der Person gesprochen haben." in page.text
    page.submit("Bewerbung abschließen")
    after = pilot()
    assert after is not None and after.state is State.SUBMITTED


def test_who_has_the_link_sends_it_and_nobody_else(
    app: Flask, applied: OutboxMessage, as_coordinator: PageClient
) -> None:
    draft = pilot()
    assert draft is not None
    assert "Bewerbung abschließen" not in as_coordinator.get("pilots.detail", pilot_id=draft.id).text
    page = as_coordinator.get("pilots.act", pilot_id=draft.id, action="absenden")
    assert "Das geht gerade nicht." in page.text and "Bewerbung abschließen" not in page.text
    pressed = {"version": str(draft.visit)}
    as_coordinator.post("pilots.act", pressed, status=409, pilot_id=draft.id, action="absenden")
    after = pilot()
    assert after is not None and after.state is State.DRAFT


def test_the_call_that_was_recorded_is_enough_until_a_new_link_leaves(
    app: Flask, applied: OutboxMessage, coordinator: User, time: Time, browser: Callable[..., PageClient]
) -> None:
    come_back(applied, coordinator, time)
    with transaction():
        outbox.record_call(db.session.merge(applied), by=coordinator, at=time.at)
    draft = pilot()
    assert draft is not None
    pages = browser(coordinator)
    shown = pages.get("pilots.act", pilot_id=draft.id, action="absenden")
    with transaction():
        service.remind_draft(db.session.merge(draft), at=time.at)
    shown.submit("Bewerbung abschließen", status=409)
    assert "Bewerbung abschließen" not in pages.get("pilots.detail", pilot_id=draft.id).text


def test_a_recorded_call_and_the_button_send_it(
    app: Flask, applied: OutboxMessage, coordinator: User, time: Time, browser: Callable[..., PageClient]
) -> None:
    come_back(applied, coordinator, time)
    with transaction():
        outbox.record_call(db.session.merge(applied), by=coordinator, at=time.at)
    draft = pilot()
    assert draft is not None
    page = browser(coordinator).get("pilots.act", pilot_id=draft.id, action="absenden")
    for _press in range(2):
        page.submit("Bewerbung abschließen")
    after = pilot()
    assert after is not None and after.state is State.SUBMITTED


def test_from_the_call_on_there_is_the_whole_time_again(
    app: Flask, applied: OutboxMessage, coordinator: User, time: Time, days_pass: Callable[[float], object]
) -> None:
    days_pass(2)
    come_back(applied, coordinator, time)
    time.forward(days=20)
    with transaction():
        outbox.record_call(db.session.merge(applied), by=coordinator, at=time.at)
    draft = pilot()
    assert draft is not None and draft.due_step == "remind_unconfirmed" and draft.due_at is not None
    assert 3 <= (draft.due_at - time.at).days + 1 <= 5


def test_a_mail_that_arrives_changes_nothing_about_the_time(app: Flask, applied: OutboxMessage, time: Time) -> None:
    before = pilot()
    assert before is not None
    due_at = before.due_at
    with transaction():
        outbox.delivered.send(db.session.merge(applied), at=time.forward(days=1))
    after = pilot()
    assert after is not None and after.due_at == due_at
    jobs.run_due(time.at)
