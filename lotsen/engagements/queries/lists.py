"""Who sees which engagements."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lotsen.accounts.models import User
from lotsen.core.access import STAFF, Role
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.organisations.models import Member
from lotsen.pilots.models import Pilot

from ..models import Engagement, Feedback
from ..rules import LIVE, Side


def visible_to(user: User) -> Select[Engagement]:
    """The engagements a person may see: staff all, others their own; what goes on first, then the newest."""
    statement = _all()
    if user.roles.intersection(STAFF):
        return statement
    return statement.where(_own(user))


def all_own(user: User) -> Select[Engagement]:
    """The engagements in which a person is one of the two sides, in the order of `visible_to`."""
    return _all().where(_own(user))


def own(user: User, *, limit: int = 20) -> Sequence[Engagement]:
    """What goes on for a person as pilot or contact person, what is due first on top."""
    return db.session.scalars(
        _all()
        .where(_own(user), Engagement.state.in_(LIVE))
        .order_by(None)
        .order_by(Engagement.meeting_at.is_(None), Engagement.meeting_at, Engagement.id)
        .limit(limit)
    ).all()


def find_visible(engagement_id: int, user: User) -> Engagement | None:
    """An engagement if this person may see it."""
    return db.session.scalar(visible_to(user).where(Engagement.id == engagement_id))


def side_of(engagement: Engagement, user: User) -> Side | None:
    """On which side a person stands; None for staff who stand on neither."""
    if engagement.pilot.user_id == user.id:
        return Side.PILOT
    if engagement.help_request.contact_id == user.id or not user.roles.intersection(STAFF):
        return Side.MEMBER
    return None


def _all() -> Select[Engagement]:
    return (
        select(Engagement)
        .join(HelpRequest, HelpRequest.id == Engagement.help_request_id)
        .join(Pilot, Pilot.id == Engagement.pilot_id)
        .options(
            joinedload(Engagement.help_request).joinedload(HelpRequest.contact),
            joinedload(Engagement.pilot).joinedload(Pilot.user),
            selectinload(Engagement.feedback).load_only(Feedback.side),
        )
        .order_by(case((Engagement.state.in_(LIVE), 0), else_=1), Engagement.state_since.desc(), Engagement.id.desc())
    )


def _own(user: User) -> ColumnElement[bool]:
    mine: list[ColumnElement[bool]] = [false()]
    if Role.PILOT in user.roles:
        mine.append(Pilot.user_id == user.id)
    if Role.MEMBER in user.roles:
        verified = select(Member.organisation_id).where(
            Member.user_id == user.id, Member.left_at.is_(None), Member.verified_at.is_not(None)
        )
        gone = select(Member.organisation_id).where(Member.user_id == user.id, Member.left_at.is_not(None))
        contact = and_(
            HelpRequest.contact_id == user.id,
            or_(HelpRequest.organisation_id.is_(None), HelpRequest.organisation_id.not_in(gone)),
        )
        mine += [contact, HelpRequest.organisation_id.in_(verified)]
    return or_(*mine)
