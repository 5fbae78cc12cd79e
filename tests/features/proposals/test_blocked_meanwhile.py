"""A block that is made after an order was approved: whoever stands further down is not asked past it."""

import pytest
from sqlalchemy import select

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots import service as pilots
from lotsen.proposals import service
from lotsen.proposals.models import RequestBlock
from lotsen.proposals.rules import DeclineReason, RefuseReason, State
from tests import factories

from .steps import approve, hand_over, mails


def asked_elsewhere(second, coordinator, at):
    """The second on an order is asked for another request of the same organisation."""
    here = second.help_request
    other = factories.help_request(organisation_id=here.organisation_id, contact_id=here.contact_id)
    proposal = factories.proposal(of=other, pilot=second.pilot)
    with transaction():
        service.approve_ladder(other, [proposal], by=coordinator, at=at)
    hand_over(proposal, at)
    return proposal


def says_no_to_the_organisation(second, coordinator, at):
    proposal = asked_elsewhere(second, coordinator, at)
    with transaction():
        service.decline(proposal, DeclineReason.CONFLICT, by=second.pilot.user, at=at)


def is_refused_by_the_organisation(second, coordinator, at):
    proposal = asked_elsewhere(second, coordinator, at)
    with transaction():
        service.accept(proposal, by=second.pilot.user, at=at)
        service.refuse(proposal, RefuseReason.KNOWN, by=proposal.help_request.contact, at=at)


def names_the_organisation_as_one_to_leave_out(second, _coordinator, at):
    with transaction():
        pilots.exclude_by_name(second.pilot, second.help_request.organisation.name, by=second.pilot.user, at=at)


BLOCKS = [says_no_to_the_organisation, is_refused_by_the_organisation, names_the_organisation_as_one_to_leave_out]


@pytest.mark.parametrize("block", BLOCKS)
def test_whoever_is_blocked_meanwhile_is_passed_over_and_reads_nothing(coordinator, at, block):
    first, second, third = approve(coordinator, at, 3)
    block(second, coordinator, at)
    written = len([mail for mail in mails("proposals.ask") if mail.recipient_id == second.pilot.user_id])
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=at)
    assert (second.state, third.state) == (State.SKIPPED, State.ASKED)
    assert second.pilot.reserved == 0
    assert len([mail for mail in mails("proposals.ask") if mail.recipient_id == second.pilot.user_id]) == written


def test_a_block_that_is_lifted_or_over_bars_nobody(coordinator, time):
    first, second = approve(coordinator, time.at, 2)
    is_refused_by_the_organisation(second, coordinator, time.at)
    with transaction():
        service.decline(first, DeclineReason.OTHER, by=first.pilot.user, at=time.forward(days=366))
    assert second.state is State.ASKED, "twelve months are over"


def test_a_late_yes_is_not_put_before_an_organisation_that_refused_the_pilot(coordinator, at):
    first, second = approve(coordinator, at, 2)
    hand_over(first, at)
    with transaction():
        service.expire(first, by=SYSTEM, at=at)
        service.accept(first, by=first.pilot.user, at=at)
    is_refused_by_the_organisation(first, coordinator, at)
    told = len(mails("proposals.pilot_says_yes"))
    with transaction():
        service.decline(second, DeclineReason.OTHER, by=second.pilot.user, at=at)
    assert (first.state, first.help_request.state) == (State.EXPIRED, RequestState.OPEN)
    assert len(mails("proposals.pilot_says_yes")) == told


def test_nobody_blocked_is_put_on_the_list_by_hand_before_the_block_is_lifted(as_coordinator, coordinator, at):
    (first,) = approve(coordinator, at, 1)
    with transaction():
        service.decline(first, DeclineReason.NOT_MY_FIELD, by=first.pilot.user, at=at)
    here, pilot = first.help_request, first.pilot
    page = as_coordinator.post("proposals.suggest_by_hand", request_id=here.id, data={"wer": pilot.id})
    assert "Hier steht eine Ausnahme dagegen." in page.text
    with transaction():
        service.lift_block(db.session.scalars(select(RequestBlock)).one(), by=coordinator, at=at)
        assert service.suggest_by_hand(here, pilot, by=coordinator, at=at).state is State.SUGGESTED
