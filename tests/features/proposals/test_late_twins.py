"""A pilot who says yes late, or after a no, while the matcher has proposed her anew."""

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.proposals import service
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State
from tests import factories


def test_a_late_yes_is_taken_although_the_same_pilot_is_suggested_anew(app, time, coordinator):
    request = factories.help_request("asking")
    late = factories.proposal(State.EXPIRED, of=request, wants_anyway_at=time.at)
    key = factories.proposal(of=request, pilot=late.pilot).id
    with transaction():
        assert service.take_late_yes(late, by=coordinator, at=time.at)
    db.session.expire_all()
    assert late.state is State.ACCEPTED and db.session.get(Proposal, key) is None


def test_a_late_yes_of_a_pilot_who_stands_on_the_new_order_waits_there(app, time, coordinator):
    request = factories.help_request("asking")
    late = factories.proposal(State.EXPIRED, of=request, wants_anyway_at=time.at)
    again = factories.proposal(State.APPROVED, of=request, pilot=late.pilot)
    with transaction():
        assert not service.take_late_yes(late, by=coordinator, at=time.at)
    assert late.state is State.EXPIRED and again.state is State.APPROVED
