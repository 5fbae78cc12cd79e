"""Signs of life: what a pilot did lately, asks that stayed unanswered, "alles stimmt noch"."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from lotsen.audit import service as audit
from lotsen.audit.models import AuditEvent
from lotsen.core.access import Actor
from lotsen.core.extensions import db
from lotsen.core.states import start_anew
from lotsen.municipality.queries import town
from lotsen.pilots import rules
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State

# recorded on behalf, but the person said nothing
NO_SIGN = frozenset({"outbox.not_reached", "outbox.bounced", "outbox.old_address"})
OFTEN_ENOUGH = timedelta(days=1)


@audit.recorded.connect
def on_recorded(event: AuditEvent) -> None:
    """Whatever a pilot does, or says by telephone, is a sign of life."""
    people = {event.actor_id, event.on_behalf_of} - {None}
    if not people or event.action in NO_SIGN:
        return
    stale = or_(
        Pilot.last_sign_at.is_(None),
        Pilot.last_sign_at < event.at - OFTEN_ENOUGH,
        Pilot.silent_asks > 0,
        Pilot.due_step == "call_right",
    )
    with db.session.no_autoflush:
        pilots = db.session.scalars(select(Pilot).where(Pilot.user_id.in_(people), stale)).all()
    for pilot in pilots:
        pilot.last_sign_at, pilot.silent_asks = event.at, 0
        if pilot.state is State.AWARDED and pilot.due_step == "call_right":
            start_anew(pilot, rules, at=event.at)


def unanswered(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """An ask that reached the pilot ended without a word. After the town's number in a row somebody calls first."""
    pilot.silent_asks += 1
    if pilot.is_silent:
        pilot.silent_since = at if pilot.silent_asks == town().silent_asks else pilot.silent_since
        audit.record("pilot.silent", pilot, by=by, at=at)


def still_right(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The pilot says that everything in the profile is still right."""
    behalf = pilot.user_id if by.actor_id != pilot.user_id else None
    audit.record("pilot.still_right", pilot, by=by, at=at, on_behalf_of=behalf)
    if pilot.state is State.AWARDED and pilot.due_step in ("still_right", "call_right"):
        start_anew(pilot, rules, at=at)
