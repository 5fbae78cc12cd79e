"""The pilot somebody wished for, found by a name as people write it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lotsen.accounts.models import User
from lotsen.core.extensions import db
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals.rules import likeness

FINDABLE = (PilotState.AWARDED, PilotState.PAUSED, PilotState.SUSPENDED)
SHOWN = 3


def wished(words: str) -> Sequence[Pilot]:
    """Pilots whose name sounds like the wish, the likest first; several when the wish fits several alike."""
    if not words.strip():
        return []
    names = db.session.execute(
        select(Pilot.id, User.name).join(User, User.id == Pilot.user_id).where(Pilot.state.in_(FINDABLE))
    )
    alike = sorted(((likeness(words, name), pilot_id) for pilot_id, name in names), reverse=True)
    best = [(pilot_id, value) for value, pilot_id in alike if value > 0 and value >= alike[0][0] - 0.1][:SHOWN]
    rows = db.session.scalars(
        select(Pilot).where(Pilot.id.in_([key for key, _value in best])).options(joinedload(Pilot.user))
    ).all()
    order = {pilot_id: place for place, (pilot_id, _value) in enumerate(best)}
    return sorted(rows, key=lambda pilot: order[pilot.id])
