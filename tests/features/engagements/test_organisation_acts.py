"""What the organisation does to its request reaches who is asked, who said yes and who already helps."""

import pytest
from sqlalchemy import select

from lotsen.core import tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements.rules import State
from lotsen.help_requests import queries, service
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.organisations.models import Member
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals import jobs as proposal_jobs
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import State as ProposalState
from tests import factories

DAY = {"until-tag": "1", "until-monat": "2", "until-jahr": "2027"}


def link(row, at):
    with transaction():
        return tokens.issue(Purpose.REQUEST_STATUS, "help_request", row.id, at=at, user_id=row.contact_id)


def kinds(*, state=None):
    db.session.rollback()
    found = select(OutboxMessage.kind).order_by(OutboxMessage.id)
    return list(db.session.scalars(found.where(OutboxMessage.state == state) if state else found))


def running():
    request = factories.help_request(RequestState.RUNNING)
    return factories.engagement(State.RUNNING, of=factories.proposal(ProposalState.CONFIRMED, of=request)), request


def test_a_running_case_rests_until_the_day_and_the_pilot_is_told(as_visitor, at):
    engagement, request = running()
    page = as_visitor.get("help_requests.status", token=link(request, at))
    page.submit("Ruhen lassen", status=400, **{**DAY, "until-jahr": "2020"})
    page.submit("Ruhen lassen", **DAY)
    assert kinds() == ["engagements.paused"]
    assert engagement.state is State.PAUSED
    assert request.state in (RequestState.MATCHED, RequestState.RUNNING)


def test_a_running_case_that_is_withdrawn_ends_is_thanked_for_and_is_not_opened_again(as_visitor, at):
    engagement, request = running()
    page = as_visitor.get("help_requests.status", token=link(request, at))
    page.submit("Anfrage zurückziehen")
    told = kinds()
    assert engagement.state is State.BROKEN_OFF
    assert request.state is RequestState.WITHDRAWN
    assert "help_requests.withdrawn" in told and len(told) == 2, "the pilot gets a word of thanks"


def test_an_open_request_rests_at_the_wish_of_the_organisation(as_visitor, at):
    request = factories.help_request(RequestState.ASKING)
    asked = factories.proposal(ProposalState.ASKED, of=request)
    as_visitor.get("help_requests.status", token=link(request, at)).submit("Ruhen lassen", **DAY)
    db.session.rollback()
    assert (request.state, request.held_from) == (RequestState.ON_HOLD, RequestState.OPEN)
    assert proposal_jobs.reconcile(at) == 1
    assert asked.state is ProposalState.WITHDRAWN and asked.pilot.reserved == 0
    assert "proposals.thanks_not_needed" in kinds()


def leave(request, coordinator, at):
    with transaction():
        member = db.session.scalar(select(Member).where(Member.user_id == request.contact_id))
        organisations.leave(member, by=coordinator, at=at)


@pytest.mark.parametrize("state", [ProposalState.ASKED, ProposalState.ACCEPTED])
def test_when_the_last_contact_person_goes_the_clock_stops_and_somebody_follows(
    app, as_coordinator, coordinator, at, state
):
    request = factories.help_request(RequestState.ASKING)
    proposal = factories.proposal(state, of=request)
    raw = link(request, at)
    with transaction():
        proposal.due_at, proposal.due_step = at, "remind"
    leave(request, coordinator, at)
    assert (request.task, proposal.task, proposal.due_at) == ("contact_gone", "contact_gone", None)
    with app.test_request_context():
        assert [task.kind for task in queries.tasks(at)] == ["help_request.contact_gone"]
    found = tokens.find(raw, Purpose.REQUEST_STATUS)
    assert found.revoked_at == at
    page = as_coordinator.get("help_requests.detail", request_id=request.id)
    page = page.submit("Ansprechperson eintragen", status=400)
    assert "Wählen Sie jemanden aus, oder geben Sie einen Namen ein." in page.text
    page.submit("Ansprechperson eintragen", contact_name="Nora Neu", contact_email="nora@example.org")
    db.session.rollback()
    request = db.session.get_one(HelpRequest, request.id)
    assert (request.task, request.contact_name, request.contact.email) == ("", "Nora Neu", "nora@example.org")
    assert proposal.task == ""
    if state is ProposalState.ACCEPTED:
        (mail,) = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "proposals.pilot_says_yes"))
        assert (mail.address, mail.state) == ("nora@example.org", MailState.WAITING)
    else:
        assert proposal.due_at is not None and proposal.due_step == "remind"


def test_a_second_contact_person_follows_for_all_parts_of_a_request(as_coordinator, coordinator, at):
    request = factories.help_request(RequestState.OPEN)
    second = factories.member(request.organisation, person=factories.user(name="Zoe Zweite", email="zoe@example.org"))
    with transaction():
        parts = service.split(
            request,
            [
                service.Part("A", "Ein Verein braucht eine Homepage."),
                service.Part("B", "Ein Verein braucht ein Programm."),
            ],
            by=coordinator,
            at=at,
        )
    leave(request, coordinator, at)
    page = as_coordinator.get("help_requests.detail", request_id=parts[0].id)
    page.submit("Ansprechperson eintragen", person=str(second.user_id))
    db.session.rollback()
    assert {row.contact_id for row in (request, *queries.parts_of(request))} == {second.user_id}
    assert {row.task for row in queries.parts_of(request)} == {""}


def test_a_late_yes_may_be_taken_by_the_coordinator(as_coordinator, coordinator, at):
    request = factories.help_request(RequestState.OPEN)
    late = factories.proposal(ProposalState.EXPIRED, of=request, ladder_id=factories.ladder(request).id, position=1)
    with transaction():
        proposals.keep_late_yes(late, by=late.pilot.user, at=at)
    page = as_coordinator.get("proposals.candidates", request_id=request.id)
    page.submit(f"Jetzt doch nehmen – {late.pilot.user.name}")
    db.session.rollback()
    assert (late.state, request.state, late.pilot.reserved) == (ProposalState.ACCEPTED, RequestState.ASKING, 1)
    assert "proposals.pilot_says_yes" in kinds()
