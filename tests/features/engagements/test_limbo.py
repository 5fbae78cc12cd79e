"""What the year in the town found about engagements."""

import pytest

from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements.rules import State
from lotsen.help_requests import queries as requests
from lotsen.help_requests import service as help_requests
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason
from tests import factories


@pytest.mark.parametrize("state", [State.AGREED, State.FIRST_CONTACT, State.RUNNING])
def test_an_organisation_that_withdraws_ends_the_engagement_and_frees_the_place(app, time, state):
    case = factories.engagement(state)
    request = case.help_request
    with transaction():
        help_requests.withdraw(request, by=request.contact, at=time.at)
    assert case.state is State.BROKEN_OFF and request.state == "withdrawn"
    assert db.session.get_one(Pilot, case.pilot_id).reserved == 0


def test_when_the_pilot_of_an_engagement_is_gone_somebody_who_follows_is_a_task(app, time, coordinator):
    case = factories.engagement(State.RUNNING)
    with transaction():
        pilots.end(case.pilot, EndReason.MOVED, by=coordinator, at=time.at)
    with app.test_request_context():
        (task,) = requests.tasks(now())
    assert task.kind == "help_request.successor" and case.help_request.organisation_name in task.title
    assert case.state is State.RUNNING and case.handing_over_by == "office"
