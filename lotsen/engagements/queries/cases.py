"""What belongs to one engagement: its people, released contact data, hours, words at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lotsen.accounts.models import User
from lotsen.core.extensions import db
from lotsen.core.naming import without_ways
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries import contact_now
from lotsen.help_requests.rules import GOING_ON
from lotsen.pilots.models import Pilot

from .. import rules
from ..models import Engagement, Feedback
from ..rules import Side, State, Way


@dataclass(frozen=True)
class Contact:
    """What one side released to the other."""

    name: str
    organisation: str
    phone: str
    email: str
    hint: str

    @property
    def way(self) -> Way:
        """The best way to this person; without number and address the office connects the two."""
        if self.phone:
            return Way.PHONE
        return Way.EMAIL if self.email else Way.OFFICE


def of_proposal(proposal_id: int) -> Engagement | None:
    """The engagement that a proposal became."""
    return db.session.scalar(select(Engagement).where(Engagement.proposal_id == proposal_id))


def may_go_on(engagement: Engagement) -> bool:
    """Whether it can still go on: not once it is over, nor at its end when the organisation withdrew its request."""
    if engagement.state not in rules.LIVE:
        return False
    return engagement.state is not State.CLOSING or engagement.help_request.state in GOING_ON


def person(engagement: Engagement, side: Side) -> User | None:
    """The person on one side."""
    return engagement.pilot.user if side is Side.PILOT else engagement.help_request.contact


def reader(engagement: Engagement, side: Side) -> User | None:
    """The person on one side as long as this person may be written to: no contact person who has left."""
    return engagement.pilot.user if side is Side.PILOT else contact_now(engagement.help_request)


def speaks_for(engagement: Engagement, side: Side, user_id: int | None) -> bool:
    """Whether a link sent to this account, or to nobody's, still belongs to whoever is on this side."""
    now = person(engagement, side)
    return user_id in (None, now.id if now is not None else None)


def name_of(engagement: Engagement, side: Side) -> str:
    """What the office calls the person on one side."""
    found = person(engagement, side)
    return found.name if found is not None else engagement.help_request.contact_name


def is_erased(engagement: Engagement, side: Side) -> bool:
    """Whether the data of the person on one side are deleted: nobody is connected with this person any more."""
    if side is Side.PILOT:
        return engagement.pilot.user.erased_at is not None
    return engagement.help_request.is_emptied


def speakers(engagement: Engagement) -> list[Side]:
    """The sides whose word the office can enter: no word of a pilot who has died."""
    return [of for of in Side if of is Side.MEMBER or not engagement.pilot.has_died]


def other_side(side: Side) -> Side:
    """The other side."""
    return Side.MEMBER if side is Side.PILOT else Side.PILOT


def contact(engagement: Engagement, of: Side) -> Contact:
    """The contact data of one side, only what it released; nothing released leaves the name and the hint."""
    request, pilot = engagement.help_request, of is Side.PILOT
    (phone, email), may = ways_to(engagement, of), released(engagement, of)
    return Contact(
        name=engagement.pilot.public_name if pilot else request.contact_name,
        organisation="" if pilot else request.organisation_name,
        phone=phone if may.phone else "",
        email=email if may.email else "",
        hint="" if pilot else request.contact_hint,
    )


def told_to_pilot(engagement: Engagement, text: str) -> str:
    """Words of whoever asks as the pilot reads them: without numbers and addresses that were not released."""
    other = contact(engagement, Side.MEMBER)
    return without_ways(text, (other.phone, other.email))


def ways_to(engagement: Engagement, of: Side) -> tuple[str, str]:
    """Telephone number and mail address of one side, released or not."""
    if of is Side.PILOT:
        return engagement.pilot.user.phone, engagement.pilot.user.email or ""
    return ways_of(engagement.help_request)


def ways_of(request: HelpRequest) -> tuple[str, str]:
    """Telephone number and mail address of whoever asks, as the request says; the account's are the office's only."""
    return request.contact_phone, request.contact_email


@dataclass(frozen=True)
class Released:
    """Which ways one side lets the other have."""

    phone: bool
    email: bool


def released(engagement: Engagement, of: Side) -> Released:
    """What one side released in this engagement: its word here, else what its profile or request says."""
    if of is Side.PILOT:
        phone, email, default = engagement.pilot_phone, engagement.pilot_email, engagement.pilot
        usual = default.release_phone, default.release_email
    else:
        phone, email, request = engagement.member_phone, engagement.member_email, engagement.help_request
        usual = request.release_phone, request.release_email
    return Released(usual[0] if phone is None else phone, usual[1] if email is None else email)


def feedback_of(engagement_id: int, side: Side) -> Feedback | None:
    """One side's word at the end."""
    return db.session.scalar(select(Feedback).where(Feedback.engagement_id == engagement_id, Feedback.side == side))


def both_gave_feedback(engagement_id: int) -> bool:
    """Whether both sides have given their word."""
    count = db.session.scalar(select(func.count()).select_from(Feedback).where(Feedback.engagement_id == engagement_id))
    return (count or 0) >= len(Side)


def live_of_request(request_id: int) -> Sequence[Engagement]:
    """The engagements of a request that are not over."""
    return db.session.scalars(
        select(Engagement)
        .where(Engagement.help_request_id == request_id, Engagement.state.in_(rules.LIVE))
        .order_by(Engagement.id)
    ).all()


def of_request(request_id: int) -> Sequence[Engagement]:
    """All engagements of a request with their pilots, oldest first."""
    return db.session.scalars(
        select(Engagement)
        .where(Engagement.help_request_id == request_id)
        .options(joinedload(Engagement.pilot).joinedload(Pilot.user))
        .order_by(Engagement.id)
    ).all()


def others_of_request(engagement: Engagement) -> Sequence[Engagement]:
    """The other engagements of the same request, oldest first."""
    return [row for row in of_request(engagement.help_request_id) if row.id != engagement.id]


def live_of_pilot(pilot_id: int) -> Sequence[Engagement]:
    """A pilot's engagements that are not over, oldest first."""
    return db.session.scalars(
        select(Engagement)
        .where(Engagement.pilot_id == pilot_id, Engagement.state.in_(rules.LIVE))
        .options(joinedload(Engagement.help_request))
        .order_by(Engagement.id)
    ).all()


def held_by_pilot(pilot_id: int) -> Sequence[Engagement]:
    """A pilot's engagements that are not at their end, oldest first."""
    return [row for row in live_of_pilot(pilot_id) if row.state in rules.HOLDS_PLACE]


def of_contact(organisation_id: int, person_id: int) -> Sequence[Engagement]:
    """The engagements, also those that are over, that a contact person speaks for."""
    return db.session.scalars(
        select(Engagement)
        .join(HelpRequest, HelpRequest.id == Engagement.help_request_id)
        .where(HelpRequest.organisation_id == organisation_id, HelpRequest.contact_id == person_id)
        .order_by(Engagement.id)
    ).all()


def handing_over(request_id: int) -> Engagement | None:
    """The engagement of a request that waits longest for somebody who follows."""
    return db.session.scalar(
        select(Engagement)
        .where(
            Engagement.help_request_id == request_id,
            Engagement.handing_over_at.is_not(None),
            Engagement.state.in_(rules.HOLDS_PLACE),
        )
        .order_by(Engagement.handing_over_at, Engagement.id)
        .limit(1)
    )


def running_of_pilot(pilot_id: int) -> Sequence[Engagement]:
    """A pilot's running engagements, oldest first."""
    return db.session.scalars(
        select(Engagement)
        .where(Engagement.pilot_id == pilot_id, Engagement.state == State.RUNNING)
        .options(joinedload(Engagement.help_request))
        .order_by(Engagement.id)
    ).all()
