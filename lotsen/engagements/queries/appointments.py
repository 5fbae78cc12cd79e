"""The appointments of an engagement, and as a calendar file."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import current_app
from icalendar import Calendar, Event, vCalAddress
from sqlalchemy import func, select

from lotsen.core.clock import TZ, local_date
from lotsen.core.extensions import db
from lotsen.municipality.queries import town

from ..models import Appointment, HoursEntry

PRODUCT = "-//Lotsen//DE"
FRESH = timedelta(weeks=4)
"""For how long hours are taken to be about an appointment."""


def appointments_of(engagement_id: int) -> Sequence[Appointment]:
    """The appointments that stand, earliest first."""
    return db.session.scalars(
        select(Appointment)
        .where(Appointment.engagement_id == engagement_id, Appointment.called_off_at.is_(None))
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()


def next_appointment(engagement_id: int, *, at: datetime) -> Appointment | None:
    """The appointment that comes next."""
    return next((row for row in appointments_of(engagement_id) if row.starts_at > at), None)


def day_of_help(engagement_id: int, *, at: datetime) -> date:
    """The day that hours are most likely about: of the last appointment if it is fresh and they lack, else today.

    Hours that were entered since are about it already, and of what is long ago nobody knows: both would count for the
    wrong month, or the wrong year.
    """
    begun = [row.starts_at for row in appointments_of(engagement_id) if at - FRESH <= row.starts_at <= at]
    entered = db.session.scalar(
        select(func.max(HoursEntry.created_at)).where(HoursEntry.engagement_id == engagement_id)
    )
    if not begun or (entered is not None and begun[-1] <= entered):
        return local_date(at)
    return local_date(begun[-1])


def same_appointment(engagement_id: int, starts_at: datetime) -> Appointment | None:
    """One that stands at this very instant: the button was pressed twice."""
    return next((row for row in appointments_of(engagement_id) if row.starts_at == starts_at), None)


def meeting_of(engagement_id: int, *, at: datetime) -> tuple[datetime | None, str]:
    """When and where they meet next, else where they met last; nothing without an appointment."""
    rows = appointments_of(engagement_id)
    row = next((row for row in rows if row.starts_at > at), rows[-1] if rows else None)
    return (row.starts_at, row.place) if row is not None else (None, "")


def calendar_file(rows: Sequence[Appointment], *, at: datetime, method: str = "PUBLISH", to: str = "") -> str:
    """Appointments as an iCalendar text (RFC 5545): local time with its zone, a UID that stays, a rising SEQUENCE.

    ``REQUEST`` invites the reader, ``CANCEL`` takes an appointment out of the calendar, ``PUBLISH`` is for downloads.
    """
    cal = Calendar()
    cal.add("prodid", PRODUCT)
    cal.add("version", "2.0")
    cal.add("method", method)
    for row in rows:
        cal.add_component(_event(row, at=at, method=method, to=to))
    cal.add_missing_timezones()
    return cal.to_ical().decode()


def _event(row: Appointment, *, at: datetime, method: str, to: str) -> Event:
    settings, engagement = town(), row.engagement
    event = Event()
    event.add("uid", f"lotsen-{engagement.help_request_id}-{engagement.id}-{row.id}@{_domain()}")
    event.add("sequence", row.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", row.starts_at.astimezone(TZ))
    event.add("duration", timedelta(minutes=row.minutes))  # an end could fall into the hour that comes twice
    event.add("summary", f"{settings.programme}: {engagement.help_request.title}")
    if row.place:
        event.add("location", row.place)
    event.add("description", f"{engagement.help_request.case_number}, {settings.programme}, {settings.phone}")
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    if method != "PUBLISH":
        organizer = vCalAddress(f"mailto:{settings.email}")
        organizer.params["cn"] = settings.programme
        event.add("organizer", organizer)
        if to:
            attendee = vCalAddress(f"mailto:{to}")
            attendee.params["rsvp"] = "FALSE"
            event.add("attendee", attendee)
    return event


def _domain() -> str:
    domain: str = current_app.config["LOTSEN"].mail_from.rpartition("@")[2]
    return domain
