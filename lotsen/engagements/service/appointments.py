"""When they meet: several appointments, the next one stands on the engagement; calendars are told of every change."""

from datetime import datetime, timedelta

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.states import move

from .. import mails, queries, rules
from ..models import Appointment, Engagement
from ..rules import Side, State
from .post import tell
from .standing import set_due, settled

OLDEST_MEETING = timedelta(days=14)
LATEST_MEETING = timedelta(days=366)
MAY_MEET = frozenset({State.AGREED, State.FIRST_CONTACT, State.RUNNING})


def set_meeting(
    engagement: Engagement,
    meeting_at: datetime,
    place: str,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
) -> Appointment:
    """Keep the date of the next meeting; the first contact is made. A new date replaces the one that lies ahead.

    Raises
    ------
    InvalidInput, Conflict
        As `appoint`.
    """
    ahead = queries.next_appointment(engagement.id, at=at)
    if ahead is not None:
        return move_appointment(ahead, meeting_at, place, by=by, at=at, on_behalf_of=on_behalf_of)
    return appoint(engagement, meeting_at, place, by=by, at=at, on_behalf_of=on_behalf_of)


def appoint(
    engagement: Engagement,
    starts_at: datetime,
    place: str,
    *,
    by: Actor,
    at: datetime,
    invite: bool = False,
    on_behalf_of: int | None = None,
) -> Appointment:
    """Keep one more appointment; ``invite`` sends both an invitation for their calendars. The same twice is kept once.

    Raises
    ------
    InvalidInput
        The date lies more than two weeks back or more than a year ahead.
    Conflict
        The engagement is further already.
    """
    _check(engagement, starts_at, at)
    place = place.strip()[: rules.MAX_PLACE]
    twin = queries.same_appointment(engagement.id, starts_at)
    if twin is not None:
        return move_appointment(twin, starts_at, place, by=by, at=at, on_behalf_of=on_behalf_of)
    row = Appointment(engagement_id=engagement.id, starts_at=starts_at, place=place, created_at=at)
    db.session.add(row)
    db.session.flush()
    _keep_step(engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    _noted("engagement.meeting", row, by=by, at=at, on_behalf_of=on_behalf_of)
    if invite:
        send_invitation(row, at=at)
    return row


def move_appointment(
    appointment: Appointment,
    starts_at: datetime,
    place: str,
    *,
    by: Actor,
    at: datetime,
    on_behalf_of: int | None = None,
) -> Appointment:
    """Another time or place for an appointment; whoever was invited is told. Said twice: nothing more happens.

    Raises
    ------
    InvalidInput, Conflict
        As `appoint`; or it was called off.
    """
    engagement = appointment.engagement
    _check(engagement, starts_at, at)
    if appointment.called_off_at is not None:
        raise Conflict(entity="engagement", entity_id=engagement.id)
    place = place.strip()[: rules.MAX_PLACE]
    if (appointment.starts_at, appointment.place) == (starts_at, place):
        return appointment
    appointment.starts_at, appointment.place = starts_at, place
    appointment.sequence += 1
    db.session.flush()
    _keep_step(engagement, by=by, at=at, on_behalf_of=on_behalf_of)
    _noted("engagement.meeting_moved", appointment, by=by, at=at, on_behalf_of=on_behalf_of)
    if appointment.invited:
        send_invitation(appointment, at=at)
    return appointment


def call_off(appointment: Appointment, *, by: Actor, at: datetime, on_behalf_of: int | None = None) -> None:
    """An appointment does not take place; whoever was invited is told. Twice: nothing more happens."""
    if appointment.called_off_at is not None:
        return
    appointment.called_off_at = at
    appointment.sequence += 1
    engagement = appointment.engagement
    db.session.flush()
    engagement.meeting_at, engagement.meeting_place = queries.meeting_of(engagement.id, at=at)
    if engagement.state is State.FIRST_CONTACT:
        set_due(engagement, at=at)
    engagement.version += 1
    _noted("engagement.meeting_called_off", appointment, by=by, at=at, on_behalf_of=on_behalf_of)
    if appointment.invited:
        for side in Side:
            _tell(appointment, side, at=at)


def send_invitation(appointment: Appointment, *, at: datetime) -> None:
    """Send both sides the appointment for their calendars."""
    appointment.invited = True
    for side in Side:
        _tell(appointment, side, at=at)


def _tell(appointment: Appointment, side: Side, *, at: datetime) -> None:
    engagement, nonce = appointment.engagement, f"{appointment.id}-{appointment.sequence}"
    tell(engagement, mails.appointment, side, appointment, at, step="appointment", at=at, at_once=True, nonce=nonce)


def _check(engagement: Engagement, starts_at: datetime, at: datetime) -> None:
    if not at - OLDEST_MEETING < starts_at < at + LATEST_MEETING:
        raise InvalidInput("", field="day", code="past" if starts_at < at else "far")
    if engagement.state not in MAY_MEET:
        raise Conflict(entity="engagement", entity_id=engagement.id)


def _keep_step(engagement: Engagement, *, by: Actor, at: datetime, on_behalf_of: int | None) -> None:
    """The engagement knows its next meeting; while they get to know each other, both are asked how it was."""
    waits_for_word = engagement.meeting_at is not None and engagement.meeting_at <= at
    engagement.meeting_at, engagement.meeting_place = queries.meeting_of(engagement.id, at=at)
    first = rules.TIMEOUTS[State.FIRST_CONTACT][0].name
    if engagement.state is State.AGREED:
        move(engagement, State.FIRST_CONTACT, rules, by=by, at=at, on_behalf_of=on_behalf_of)
        waits_for_word = False
    if engagement.state is State.FIRST_CONTACT:
        settled(engagement)
        if engagement.due_at is None or not (waits_for_word and engagement.due_step == first):
            set_due(engagement, at=at)
    engagement.version += 1


def _noted(action: str, row: Appointment, *, by: Actor, at: datetime, on_behalf_of: int | None) -> None:
    when = row.starts_at.isoformat()
    audit.record(action, row.engagement, by=by, at=at, on_behalf_of=on_behalf_of, meeting_at=when)
