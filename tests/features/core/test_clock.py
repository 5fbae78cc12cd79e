"""Working days, deadlines, sending hours: the hard days of the year."""

from datetime import UTC, date, datetime, time

import pytest

from lotsen.core.clock import WorkingCalendar, at_local, local

QUIET = ((date(2026, 12, 23), date(2027, 1, 6)),)
CALENDAR = WorkingCalendar("NI", QUIET, (1, 3))


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 10, 31), False),  # Reformation day, Saturday
        (date(2025, 10, 31), False),  # Reformation day, Friday, a holiday in Lower Saxony
        (date(2026, 12, 24), False),
        (date(2026, 12, 28), False),  # quiet period
        (date(2027, 1, 7), True),
        (date(2026, 4, 3), False),  # Good Friday
    ],
)
def test_what_counts_as_a_working_day(day: date, counts: bool) -> None:
    assert CALENDAR.is_working_day(day) is counts


def test_reformation_day_counts_in_a_land_that_does_not_keep_it() -> None:
    assert WorkingCalendar("HE").is_working_day(date(2025, 10, 31))


def test_working_days_jump_over_weekend_holidays_and_quiet_periods() -> None:
    assert CALENDAR.nth_working_day(date(2026, 11, 27), 3) == date(2026, 12, 2)
    assert CALENDAR.nth_working_day(date(2026, 12, 22), 1) == date(2027, 1, 7)
    assert CALENDAR.nth_working_day(date(2026, 11, 28), 0) == date(2026, 11, 30)


def test_the_next_office_day_is_never_today_and_never_in_a_quiet_period() -> None:
    assert CALENDAR.next_office_day(date(2026, 11, 24)) == date(2026, 11, 26)
    assert CALENDAR.next_office_day(date(2026, 12, 22)) == date(2027, 1, 7)


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-11-24 10:00", "2026-11-24 10:00"),
        ("2026-11-24 06:00", "2026-11-24 08:00"),
        ("2026-11-24 18:00", "2026-11-25 08:00"),
        ("2026-11-27 20:00", "2026-11-30 08:00"),
        ("2026-12-22 19:00", "2027-01-07 08:00"),
    ],
)
def test_asks_and_reminders_leave_on_working_days_between_8_and_18(at: str, leaves: str) -> None:
    given, expected = (at_local(date.fromisoformat(t[:10]), time.fromisoformat(t[11:])) for t in (at, leaves))
    assert CALENDAR.send_time(given) == expected


def test_a_deadline_over_the_clock_change_still_ends_at_23_59_local() -> None:
    before, after = at_local(date(2026, 10, 24), time(23, 59)), at_local(date(2026, 10, 25), time(23, 59))
    assert local(after).time() == time(23, 59)
    assert (after - before).total_seconds() == 25 * 3600
    spring = at_local(date(2027, 3, 28), time(23, 59)) - at_local(date(2027, 3, 27), time(23, 59))
    assert spring.total_seconds() == 23 * 3600


def test_a_calendar_that_is_quiet_for_ever_says_so() -> None:
    with pytest.raises(ValueError, match="quiet periods"):
        WorkingCalendar("NI", ((date(2026, 1, 1), date(2030, 1, 1)),)).next_working_day(date(2026, 2, 1))


def test_working_days_between_two_instants() -> None:
    start = datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert CALENDAR.working_days_between(start, datetime(2026, 12, 1, 9, tzinfo=UTC)) == 2
