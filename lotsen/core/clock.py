"""Time: the only place that reads the system clock.

``now()`` is the programme's time (the demo clock may be ahead of or behind the wall); ``real_now()`` is the wall's and
is used for sessions, throttles and leases.
"""

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from flask import current_app, g, has_app_context
from sqlalchemy import select

from .extensions import db
from .models import DemoClock

TZ = ZoneInfo("Europe/Berlin")
_frozen: ContextVar[datetime | None] = ContextVar("lotsen_now", default=None)

END_OF_DAY = time(23, 59)
MORNING = time(8, 0)
PRESSED_TWICE = timedelta(minutes=5)  # the same words from the same hand within this time: one press too many


def real_now() -> datetime:
    """The wall clock, aware, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The programme's time, aware, UTC: frozen, else the demo clock, else the wall."""
    frozen = _frozen.get()
    if frozen is not None:
        return frozen
    if has_app_context() and current_app.config["LOTSEN"].demo:
        return real_now() + demo_offset()
    return real_now()


def today() -> date:
    """The local date of ``now()``."""
    return local_date(now())


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold ``now()`` still at an instant, for this thread of work only."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)


def demo_offset() -> timedelta:
    """How far the demo clock is from the wall; read once a request."""
    cached = g.get("demo_offset")
    if cached is None:
        seconds = db.session.scalar(select(DemoClock.offset_seconds).where(DemoClock.id == 1))
        cached = g.demo_offset = timedelta(seconds=seconds or 0)
    return cached  # type: ignore[no-any-return]


def set_demo_clock(at: datetime) -> None:
    """Move the demo clock to an instant; only forward once it was set. Inside ``transaction()``."""
    seconds = (at - real_now()).total_seconds()
    row = db.session.get(DemoClock, 1)
    if row is None:
        db.session.add(DemoClock(id=1, offset_seconds=seconds))
    elif seconds > row.offset_seconds:
        row.offset_seconds = seconds
    g.pop("demo_offset", None)


def local(at: datetime) -> datetime:
    """An instant in the town's time zone."""
    return at.astimezone(TZ)


def local_date(at: datetime) -> date:
    """The local calendar day of an instant."""
    return at.astimezone(TZ).date()


def at_local(day: date, clock: time) -> datetime:
    """The instant at which the town's clocks show this day and time (never ``+ timedelta`` on local times)."""
    return datetime.combine(day, clock, tzinfo=TZ).astimezone(UTC)


@lru_cache(maxsize=64)
def public_holidays(land: str, year: int) -> frozenset[date]:
    """Public holidays of a German Land in a year, from the package ``holidays``."""
    return frozenset(holidays.country_holidays("DE", subdiv=land, years=year))


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days count: not weekends, public holidays, 24 and 31 December, nor the town's quiet periods.

    Asks and reminders leave on those of them that are ``sending_days`` (0 is Monday), from ``sends_from`` on and before
    ``sends_until``, by the town's clocks.
    """

    land: str = "NI"
    quiet_periods: tuple[tuple[date, date], ...] = field(default=())
    office_days: tuple[int, ...] = (1, 3)
    sending_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    sends_from: time = time(8)
    sends_until: time = time(18)

    def is_quiet(self, day: date) -> bool:
        """Whether nothing expires and nobody is reminded on this day."""
        return any(first <= day <= last for first, last in self.quiet_periods)

    def is_working_day(self, day: date) -> bool:
        """Whether this day counts as a WT."""
        if day.weekday() >= 5 or (day.month == 12 and day.day in (24, 31)):
            return False
        return day not in public_holidays(self.land, day.year) and not self.is_quiet(day)

    def next_working_day(self, day: date) -> date:
        """This day when it counts, else the first one after it that does."""
        return self._first(day, range(5))

    def nth_working_day(self, day: date, n: int) -> date:
        """The nth working day after this day; n = 0 gives the next one that counts, today included."""
        current = self.next_working_day(day) if n == 0 else day
        for _ in range(n):
            current = self.next_working_day(current + timedelta(days=1))
        return current

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days lie after the day of ``start`` up to the day of ``end``."""
        day, last, count = local_date(start), local_date(end), 0
        while day < last:
            day += timedelta(days=1)
            count += self.is_working_day(day)
        return count

    def next_office_day(self, day: date) -> date:
        """The first office day after this day (working days only)."""
        return self._first(day + timedelta(days=1), self.office_days)

    def send_time(self, at: datetime) -> datetime:
        """The first instant from ``at`` on at which an ask or a reminder may leave."""
        here = local(at)
        day = self._first(here.date(), self.sending_days)
        if day == here.date() and here.time() >= self.sends_until:
            day = self._first(day + timedelta(days=1), self.sending_days)
        return max(at, at_local(day, self.sends_from))

    def _first(self, day: date, weekdays: Container[int]) -> date:
        for offset in range(400):
            candidate = day + timedelta(days=offset)
            if candidate.weekday() in weekdays and self.is_working_day(candidate):
                return candidate
        raise ValueError(f"no such working day within 400 days of {day}; check the quiet periods")


def calendar() -> WorkingCalendar:
    """The town's calendar, from its settings (bound by ``create_app``)."""
    provider: Callable[[], WorkingCalendar] = current_app.extensions["lotsen.calendar"]
    return provider()
