"""Pilots whom everybody may see: awarded, profile complete, and they agreed."""

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import contains_eager, selectinload

from lotsen.accounts.models import Consent, User
from lotsen.accounts.rules import ConsentFor
from lotsen.core.extensions import db
from lotsen.pilots.models import Pilot, PilotTopic
from lotsen.pilots.rules import State
from lotsen.skills.models import Topic


def in_public() -> Select[Pilot]:
    """Those who agreed, by first letter."""
    agreed = exists().where(
        Consent.user_id == Pilot.user_id,
        Consent.purpose == ConsentFor.PUBLIC_PROFILE,
        Consent.withdrawn_at.is_(None),
    )
    return (
        select(Pilot)
        .join(Pilot.user)
        .where(Pilot.state == State.AWARDED, Pilot.headline != "", Pilot.about != "", User.active, agreed)
        .options(
            contains_eager(Pilot.user),
            selectinload(Pilot.topics).joinedload(PilotTopic.topic).lazyload(Topic.areas),
        )
        .order_by(User.name, Pilot.id)
    )


def find_in_public(pilot_id: int) -> Pilot | None:
    """One of them, or None."""
    return db.session.scalar(in_public().where(Pilot.id == pilot_id))
