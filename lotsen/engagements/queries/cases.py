"""What belongs to one engagement: its people, released contact data, hours, words at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lotsen.accounts.models import User
from lotsen.core.extensions import db

from .. import rules
from ..models import Engagement, Feedback, HoursEntry
from ..rules import Side, State


@dataclass(frozen=True)
class Contact:
    """What one side released to the other."""

    name: str
    organisation: str
    phone: str
    email: str
    hint: str


def of_proposal(proposal_id: int) -> Engagement | None:
    """The engagement that a proposal became."""
    return db.session.scalar(select(Engagement).where(Engagement.proposal_id == proposal_id))


def person(engagement: Engagement, side: Side) -> User | None:
    """The person on one side."""
    return engagement.pilot.user if side is Side.PILOT else engagement.help_request.contact


def other_side(side: Side) -> Side:
    """The other side."""
    return Side.MEMBER if side is Side.PILOT else Side.PILOT


def contact(engagement: Engagement, of: Side) -> Contact:
    """The contact data of one side, only what it released; nothing released leaves the name and the hint."""
    request = engagement.help_request
    if of is Side.PILOT:
        pilot = engagement.pilot
        return Contact(
            name=pilot.public_name,
            organisation="",
            phone=pilot.user.phone if pilot.release_phone else "",
            email=(pilot.user.email or "") if pilot.release_email else "",
            hint="",
        )
    return Contact(
        name=request.contact_name,
        organisation=request.organisation_name,
        phone=request.contact_phone if request.release_phone else "",
        email=request.contact_email if request.release_email else "",
        hint=request.contact_hint,
    )


def feedback_of(engagement_id: int, side: Side) -> Feedback | None:
    """One side's word at the end."""
    return db.session.scalar(select(Feedback).where(Feedback.engagement_id == engagement_id, Feedback.side == side))


def both_gave_feedback(engagement_id: int) -> bool:
    """Whether both sides have given their word."""
    count = db.session.scalar(select(func.count()).select_from(Feedback).where(Feedback.engagement_id == engagement_id))
    return (count or 0) >= len(Side)


def other_live(engagement: Engagement) -> bool:
    """Whether another engagement of the same request is still going on."""
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(Engagement)
            .where(
                Engagement.help_request_id == engagement.help_request_id,
                Engagement.id != engagement.id,
                Engagement.state.in_(rules.LIVE),
            )
        )
    )


def live_of_request(request_id: int) -> Sequence[Engagement]:
    """The engagements of a request that are not over."""
    return db.session.scalars(
        select(Engagement)
        .where(Engagement.help_request_id == request_id, Engagement.state.in_(rules.LIVE))
        .order_by(Engagement.id)
    ).all()


def running_of_pilot(pilot_id: int) -> Sequence[Engagement]:
    """A pilot's running engagements, oldest first."""
    return db.session.scalars(
        select(Engagement)
        .where(Engagement.pilot_id == pilot_id, Engagement.state == State.RUNNING)
        .options(joinedload(Engagement.help_request))
        .order_by(Engagement.id)
    ).all()


def hours_of(engagement_id: int) -> Sequence[HoursEntry]:
    """The hours entered for an engagement, newest first."""
    return db.session.scalars(
        select(HoursEntry)
        .where(HoursEntry.engagement_id == engagement_id)
        .order_by(HoursEntry.on.desc(), HoursEntry.id.desc())
    ).all()


def minutes_of_pilot(pilot_id: int) -> int:
    """All minutes a pilot gave."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(HoursEntry.minutes), 0))
            .join(Engagement, Engagement.id == HoursEntry.engagement_id)
            .where(Engagement.pilot_id == pilot_id)
        )
        or 0
    )


def same_hours(engagement_id: int, on: date, minutes: int, note: str, *, since: datetime) -> HoursEntry | None:
    """An entry that says the same, made since an instant: the button was pressed twice."""
    return db.session.scalar(
        select(HoursEntry)
        .where(
            HoursEntry.engagement_id == engagement_id,
            HoursEntry.on == on,
            HoursEntry.minutes == minutes,
            HoursEntry.note == note,
            HoursEntry.created_at >= since,
        )
        .limit(1)
    )
