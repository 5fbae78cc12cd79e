"""What the year in the town found about requests."""

from sqlalchemy import select

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests import jobs, service
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from tests import factories


def test_a_request_kept_after_three_months_is_asked_about_again(app, time, coordinator):
    request = factories.help_request(State.WAITING)
    for _step in range(3):
        jobs.run_due(time.set(db.session.get_one(HelpRequest, request.id).due_at))
        db.session.expire_all()
    assert (request.task, request.due_at) == ("waiting", None)
    with transaction():
        service.keep(request, by=coordinator, at=time.at)
    assert (request.task, request.due_step) == ("", "ask_keep") and request.due_at > time.at


def test_what_still_waits_to_be_said_about_a_state_goes_with_it(app, time, coordinator):
    request = factories.help_request(State.SUBMITTED)
    with transaction():
        service.tell(request, at=time.at)
        service.ask_back(request, "Welches Programm?", by=coordinator, at=time.at)
    states = dict(db.session.execute(select(OutboxMessage.kind, OutboxMessage.state)).all())
    assert states == {"help_requests.still_checking": MailState.RECALLED, "help_requests.query": MailState.WAITING}


def test_the_call_after_a_mail_that_came_back_ends_its_task(app, time, coordinator):
    request = factories.help_request(State.OPEN)
    with transaction():
        service.tell(request, at=time.at)
        mail = db.session.scalars(select(OutboxMessage)).one()
        mail.state = MailState.SENT
    with transaction():
        outbox.record_bounce(mail, by=coordinator, at=time.at)
    assert request.task == "undeliverable"
    with transaction():
        outbox.record_call(mail, by=coordinator, at=time.at)
    assert request.task == "" and request.state is State.OPEN


def test_a_question_told_by_telephone_gives_the_whole_time_from_the_call_that_reached_somebody(app, time, coordinator):
    request = factories.help_request(State.SUBMITTED, contact=factories.user("member", email=None, phone="05721 1"))
    with transaction():
        service.ask_back(request, "Welches Programm?", by=coordinator, at=time.at)
        call = db.session.scalars(select(OutboxMessage)).one()
        outbox.record_attempt(call, by=coordinator, at=time.at)
    first = request.due_at
    with transaction():
        outbox.record_attempt(call, by=coordinator, at=time.forward(days=2))
    assert request.due_at == first
    with transaction():
        outbox.record_call(call, by=coordinator, at=time.at)
    assert request.due_at > first and request.due_step == "remind"
