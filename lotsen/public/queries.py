"""Reading what everybody may know."""

from sqlalchemy import func, select

from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement, HoursEntry
from lotsen.engagements.rules import State as EngagementState
from lotsen.municipality.queries import town
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState


def numbers() -> dict[str, int] | None:
    """Pilots, engagements that came to a good end, hours given; None where nothing is to be shown."""
    if not town().numbers_public:
        return None
    pilots, helped, minutes = db.session.execute(
        select(
            select(func.count()).select_from(Pilot).where(Pilot.state == PilotState.AWARDED).scalar_subquery(),
            select(func.count())
            .select_from(Engagement)
            .where(Engagement.state.in_([EngagementState.CLOSING, EngagementState.COMPLETED]))
            .scalar_subquery(),
            select(func.coalesce(func.sum(HoursEntry.minutes), 0)).scalar_subquery(),
        )
    ).one()
    return {"pilots": pilots, "helped": helped, "hours": minutes // 60} if pilots else None


def security_contact() -> str:
    """The mail address for reports about weaknesses."""
    return town().email
