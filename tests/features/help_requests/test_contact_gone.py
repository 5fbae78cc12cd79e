"""The contact person has left: nobody writes to her any more, and that somebody must follow is never forgotten."""

import pytest
from sqlalchemy import select

from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.engagements import service as engagements
from lotsen.help_requests import queries, service
from lotsen.help_requests.rules import State
from lotsen.home import jobs
from lotsen.organisations import service as organisations
from lotsen.organisations.queries import find_member
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import DeclineReason, RefuseReason
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.features.proposals.steps import approve, hand_over, mails
from tests.features.proposals.test_changes_of_mind import said_yes


def leaves(request, coordinator, at):
    with transaction():
        organisations.leave(find_member(request.organisation_id, request.contact_id), by=coordinator, at=at)


def follows(request, coordinator, at):
    new = factories.member(request.organisation, person=factories.user(Role.MEMBER, name="Nina Neu")).user
    with transaction():
        service.contact_follows(request, new, by=coordinator, at=at)
    return new


def waiting_for(person_id):
    waits = OutboxMessage.state.in_([MailState.WAITING, MailState.CALL, MailState.HELD])
    return db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.recipient_id == person_id, waits)).all()


@pytest.mark.parametrize("how", ["the pilot says no", "the search is stopped", "the ask is taken back and goes on"])
def test_whatever_becomes_of_the_search_somebody_who_follows_is_looked_for(app, time, coordinator, how):
    (first,) = approve(coordinator, time.at, 1)
    hand_over(first, time.at)
    request, gone = first.help_request, first.help_request.contact_id
    leaves(request, coordinator, time.at)
    since = request.task_since
    later = time.forward(hours=3)
    with transaction():
        if how == "the pilot says no":
            proposals.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=later)
        elif how == "the search is stopped":
            proposals.stop_asking(request, by=coordinator, at=later)
        else:
            proposals.recall_ask(first, by=coordinator, at=later)
            proposals.take_off(first, by=coordinator, at=later)
    assert (request.state, request.task, request.task_since) == (State.OPEN, "contact_gone", since)
    jobs.morning(time.forward(days=60))
    assert not waiting_for(gone)
    follows(request, coordinator, time.at)
    with app.test_request_context(), speaking("de"):
        assert (request.task, [task.kind for task in queries.tasks(time.at)]) == ("", ["help_request.open"])


def test_nobody_reads_at_a_stopped_order_that_there_is_nothing_to_do_for_an_organisation_left_behind(
    app, time, coordinator
):
    first, _second = approve(coordinator, time.at, 2)
    with transaction():
        proposals.recall_ask(first, by=coordinator, at=time.at)
    leaves(first.help_request, coordinator, time.at)
    jobs.morning(time.forward(days=20))
    assert not waiting_for(first.help_request.contact_id)


def test_a_new_order_and_a_step_back_keep_the_task_too(app, time, coordinator):
    request = factories.help_request(State.OPEN)
    leaves(request, coordinator, time.at)
    with transaction():
        proposals.approve_ladder(request, [factories.proposal(of=request)], by=coordinator, at=time.at)
    assert (request.state, request.task) == (State.ASKING, "contact_gone")
    with transaction():
        service.withdraw(request, by=coordinator, at=time.at)
    assert request.task == "" and not waiting_for(request.contact_id)


def test_a_yes_waits_for_whoever_follows_and_is_told_there(app, time, coordinator):
    (first,) = approve(coordinator, time.at, 1)
    hand_over(first, time.at)
    request, gone = first.help_request, first.help_request.contact_id
    leaves(request, coordinator, time.at)
    with transaction():
        proposals.accept(first, by=first.pilot.user, at=time.at)
    assert (first.state, first.task, first.due_at) == (ProposalState.ACCEPTED, "contact_gone", None)
    assert not waiting_for(gone) and not mails("proposals.pilot_says_yes")
    new = follows(request, coordinator, time.at)
    assert first.task == ""
    assert [mail.recipient_id for mail in mails("proposals.pilot_says_yes")] == [new.id]


@pytest.mark.parametrize("how", ["takes it back", "the search is stopped", "is refused"])
def test_who_has_left_does_not_read_that_the_yes_is_gone(app, time, coordinator, how):
    first, second = said_yes(coordinator, time.at)
    request = first.help_request
    leaves(request, coordinator, time.at)
    with transaction():
        if how == "takes it back":
            proposals.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=time.at)
            proposals.accept(second, by=second.pilot.user, at=time.at)
        elif how == "the search is stopped":
            proposals.stop_asking(request, by=coordinator, at=time.at)
        else:
            proposals.refuse(first, RefuseReason.TIMES, by=coordinator, at=time.at)
    assert not waiting_for(request.contact_id)
    assert request.task == "contact_gone"


def anyone(coordinator, at):
    """A pilot is asked for an organisation whose contact person takes whomever we propose."""
    (first,) = approve(coordinator, at, 1, takes_whoever=True)
    hand_over(first, at)
    return first


def test_that_somebody_takes_whomever_we_propose_does_not_bind_who_follows(app, time, coordinator):
    first = anyone(coordinator, time.at)
    leaves(first.help_request, coordinator, time.at)
    with transaction():
        assert engagements.pilot_says_yes(first, by=first.pilot.user, at=time.at) is None
    assert (first.state, first.task) == (ProposalState.ACCEPTED, "contact_gone")
    assert not mails("engagements.contact_data") and not mails("proposals.pilot_says_yes")
    new = follows(first.help_request, coordinator, time.at)
    (told,) = mails("proposals.pilot_says_yes")
    assert told.recipient_id == new.id and first.state is ProposalState.ACCEPTED


def test_who_follows_before_the_pilot_answers_is_asked_too(app, time, coordinator):
    first = anyone(coordinator, time.at)
    leaves(first.help_request, coordinator, time.at)
    new = follows(first.help_request, coordinator, time.at)
    with transaction():
        assert engagements.pilot_says_yes(first, by=first.pilot.user, at=time.at) is None
    assert not first.help_request.takes_whoever and mails("proposals.pilot_says_yes")[0].recipient_id == new.id


def test_a_late_yes_does_not_begin_by_itself_once_who_took_anyone_has_left(app, time, coordinator):
    first = anyone(coordinator, time.at)
    with transaction():
        proposals.expire(first, by=SYSTEM, at=time.at)
        proposals.accept(first, by=first.pilot.user, at=time.at)
    leaves(first.help_request, coordinator, time.at)
    with transaction():
        assert proposals.take_late_yes_now(first, by=coordinator, at=time.at)
    assert (first.state, first.task) == (ProposalState.ACCEPTED, "contact_gone")
    assert not mails("engagements.contact_data")


def test_who_left_by_mistake_and_is_back_still_takes_whomever_we_propose(app, time, coordinator):
    first = anyone(coordinator, time.at)
    leaves(first.help_request, coordinator, time.at)
    with transaction():
        organisations.take_back_leaving(first.help_request.contact, time.at, by=coordinator, at=time.at)
        assert engagements.pilot_says_yes(first, by=first.pilot.user, at=time.at) is not None


def test_a_mail_that_comes_back_after_she_left_does_not_hide_that_somebody_must_follow(app, time, coordinator):
    request = factories.help_request()
    with transaction():
        service.ask_back(request, "Wie viele Rechner sind es?", by=coordinator, at=time.at)
    asked = mails("help_requests.query")[-1]
    with transaction():
        asked.state, asked.sent_at = MailState.SENT, time.at
    leaves(request, coordinator, time.at)
    with transaction():
        outbox.record_bounce(asked, by=coordinator, at=time.at)
    assert (request.task, request.due_at) == ("contact_gone", None)
    with transaction():
        outbox.record_call(asked, by=coordinator, at=time.forward(days=1))
    assert (request.task, request.due_at) == ("contact_gone", None), "nobody answers for the organisation yet"
    new = follows(request, coordinator, time.at)
    assert request.task == "" and "help_requests.query" in waiting_for(new.id)
