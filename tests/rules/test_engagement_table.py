"""The table of an engagement's life, row by row: who leaves each state by which verb, what comes when nobody acts."""

import pytest

from lotsen.core.steps import Unit
from lotsen.engagements import rules, service
from lotsen.engagements.rules import LIVE, MOVES, TIMEOUTS, State
from lotsen.engagements.views.verbs import VERBS
from lotsen.followups import jobs
from lotsen.followups.rules import ANSWERS, Answer, Kind

BOTH, OFFICE, SYSTEM = "both sides", "coordinator", "system"
# state, what is said, where it leads, the verb of the service, who says it, its button on the case page
LEAVES = [
    ("agreed", "a meeting date", "first_contact", "appoint", BOTH, "termin"),
    ("agreed", "we spoke", "first_contact", "contact_made", BOTH, "gesprochen"),
    ("agreed", "already done", "closing", "done", BOTH, "erledigt"),
    ("agreed", "called off", "broken_off", "break_off", BOTH, "abbrechen"),
    ("agreed", "pause", "paused", "pause", BOTH, "pause"),
    ("first_contact", "it fits: goal and end date", "running", "fits", BOTH, "passt"),
    ("first_contact", "done", "closing", "done", BOTH, "erledigt"),
    ("first_contact", "called off", "broken_off", "break_off", BOTH, "abbrechen"),
    ("first_contact", "pause", "paused", "pause", BOTH, "pause"),
    ("running", "done", "closing", "done", BOTH, "erledigt"),
    ("running", "pause", "paused", "pause", BOTH, "pause"),
    ("running", "break off", "broken_off", "break_off", BOTH, "abbrechen"),
    ("paused", "resume where it had not begun", "agreed", "resume", BOTH, "weiter"),
    ("paused", "resume while they get to know each other", "first_contact", "resume", BOTH, "weiter"),
    ("paused", "resume", "running", "resume", BOTH, "weiter"),
    ("paused", "done", "closing", "done", BOTH, "erledigt"),
    ("paused", "break off", "broken_off", "break_off", BOTH, "abbrechen"),
    ("closing", "both feedbacks, or day 21", "completed", "complete", SYSTEM, ""),
    ("closing", "back to running", "running", "extend", BOTH, "verlaengern"),
]
# state, what is said without leaving it, verb, button: a task, another search, another day
STAYS = [
    ("agreed", "hand over", "hand_over", "abgeben"),
    ("first_contact", "still open", "still_open", ""),
    ("first_contact", "fits not, no-show: task", "needs_office", ""),
    ("first_contact", "another date", "appoint", "termin"),
    ("running", "stuck: task", "needs_office", "hakt"),
    ("running", "extend", "extend", "verlaengern"),
    ("running", "hand over", "hand_over", "abgeben"),
    ("running", "somebody more", "seek_more", "dazu"),
    ("paused", "another day", "pause", "pause"),
    ("paused", "hand over", "hand_over", "abgeben"),
    ("completed", "stuck or not used: a new request settles the task", "task_done", ""),
    *((state.value, "a message to the other side", "write_message", "nachricht") for state in sorted(LIVE)),
    ("broken_off", "hours that are missing", "log_hours", "stunden"),
]
# state, step, after how many, unit
WAITS = [
    ("agreed", "ask_pilot", 5, Unit.WT),
    ("agreed", "ask_member", 3, Unit.WT),
    ("agreed", "task", 2, Unit.WT),
    ("first_contact", "ask_how_it_was", 2, Unit.DAYS),
    ("first_contact", "ask_again", 10, Unit.WT),
    ("first_contact", "task", 5, Unit.WT),
    ("running", "monthly", 30, Unit.DAYS),
    ("running", "end", 1, Unit.DAYS),
    ("running", "end_again", 7, Unit.DAYS),
    ("running", "silent", 7, Unit.DAYS),
    ("paused", "free_place", 30, Unit.DAYS),
    ("paused", "task", 30, Unit.DAYS),
    ("closing", "remind", 7, Unit.DAYS),
    ("closing", "complete", 14, Unit.DAYS),
    ("completed", "still_in_use", 42, Unit.DAYS),
    ("completed", "still_in_use_again", 7, Unit.DAYS),
    ("completed", "thanks", 7, Unit.DAYS),
]


def test_every_move_stands_in_the_table_and_every_row_of_the_table_is_a_move():
    assert {(row[0], row[2]) for row in LEAVES} == {(a.value, b.value) for a, after in MOVES.items() for b in after}


@pytest.mark.parametrize("row", LEAVES, ids=lambda row: f"{row[0]}: {row[1]}")
def test_every_way_out_has_a_verb_and_a_button_where_people_say_it(row):
    state, _said, _to, verb, who, button = row
    assert callable(getattr(service, verb))
    assert (button != "") == (who != SYSTEM)
    if button:
        assert State(state) in VERBS[button].states
        assert VERBS[button].who >= {None, *rules.Side}


@pytest.mark.parametrize("row", STAYS, ids=lambda row: f"{row[0]}: {row[1]}")
def test_what_leaves_no_state_has_a_verb_too(row):
    state, _said, verb, button = row
    assert callable(getattr(service, verb))
    assert not button or State(state) in VERBS[button].states


def test_every_wait_of_the_table_is_a_time_out_and_no_other_is():
    written = [(state.value, s.name, s.after, s.unit) for state, steps in TIMEOUTS.items() for s in steps]
    assert sorted(written, key=str) == sorted(WAITS, key=str)


@pytest.mark.parametrize("state", sorted(LIVE))
def test_nothing_live_waits_without_a_step_and_somebody_who_does_it(state):
    assert TIMEOUTS[state] and state in jobs._STEPS


@pytest.mark.parametrize("state", sorted(State))
def test_every_state_has_a_way_in_and_a_way_out_or_is_final(state):
    into = {to for after in MOVES.values() for to in after}
    assert state in into or state is State.AGREED
    assert MOVES[state] or state in (State.BROKEN_OFF, State.COMPLETED)


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        (Kind.DATE_AGREED, "yes still_open done no"),
        (Kind.HOW_WAS_IT, "fits done still_open fits_not no_show"),
        (Kind.MONTHLY, "yes done stuck"),
        (Kind.FEEDBACK, "done still_open"),
        (Kind.STILL_IN_USE, "yes stuck no"),
        (Kind.PAUSE_OVER, "yes pause done no"),
        (Kind.PILOT_RESTS, "yes pause hand_over"),
    ],
)
def test_every_question_has_exactly_these_answers(kind, answers):
    assert ANSWERS[kind] == {Answer(word) for word in answers.split()}


def test_every_question_is_in_this_list():
    assert set(ANSWERS) == set(Kind)
