"""A request that waits and is kept never waits without a date."""

import pytest

from lotsen.core.db import transaction
from lotsen.help_requests import rules, service
from lotsen.help_requests.rules import State
from tests import factories


@pytest.mark.parametrize("step", [step.name for step in rules.TIMEOUTS[State.WAITING]])
def test_a_kept_request_is_asked_about_again_whatever_was_due_next(app, time, step):
    request = factories.help_request(State.WAITING)
    with transaction():
        request.due_step = step
        service.keep(request, by=request.contact, at=time.at)
    assert request.due_at is not None and request.due_at > time.at
