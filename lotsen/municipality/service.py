"""Changing the town's settings."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import g
from sqlalchemy import select

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db

from .models import QuietPeriod, Setting
from .queries import default_quiet_periods, quiet_periods, town, version_of
from .rules import DEFAULTS, check_bounds, coerce, out_of_order


def change(name: str, value: Any, *, by: Actor, at: datetime, version: int | None = None) -> None:
    """Set one setting; ``version`` is the one the form was shown (0: it stood at its default).

    Raises
    ------
    InvalidInput
        No such setting, a value of another type, outside its bounds, or not together with the others.
    Conflict
        Somebody else changed it meanwhile.
    """
    _check({name: value})
    _keep(name, value, by=by, at=at, version=version)


def _check(values: dict[str, Any]) -> None:
    clean = {}
    for name, value in values.items():
        try:
            clean[name] = coerce(name, value)
            check_bounds(name, clean[name])
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(str(error), field=name, code="setting") from error
    for later, earlier in out_of_order(replace(town(), **clean)):
        if later in clean or earlier in clean:
            raise InvalidInput(f"setting {later} must be later than {earlier}", field=later, code="setting")


def _keep(name: str, value: Any, *, by: Actor, at: datetime, version: int | None = None) -> None:
    clean = coerce(name, value)
    row = db.session.scalar(select(Setting).where(Setting.name == name).with_for_update())
    if version is not None and version != (row.version if row else 0):
        raise Conflict(entity="setting", entity_id=row.id if row else None)
    if row is None:
        row = Setting(name=name, value=_plain(DEFAULTS[name]), version=0, changed_at=at)
        db.session.add(row)
    if row.value != _plain(clean) or row.version == 0:
        audit.record("setting.changed", row, by=by, at=at, name=name)
        before, row.value, row.changed_at, row.version = row.value, _plain(clean), at, row.version + 1
        if name == "land":
            _move_quiet_periods(before, clean, by=by, at=at)
    g.pop("town", None)
    g.pop("town_calendar", None)


def add_quiet_period(name: str, first: date, last: date, *, by: Actor, at: datetime) -> QuietPeriod:
    """Add days in which nothing expires."""
    if last < first:
        raise InvalidInput("Das Ende liegt vor dem Anfang.", field="last_day")
    row = QuietPeriod(name=name, first_day=first, last_day=last)
    db.session.add(row)
    audit.record("quiet_period.added", row, by=by, at=at, first=first.isoformat(), last=last.isoformat())
    g.pop("town_calendar", None)
    return row


def ensure_quiet_periods(land: str, years: range, *, by: Actor, at: datetime) -> None:
    """Add the default quiet periods of these years where none of the same first day exists."""
    known = set(db.session.scalars(select(QuietPeriod.first_day)))
    for year in years:
        for name, first, last in default_quiet_periods(land, year):
            if first not in known:
                add_quiet_period(name, first, last, by=by, at=at)


def _move_quiet_periods(old: str, new: str, *, by: Actor, at: datetime) -> None:
    """The usual quiet periods that lie ahead follow the Land; what the town entered, changed or removed stays so."""
    rows = quiet_periods()
    known = {row.first_day for row in rows}
    for row in rows:
        before, after = (_usual(land, row) for land in (old, new))
        if before == after or before != (row.name, row.first_day, row.last_day):
            continue
        if row.first_day > local_date(at):
            remove_quiet_period(row, by=by, at=at)
            db.session.flush()
        if after is not None and after[1] > local_date(at) and after[1] not in known:
            add_quiet_period(*after, by=by, at=at)


def _usual(land: str, row: QuietPeriod) -> tuple[str, date, date] | None:
    """What a Land has by this name in this year."""
    return next((usual for usual in default_quiet_periods(land, row.first_day.year) if usual[0] == row.name), None)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def change_group(values: dict[str, Any], *, version: int, by: Actor, at: datetime) -> list[str]:
    """Set several settings of one form; ``version`` is `queries.version_of` their names when it was shown.

    Returns the names that changed.

    Raises
    ------
    InvalidInput
        One of them is not possible, or not together with the others.
    Conflict
        Somebody else changed one of them meanwhile; the same sent twice changes nothing.
    """
    g.pop("town", None)  # read before the transaction: somebody may have changed it since
    before = {name: getattr(town(), name) for name in values}
    changed = [name for name, value in values.items() if before[name] != value]
    if changed and version_of(values) != version:
        newest = select(Setting.id).where(Setting.name.in_(values)).order_by(Setting.changed_at.desc()).limit(1)
        raise Conflict(entity="setting", entity_id=db.session.scalar(newest))
    _check({name: values[name] for name in changed})
    for name in changed:
        _keep(name, values[name], by=by, at=at)
    return changed


def remove_quiet_period(row: QuietPeriod, *, by: Actor, at: datetime) -> None:
    """Take a quiet period out of the calendar."""
    audit.record(
        "quiet_period.removed", row, by=by, at=at, first=row.first_day.isoformat(), last=row.last_day.isoformat()
    )
    db.session.delete(row)
    g.pop("town_calendar", None)
