"""How each time-out of the four tables counts: in working days or days, from when, to which hour, and whether again."""

from collections.abc import Callable, Iterator

import pytest

from lotsen.core.steps import Step, Unit
from lotsen.engagements import rules as engagements
from lotsen.help_requests import rules as requests
from lotsen.pilots import rules as pilots
from lotsen.proposals import rules as proposals

TABLES = {"request": requests, "proposal": proposals, "engagement": engagements, "pilot": pilots}

# What ends something comes at 23:59 of its last day, so that the whole day is left; all else in the morning.
ENDS = """
    request.draft.delete request.query.put_aside proposal.asked.expire engagement.closing.complete
    pilot.draft.delete_unconfirmed pilot.draft.delete pilot.ended.anonymise pilot.rejected.forget pilot.withdrawn.forget
"""
# Whoever must answer has the whole time from the moment the mail was taken or the call recorded.
FROM_DELIVERY = "request.query.remind proposal.asked.remind proposal.asked.expire proposal.accepted.remind"
# "then every 15", "a call task every 12", "task every 10 WT", one line a month.
AGAIN = """
    request.open.tell_again engagement.running.monthly pilot.interview.no_date pilot.paused.call
    pilot.suspended.decide
"""
# What is answered within working days; the rest are weeks and months.
WORKING_DAYS = """
    request.submitted.tell request.submitted.overdue request.query.remind request.query.remind_again
    request.query.put_aside request.on_hold.task request.open.tell request.open.tell_again
    proposal.asked.remind proposal.asked.expire proposal.accepted.remind proposal.accepted.tell_pilot
    proposal.accepted.task engagement.agreed.ask_pilot engagement.agreed.ask_member engagement.agreed.task
    engagement.first_contact.ask_again engagement.first_contact.task pilot.submitted.tell pilot.interview.ask_result
    pilot.interview.no_date pilot.suspended.decide
"""


def steps() -> Iterator[tuple[str, Step]]:
    for entity, rules in TABLES.items():
        for state, row in rules.TIMEOUTS.items():
            for step in row:
                yield f"{entity}.{state.value}.{step.name}", step


@pytest.mark.parametrize(
    ("said", "is_so"),
    [
        (ENDS, lambda step: step.ends),
        (FROM_DELIVERY, lambda step: step.from_delivery),
        (AGAIN, lambda step: step.repeats),
        (WORKING_DAYS, lambda step: step.unit is Unit.WT),
    ],
    ids=["ends at 23:59", "counts from delivery", "comes again", "in working days"],
)
def test_each_time_out_counts_as_the_design_says(said: str, is_so: Callable[[Step], bool]) -> None:
    assert {name for name, step in steps() if is_so(step)} == set(said.split())
