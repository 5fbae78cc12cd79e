"""A mail that came back is never silence: nothing is completed, nobody counts as silent, somebody calls."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements import queries, service
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Side, State
from lotsen.followups import jobs
from lotsen.help_requests.rules import State as RequestState
from lotsen.home.queries import office_tasks
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals.rules import State as ProposalState
from tests import factories


def latest(kind: str) -> OutboxMessage:
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc())
    ).first()


def came_back(kind: str, by: Any, at: datetime) -> OutboxMessage:
    mail = latest(kind)
    with transaction():
        mail.state, mail.sent_at = MailState.SENT, at
    with transaction():
        outbox.record_bounce(mail, by=by, at=at)
    return mail


def next_step(case: Engagement, time: Any) -> None:
    jobs.run_due(time.set(case.due_at))
    db.session.expire_all()


def ends(case: Engagement, time: Any) -> None:
    with transaction():
        service.done(case, by=case.pilot.user, at=time.at)


def runs(case: Engagement, time: Any) -> None:
    with transaction():
        service.contact_made(case, by=case.pilot.user, at=time.at)
        service.fits(case, Side.PILOT, by=case.pilot.user, at=time.at)
    next_step(case, time)


CASES: list[tuple[str, Callable[[Engagement, Any], None], str]] = [
    ("agreed", lambda case, time: next_step(case, time), "followups.date_agreed"),
    ("running", runs, "followups.monthly"),
    ("closing", ends, "followups.feedback"),
]


@pytest.mark.parametrize(("state", "until", "kind"), CASES, ids=[case[0] for case in CASES])
def test_a_question_that_came_back_stops_the_clock_until_somebody_has_called(
    app: Any, time: Any, coordinator: Any, state: str, until: Callable[[Engagement, Any], None], kind: str
) -> None:
    case = factories.engagement()
    until(case, time)
    mail = came_back(kind, coordinator, time.at)
    assert (case.task, case.due_at) == ("undeliverable", None)
    step = case.due_step
    jobs.run_due(time.forward(days=60))
    db.session.expire_all()
    assert case.state is State(state), "two months later nothing has happened by itself"
    with app.test_request_context():
        assert [task.kind for task in queries.tasks(now())] == ["engagement.undeliverable"]
    with transaction():
        outbox.record_call(mail, by=coordinator, at=time.at)
    db.session.expire_all()
    assert (case.task, case.due_step) == ("", step) and case.due_at > time.at


def test_contact_data_that_came_back_stops_the_clock_too(app: Any, time: Any, coordinator: Any) -> None:
    proposal = factories.proposal(ProposalState.ACCEPTED, of=factories.help_request(RequestState.ASKING))
    with transaction():
        case = service.begin(proposal, by=proposal.help_request.contact, at=time.at)
    came_back("engagements.contact_data", coordinator, time.at)
    assert (case.task, case.due_at) == ("undeliverable", None)
    with transaction():
        service.task_done(case, by=coordinator, at=time.at)
    assert case.task == "" and case.due_at is not None


def test_one_monthly_mail_stops_the_clocks_of_all_its_cases(app: Any, time: Any, coordinator: Any) -> None:
    first = factories.engagement()
    second = factories.engagement(pilot=first.pilot)
    for case in (first, second):
        with transaction():
            service.contact_made(case, by=case.pilot.user, at=time.at)
            service.fits(case, Side.PILOT, by=case.pilot.user, at=time.at)
    next_step(first, time)
    assert second.due_at > time.at, "asked in the same mail"
    mail = came_back("followups.monthly", coordinator, time.at)
    assert [case.due_at for case in (first, second)] == [None, None]
    with app.test_request_context():
        assert [task.kind for task in office_tasks(now())] == ["outbox.failed"], "one call settles both"
    with transaction():
        outbox.record_call(mail, by=coordinator, at=time.at)
    assert first.due_at is not None and first.due_at == second.due_at


def test_a_call_keeps_another_task_where_it_was(app: Any, time: Any, coordinator: Any) -> None:
    case = factories.engagement()
    with transaction():
        service.needs_office(case, Side.MEMBER, "fits_not", by=case.help_request.contact, at=time.at)
    next_step(case, time)
    mail = came_back("followups.date_agreed", coordinator, time.at)
    with transaction():
        outbox.record_call(mail, by=coordinator, at=time.at)
    assert (case.task, case.due_at) == ("fits_not", None)
    with transaction():
        service.task_done(case, by=coordinator, at=time.at)
    assert case.due_at is not None
