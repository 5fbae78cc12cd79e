"""Concerns: what was reported in confidence; those that wait for a coordinator are among the tasks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lotsen.core.extensions import db

from ..models import Concern, Engagement
from ..rules import Side


def same_concern(engagement_id: int, side: Side, text: str, *, since: datetime) -> Concern | None:
    """One that says the same, made since an instant: the button was pressed twice."""
    return db.session.scalar(
        select(Concern)
        .where(
            Concern.engagement_id == engagement_id,
            Concern.side == side,
            Concern.text == text,
            Concern.created_at >= since,
        )
        .limit(1)
    )


def concerns_of(engagement_id: int) -> Sequence[Concern]:
    """Everything that was reported about an engagement, newest first."""
    return db.session.scalars(
        select(Concern).where(Concern.engagement_id == engagement_id).order_by(Concern.id.desc())
    ).all()


def is_party(engagement: Engagement, person_id: int | None) -> bool:
    """Whether somebody is one of the two sides: notes about oneself are for others."""
    return person_id in (engagement.pilot.user_id, engagement.help_request.contact_id)
