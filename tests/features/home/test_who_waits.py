"""After ten working days of lying there: who waits for the office is told, and nobody for whom the office waits."""

import pytest
from sqlalchemy import select

from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as CaseState
from lotsen.help_requests.rules import State as RequestState
from lotsen.home import jobs
from lotsen.organisations import service as organisations
from lotsen.organisations.queries import find_member
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import State
from tests import factories
from tests.features.engagements.scene import case_in


def told(time, days=20):
    """Whom a morning some weeks later tells that it takes longer."""
    jobs.morning(time.forward(days=days))
    kind = OutboxMessage.kind == "home.not_forgotten"
    return db.session.scalars(select(OutboxMessage.recipient_id).where(kind).order_by(OutboxMessage.id)).all()


@pytest.mark.parametrize("task", ["", "exhausted", "refused", "waiting"])
def test_whose_request_lies_there_is_told(app, time, coordinator, task):
    row = factories.help_request(RequestState.OPEN, task=task, task_since=time.at if task else None)
    assert told(time) == [row.contact_id]


@pytest.mark.parametrize("task", ["on_hold", "undeliverable"])
def test_whose_own_answer_is_missing_does_not_read_that_there_is_nothing_to_do(app, time, coordinator, task):
    until = local_date(time.at)
    factories.help_request(RequestState.ON_HOLD, task=task, task_since=time.at, hold_until=until)
    assert told(time) == []


def test_nobody_writes_to_the_contact_person_who_has_gone(app, time, coordinator):
    row = factories.help_request(RequestState.OPEN)
    with transaction():
        member = find_member(row.organisation_id, row.contact_id)
        organisations.leave(member, by=coordinator, at=time.at)
    assert told(time) == []


def test_the_pilot_whose_yes_finds_no_answer_is_told_and_not_who_owes_it(app, time, coordinator):
    request = factories.help_request(RequestState.ASKING)
    row = factories.proposal(State.ACCEPTED, of=request, task="not_confirmed", task_since=time.at)
    assert told(time) == [row.pilot.user_id]


def test_the_pilot_waits_too_when_nobody_speaks_for_the_organisation_any_more(app, time, coordinator):
    request = factories.help_request(RequestState.ASKING)
    row = factories.proposal(State.ACCEPTED, of=request)
    with transaction():
        organisations.leave(find_member(request.organisation_id, request.contact_id), by=coordinator, at=time.at)
    assert told(time) == [row.pilot.user_id]


def test_who_asked_a_question_is_told_pilot_or_organisation(app, time, coordinator):
    row = factories.proposal(State.ASKED, of=factories.help_request(RequestState.ASKING))
    with transaction():
        proposals.ask_question(row, "Wie viele?", by=row.pilot.user, at=time.at)
    other = factories.proposal(
        State.ACCEPTED,
        of=factories.help_request(RequestState.ASKING),
        task="member_question",
        task_since=time.at,
    )
    assert set(told(time)) == {row.pilot.user_id, other.help_request.contact_id}


@pytest.mark.parametrize("task", ["no_answer", "silent", "pause_over", "paused_long", "contact_gone"])
def test_who_has_not_answered_us_is_not_told_to_wait(app, time, coordinator, task):
    case_in(CaseState.RUNNING, task=task, task_since=time.at)
    assert told(time) == []


def test_whose_help_does_not_get_on_is_told(app, time, coordinator):
    row = case_in(CaseState.RUNNING, task="stuck", task_since=time.at)
    assert told(time) == [row.help_request.contact_id]


@pytest.mark.parametrize("side", list(Side))
def test_a_problem_told_in_confidence_is_answered_to_whoever_told_it_only(app, time, coordinator, side):
    row = case_in(CaseState.RUNNING)
    person = row.pilot.user if side is Side.PILOT else row.help_request.contact
    with transaction():
        engagements.report_problem(row, side, "Es geht gar nicht.", "", by=person, at=time.at)
    assert told(time) == [person.id]


def test_whose_reply_by_mail_nobody_reads_is_told(app, time, coordinator):
    row = factories.help_request(RequestState.MATCHED)
    with transaction():
        message = outbox.enqueue(
            lambda: outbox.Mail(kind="x.y", subject="s", paragraphs=("p",)),
            to=row.contact,
            about=row,
            step="x",
            at=time.at,
        )
        message.state = MailState.SENT
        outbox.record_reply(message, at=time.at)
    assert told(time) == [row.contact_id]
