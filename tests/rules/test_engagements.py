"""Every pair of states of an engagement, allowed and forbidden."""

import pytest

from lotsen.engagements.rules import HOLDS_PLACE, LIVE, MOVES, TIMEOUTS, State

ALLOWED = {
    "agreed": "first_contact closing broken_off paused",
    "first_contact": "running closing broken_off paused",
    "running": "closing paused broken_off",
    "paused": "agreed first_contact running closing broken_off",
    "closing": "running completed",
    "broken_off": "",
    "completed": "",
}


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_exactly_the_written_moves_exist(before, after):
    assert (after in MOVES[before]) == (after.value in ALLOWED[before.value].split())


@pytest.mark.parametrize("state", sorted(LIVE))
def test_nothing_live_waits_for_ever(state):
    assert TIMEOUTS[state]


def test_a_closing_engagement_holds_no_place():
    assert State.CLOSING not in HOLDS_PLACE and State.CLOSING in LIVE
