"""The desk's rules: what comes first, and who is told when nobody touches a task."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lotsen.core.clock import WorkingCalendar
from lotsen.core.tasks import Task
from lotsen.home.rules import Stage, pressing, stages, untouched_days

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
CALENDAR = WorkingCalendar(quiet_periods=((date(2026, 12, 23), date(2027, 1, 6)),))


def task(**values):
    return Task(**{"kind": "k", "title": "t", "url": "/u", "action": "a", "waiting_since": TUESDAY, **values})


def test_what_is_urgent_comes_first_then_what_is_due_longest():
    late, later = task(due_at=TUESDAY), task(due_at=TUESDAY + timedelta(days=2))
    urgent = task(due_at=TUESDAY + timedelta(days=9), urgent=True)
    assert sorted([later, late, urgent], key=pressing) == [urgent, late, later]
    promised = task(due_at=TUESDAY + timedelta(days=10), promised=True)
    assert sorted([late, urgent, promised], key=pressing) == [promised, urgent, late]


def test_a_task_stays_the_same_until_something_moves():
    one = task(row=("pilot", 3))
    assert one.key == task(row=("pilot", 3), title="anders", urgent=True).key
    assert one.key != task(row=("pilot", 3), waiting_since=TUESDAY + timedelta(minutes=1)).key
    assert one.key != task(row=("pilot", 4)).key != task(row=("pilot", 4), kind="other").key


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, ()),
        (4, ()),
        (5, (Stage.DEPUTY,)),
        (9, (Stage.DEPUTY,)),
        (10, (Stage.DEPUTY, Stage.ADMINISTRATOR)),
        (40, (Stage.DEPUTY, Stage.ADMINISTRATOR)),
    ],
)
def test_the_deputy_is_told_after_five_days_and_the_administration_after_ten(days, expected):
    assert stages(days, deputy_after=5, administrator_after=10) == expected


@pytest.mark.parametrize(
    ("after", "touched", "expected"),
    [
        (timedelta(days=7), None, 5),  # Tuesday to Tuesday
        (timedelta(days=7), timedelta(days=3), 2),  # somebody noted something on Friday
        (timedelta(days=7), timedelta(days=-3), 5),  # a note from before counts nothing
        (timedelta(days=44), None, 21),  # 24 November to 7 January: the quiet weeks count nothing
    ],
)
def test_only_working_days_since_the_last_hand_on_it_count(after, touched, expected):
    touched_at = TUESDAY + touched if touched is not None else None
    assert untouched_days(TUESDAY, touched_at, TUESDAY + after, CALENDAR.working_days_between) == expected
