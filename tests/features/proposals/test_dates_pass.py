"""A block, a certificate, a date named with a no: when its day is over the pilot comes back by herself."""

from datetime import timedelta

import pytest

from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots import service as pilots
from lotsen.proposals import jobs, queries, service, sweep
from lotsen.proposals.rules import DeclineReason
from tests import factories

from .steps import hand_over


@pytest.fixture(autouse=True)
def fresh_index(app):
    sweep.index.forget()


@pytest.fixture
def nora():
    """One who fits whoever has a website."""
    return factories.pilot(
        name="Nora Netz",
        headline="Vereinsseiten mit WordPress",
        about="Ich baue Vereinsseiten mit WordPress und erkläre gern.",
        topics={"website": 3},
    )


def wish(state=RequestState.OPEN, **values):
    return factories.help_request(
        state,
        title="Die Homepage ist veraltet",
        description="Unsere Homepage ist uralt und keiner kann etwas ändern.",
        **values,
    )


def suggested(request):
    return [row.pilot_id for row in queries.suggestions(request.id, limit=9)]


def waits(request, by, at):
    with transaction():
        help_requests.wait(request, by=by, at=at)
    jobs.run_sweep(at)
    assert jobs.wake_waiting(at) == 0


def test_a_waiting_request_opens_on_the_day_after_a_block_ends(nora, coordinator, time):
    request, last = wish(), local_date(time.at) + timedelta(days=365)
    with transaction():
        pilots.exclude_organisation(nora, request.organisation, "refused", until=last, by=coordinator, at=time.at)
    jobs.run_sweep(time.at)
    waits(request, coordinator, time.at)
    assert jobs.run_sweep(time.forward(days=365)) == 0 and suggested(request) == []
    assert jobs.run_sweep(time.forward(days=1)) == 1 and suggested(request) == [nora.id]
    assert jobs.wake_waiting(time.at) == 1
    assert (request.state, request.task) == (RequestState.OPEN, "fits")


def test_nobody_is_suggested_where_children_are_after_the_certificate_is_over(nora, coordinator, time):
    request = wish(with_children=True)
    with transaction():
        nora.clearance_until = local_date(time.at)
    jobs.run_sweep(time.at)
    assert suggested(request) == [nora.id]
    jobs.run_sweep(time.forward(days=1))
    assert suggested(request) == []


def asked(nora, coordinator, at):
    """She is asked alone, and the mail has left."""
    request = wish()
    jobs.run_sweep(at)
    (proposal,) = queries.suggestions(request.id, limit=9)
    with transaction():
        service.approve_ladder(request, [proposal], by=coordinator, at=at)
    hand_over(proposal, at)
    return proposal


def test_who_says_later_is_among_the_suggestions_again_and_opens_the_request_on_that_day(nora, coordinator, time):
    proposal = asked(nora, coordinator, time.at)
    request, day = proposal.help_request, local_date(time.at) + timedelta(days=30)
    with transaction():
        service.decline(proposal, DeclineReason.LATER, by=nora.user, at=time.at, until=day)
    jobs.run_sweep(time.at)
    assert suggested(request) == [nora.id], "with the day from which she can be asked"
    waits(request, coordinator, time.at)
    assert jobs.wake_waiting(time.forward(days=29)) == 0
    assert jobs.wake_waiting(time.forward(days=1)) == 1
    assert (request.state, request.task) == (RequestState.OPEN, "fits")


def test_who_did_not_answer_does_not_open_what_the_coordinator_lets_wait_after_that(nora, coordinator, time):
    proposal = asked(nora, coordinator, time.at)
    with transaction():
        service.expire(proposal, by=coordinator, at=time.at)
    jobs.run_sweep(time.at)
    waits(proposal.help_request, coordinator, time.at)
    jobs.run_sweep(time.forward(days=1))
    assert jobs.wake_waiting(time.at) == 0
