"""Reading the town's settings; once a request."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from flask import g
from sqlalchemy import CompoundSelect, Date, Text, cast, func, literal, null, select

from lotsen.core.clock import WorkingCalendar, local_date
from lotsen.core.extensions import db

from .models import QuietPeriod, Setting
from .rules import DEFAULTS, Town, coerce, within_bounds

SUMMER = range(5, 10)  # the months in which summer holidays begin, May to September


def town() -> Town:
    """The settings of the town, defaults filled in."""
    if g.get("town") is None:
        _read()
    return g.town  # type: ignore[no-any-return]


def place(postcode: str) -> str:
    """A postcode as people say it: with the town's name when it is one of the town's own."""
    return f"{postcode} {town().name}" if postcode in town().postcodes else postcode


def calendar() -> WorkingCalendar:
    """The town's working days, holidays, quiet periods and office days."""
    if g.get("town_calendar") is None:
        _read()
    return g.town_calendar  # type: ignore[no-any-return]


def _read() -> None:
    rows = db.session.execute(_everything()).all()
    values = {row.name: json.loads(row.value) for row in rows if row.name in DEFAULTS}
    periods = tuple(sorted((row.first, row.last) for row in rows if not row.name))
    g.town = settings = Town(**{name: within_bounds(name, coerce(name, value)) for name, value in values.items()})
    g.town_calendar = WorkingCalendar(
        land=settings.land,
        quiet_periods=periods,
        office_days=settings.office_days,
        sending_days=settings.sending_days,
        sends_from=time.fromisoformat(settings.sending_from),
        sends_until=time.fromisoformat(settings.sending_until),
    )


@cache
def _everything() -> CompoundSelect[str, str, date, date]:
    """Settings and quiet periods in one statement, built once: almost every page needs both."""
    none, no_day = null(), cast(null(), Date)
    stored = select(Setting.name, cast(Setting.value, Text).label("value"), no_day.label("first"), no_day.label("last"))
    return stored.union_all(select(literal(""), cast(none, Text), QuietPeriod.first_day, QuietPeriod.last_day))


def deadline(name: str, default: int) -> int:
    """The number of days the town set for ``entity.state.step``, else the default."""
    return town().deadlines.get(name, default)


def quiet_periods() -> Sequence[QuietPeriod]:
    """All quiet periods, earliest first."""
    return db.session.scalars(select(QuietPeriod).order_by(QuietPeriod.first_day)).all()


def default_quiet_periods(land: str, year: int) -> list[tuple[str, date, date]]:
    """The turn of the year and the first three weeks of the summer holidays, as (name, first, last).

    The summer holidays come from the package ``holidays`` (category ``school``); a year it does not know has only the
    turn of the year, and the health page warns.
    """
    periods = [("Jahreswechsel", date(year, 12, 23), date(year + 1, 1, 6))]
    first = first_summer_holiday(land, year)
    if first is not None:
        periods.append(("Sommerferien", first, first + timedelta(days=20)))
    return periods


def first_summer_holiday(land: str, year: int) -> date | None:
    """First day of a Land's summer holidays in a year, or None when the package does not know it."""
    try:
        school = holidays.country_holidays("DE", subdiv=land, years=year, categories=("school",), language="de")
    except ValueError:
        return None
    days = sorted(day for day, name in school.items() if "ommer" in name)
    return days[0] if days else None


def version_of(names: Iterable[str]) -> int:
    """One number for the stored versions of these settings: it grows with every change of one of them."""
    return db.session.scalar(select(func.sum(Setting.version)).where(Setting.name.in_(list(names)))) or 0


def years_without_quiet_period(at: datetime) -> list[int]:
    """This year and the next, as far as none begins in them, or none in a summer whose holidays nobody knows yet."""
    year, land = local_date(at).year, town().land
    begins = [row.first_day for row in quiet_periods()]
    known = {day.year for day in begins}
    entered = {day.year for day in begins if day.month in SUMMER}
    return [
        each
        for each in (year, year + 1)
        if each not in known or (each not in entered and first_summer_holiday(land, each) is None)
    ]
