"""A task is as old as what waits, not as the state in which it appeared."""

from sqlalchemy import select

from lotsen.core.clock import MORNING, at_local, calendar, local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.states import move
from lotsen.engagements import service as engagements
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as CaseState
from lotsen.help_requests.rules import State as RequestState
from lotsen.home import queries
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import rules
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import State
from tests import factories
from tests.factories.base import writing


def since(app, kind, at):
    with app.test_request_context():
        (task,) = [task for task in queries.office_tasks(at) if task.kind == kind]
    return task.waiting_since


def days_later(time, days=9):
    return time.forward(days=days)


def test_a_question_waits_since_it_was_asked_and_not_since_the_pilot_was(app, time):
    proposal = factories.proposal("asked", of=factories.help_request("asking"))
    later = days_later(time)
    with transaction():
        proposals.ask_question(proposal, "Wie viele?", by=proposal.pilot.user, at=later)
    assert since(app, "proposal.question", later) == later


def test_who_does_not_get_on_waits_since_saying_so(app, time):
    case = factories.engagement(CaseState.RUNNING)
    later = days_later(time)
    with transaction():
        engagements.needs_office(case, Side.PILOT, "stuck", by=case.pilot.user, at=later)
    assert since(app, "engagement.stuck", later) == later
    with transaction():
        engagements.task_done(case, by=case.pilot.user, at=later)
        engagements.needs_office(case, Side.PILOT, "stuck", by=case.pilot.user, at=days_later(time))
    assert since(app, "engagement.stuck", time.at) == time.at, "settled and here again: it waits anew"


def test_a_case_without_its_pilot_waits_since_the_pilot_went(app, time):
    case = factories.engagement(CaseState.RUNNING)
    later = days_later(time)
    with writing():
        case.pilot.state, case.pilot.state_since = PilotState.SUSPENDED, later
    assert since(app, "engagement.pilot_gone", later) == later


def test_a_certificate_is_missing_since_the_day_after_its_last(app, time):
    proposal = factories.proposal("asked", of=factories.help_request("asking", with_children=True))
    later = days_later(time)
    with writing():
        proposal.pilot.clearance_until = local_date(later)
    assert since(app, "proposal.clearance", days_later(time, 1)) == at_local(local_date(time.at), MORNING)


def test_an_order_is_at_rest_since_the_last_one_left_it(app, time, coordinator):
    request = factories.help_request()
    both = [factories.proposal(of=request), factories.proposal(of=request, rank=2)]
    with transaction():
        proposals.approve_ladder(request, both, by=coordinator, at=time.at)
        proposals.recall_ask(both[0], by=coordinator, at=time.at)
    later = days_later(time)
    with transaction():
        move(both[0], State.REMOVED, rules, by=coordinator, at=later)
    assert since(app, "proposal.stopped", later) == later


def test_what_came_back_waits_since_it_came_back(app, time, coordinator):
    request = factories.help_request()
    with transaction():
        proposals.approve_ladder(request, [factories.proposal(of=request)], by=coordinator, at=time.at)
    message = db.session.scalars(select(OutboxMessage)).one()
    with writing():
        message.state = MailState.SENT
    later = days_later(time)
    with transaction():
        outbox.record_bounce(message, by=coordinator, at=later)
    assert since(app, "outbox.failed", later) == later


def test_a_draft_waits_since_the_day_to_call(app, time):
    request = factories.help_request(RequestState.DRAFT, contact_phone="05721 1")
    later = days_later(time)
    first = calendar().nth_working_day(local_date(request.state_since), 1)
    assert since(app, "help_request.unconfirmed", later) == at_local(first, MORNING)


def test_a_result_waits_since_it_was_due(app, time):
    pilot = factories.pilot(PilotState.INTERVIEW)
    later = days_later(time)
    with writing():
        pilot.due_step, pilot.due_at = "ask_result", later
    assert since(app, "pilot.ask_result", later) == later


def test_two_silent_asks_wait_since_the_second(app, time, coordinator):
    pilot = factories.pilot()
    with transaction():
        pilots.unanswered(pilot, by=coordinator, at=time.at)
    later = days_later(time)
    with transaction():
        pilots.unanswered(pilot, by=coordinator, at=later)
    assert since(app, "pilot.silent", later) == later
