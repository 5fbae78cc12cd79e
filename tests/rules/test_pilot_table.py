"""The pilot's table of the design, row by row: where to, who does it, and what happens when nobody acts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from lotsen.core.steps import Step, Unit
from lotsen.pilots import rules, service
from lotsen.pilots.rules import State


@dataclass(frozen=True)
class Row:
    """One line of the table: the verbs that lead out of a state, and the steps while nobody acts."""

    state: State
    verbs: dict[str, State]  # verb of the service -> where it leads
    who: str
    steps: tuple[tuple[str, int, Unit], ...] = ()


WT, DAYS = Unit.WT, Unit.DAYS
ON_THE_WAY_OUT = {"withdraw": State.WITHDRAWN, "reject": State.REJECTED}
TABLE = (
    Row(
        State.DRAFT,
        {"submit": State.SUBMITTED},
        "pilot, coordinator",
        (
            ("remind_unconfirmed", 3, DAYS),
            ("delete_unconfirmed", 14, DAYS),
            ("remind", 7, DAYS),
            ("remind_again", 30, DAYS),
            ("delete", 60, DAYS),
        ),
    ),
    Row(State.SUBMITTED, {"arrange_talk": State.INTERVIEW, **ON_THE_WAY_OUT}, "coordinator, pilot", (("tell", 5, WT),)),
    Row(
        State.INTERVIEW,
        {"award": State.AWARDED, "arrange_talk": State.INTERVIEW, **ON_THE_WAY_OUT},
        "both",
        (("ask_result", 2, WT), ("no_date", 12, WT)),
    ),
    Row(
        State.AWARDED,
        {"pause": State.PAUSED, "suspend": State.SUSPENDED, "end": State.ENDED},
        "pilot, coordinator",
        (("still_right", 365, DAYS), ("call_right", 379, DAYS)),
    ),
    Row(
        State.PAUSED,
        {"resume": State.AWARDED, "pause": State.PAUSED, "suspend": State.SUSPENDED, "end": State.ENDED},
        "pilot, system",
        (("ask_back", 56, DAYS), ("call", 140, DAYS)),
    ),
    Row(
        State.SUSPENDED,
        {"reinstate": State.AWARDED, "end": State.ENDED},
        "coordinator",
        (("decide", 10, WT),),
    ),
    Row(State.ENDED, {"arrange_talk": State.INTERVIEW}, "coordinator", (("anonymise", 730, DAYS),)),
    Row(State.REJECTED, {"apply": State.DRAFT}, "pilot", (("forget", 183, DAYS),)),
    Row(State.WITHDRAWN, {"apply": State.DRAFT}, "pilot", (("forget", 183, DAYS),)),
)
# A draft may also be withdrawn by erasing it; nobody has a button for it, the draft simply goes.
WITHOUT_VERB = {(State.DRAFT, State.WITHDRAWN)}


def counted(steps: tuple[Step, ...]) -> Iterator[tuple[str, int, Unit]]:
    """The steps counted from entering the state; the second way of a draft begins again at zero."""
    days = 0
    for step in steps:
        days = step.after if step.name == "remind" else days + step.after
        yield step.name, days, step.unit


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.state.value)
def test_every_way_out_of_the_table_is_allowed_and_has_a_verb(row: Row) -> None:
    for verb, to in row.verbs.items():
        assert to in rules.MOVES[row.state], f"{row.state} -> {to}"
        assert callable(getattr(service, verb)), verb


def test_every_allowed_move_stands_in_the_table() -> None:
    written = {(row.state, to) for row in TABLE for to in row.verbs.values()}
    allowed = {(start, to) for start, targets in rules.MOVES.items() for to in targets}
    assert allowed - WITHOUT_VERB == written


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.state.value)
def test_the_time_outs_are_those_of_the_table(row: Row) -> None:
    assert tuple(counted(rules.TIMEOUTS.get(row.state, ()))) == row.steps


def test_every_state_stands_in_the_table_once_and_waits_for_something() -> None:
    assert [row.state for row in TABLE] == list(State)
    assert all(row.steps for row in TABLE)


def test_a_step_that_waits_for_a_person_is_a_task_and_the_others_are_the_machines() -> None:
    tasks = {step.name for steps in rules.TIMEOUTS.values() for step in steps if step.name in rules.TASK_STEPS}
    assert tasks == {"ask_result", "no_date", "call", "decide", "call_right"}


def test_what_deletes_comes_at_the_end_of_its_day() -> None:
    last = {"delete_unconfirmed", "delete", "anonymise", "forget"}
    found = {step.name for steps in rules.TIMEOUTS.values() for step in steps if step.ends}
    assert found == last


@pytest.mark.parametrize(
    ("seen", "years", "until"),
    [("2026-11-24", 5, "2031-11-24"), ("2028-02-29", 5, "2033-02-28"), ("2026-02-28", 1, "2027-02-28")],
)
def test_a_certificate_counts_for_some_years(seen: str, years: int, until: str) -> None:
    assert rules.clearance_until(date.fromisoformat(seen), years) == date.fromisoformat(until)
