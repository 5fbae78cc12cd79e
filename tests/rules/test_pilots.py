"""The life of a pilot on paper."""

from datetime import date, timedelta
from itertools import product

import pytest

from lotsen.pilots import rules
from lotsen.pilots.rules import AwardConditions, State

DAY = date(2026, 11, 24)
ALLOWED = {
    (State.DRAFT, State.SUBMITTED),
    (State.DRAFT, State.WITHDRAWN),
    (State.SUBMITTED, State.INTERVIEW),
    (State.SUBMITTED, State.WITHDRAWN),
    (State.SUBMITTED, State.REJECTED),
    (State.INTERVIEW, State.INTERVIEW),
    (State.INTERVIEW, State.AWARDED),
    (State.INTERVIEW, State.WITHDRAWN),
    (State.INTERVIEW, State.REJECTED),
    (State.AWARDED, State.PAUSED),
    (State.AWARDED, State.SUSPENDED),
    (State.AWARDED, State.ENDED),
    (State.PAUSED, State.AWARDED),
    (State.PAUSED, State.PAUSED),
    (State.PAUSED, State.SUSPENDED),
    (State.PAUSED, State.ENDED),
    (State.SUSPENDED, State.AWARDED),
    (State.SUSPENDED, State.ENDED),
    (State.ENDED, State.INTERVIEW),
    (State.REJECTED, State.DRAFT),
    (State.WITHDRAWN, State.DRAFT),
}


@pytest.mark.parametrize(("start", "to"), list(product(State, State)))
def test_a_pilot_moves_only_where_the_table_says(start: State, to: State) -> None:
    assert (to in rules.MOVES[start]) == ((start, to) in ALLOWED)


def test_every_state_has_a_way_in_and_a_way_out() -> None:
    reached = {to for targets in rules.MOVES.values() for to in targets} | {State.DRAFT}
    assert reached == set(State)
    assert all(rules.MOVES[state] for state in State)


FULL = {
    "talk_held_on": DAY,
    "profile_complete": True,
    "duties_signed_on": DAY,
    "duties_seen_by": 1,
    "cover_explained": True,
}


@pytest.mark.parametrize(
    ("gap", "code"),
    [
        ({"talk_held_on": None}, "talk"),
        ({"profile_complete": False}, "profile"),
        ({"duties_signed_on": None}, "duties"),
        ({"duties_seen_by": None}, "duties"),
        ({"cover_explained": False}, "cover"),
    ],
)
def test_the_award_names_what_is_missing(gap: dict[str, object], code: str) -> None:
    assert AwardConditions(**{**FULL, **gap}).missing() == (code,)  # type: ignore[arg-type]


def test_nothing_is_missing_when_all_four_hold() -> None:
    assert AwardConditions(**FULL).missing() == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(("actor", "may"), [(1, False), (2, True), (None, False)])
def test_nobody_awards_the_own_title(actor: int | None, may: bool) -> None:
    assert rules.may_be_awarded_by(pilot_user_id=1, actor_id=actor) is may


@pytest.mark.parametrize(
    ("start", "until", "problem"),
    [
        (0, None, None),
        (5, 12, None),
        (-1, None, "start_past"),
        (3, 3, "until_before_start"),
        (3, 2, "until_before_start"),
    ],
)
def test_a_pause_lies_ahead_and_ends_after_it_begins(start: int, until: int | None, problem: str | None) -> None:
    end = None if until is None else DAY + timedelta(days=until)
    assert rules.pause_problem(start=DAY + timedelta(days=start), until=end, today=DAY) == problem


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("reserved", "capacity"), [(0, 0), (0, 1), (1, 1), (2, 1)])
def test_only_an_awarded_pilot_with_a_free_place_may_be_reserved(state: State, reserved: int, capacity: int) -> None:
    may = rules.may_be_reserved(state=state, reserved=reserved, capacity=capacity)
    assert may == (state is State.AWARDED and reserved < capacity)
