"""The certificate of good conduct: somebody has seen it. It is never uploaded or kept."""

from datetime import date, datetime

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import Forbidden, InvalidInput
from lotsen.municipality.queries import town
from lotsen.pilots import rules
from lotsen.pilots.models import Pilot

from .capacity import touched


def record_clearance(pilot: Pilot, seen_on: date, *, by: Actor, at: datetime) -> None:
    """Keep on which day a coordinator has seen the certificate; it counts for some years from then.

    Raises
    ------
    Forbidden
        It would be the own one.
    InvalidInput
        The day lies in the future, or so far back that the certificate does not count any more.
    """
    if by.actor_id == pilot.user_id:
        raise Forbidden(code="own_clearance")
    if seen_on > local_date(at):
        raise InvalidInput("", field="seen_on", code="future")
    until = rules.clearance_until(seen_on, town().clearance_years)
    if until < local_date(at):
        raise InvalidInput("", field="seen_on", code="clearance_old")
    if (pilot.clearance_seen_on, pilot.clearance_until) == (seen_on, until):
        return
    pilot.clearance_seen_on, pilot.clearance_seen_by, pilot.clearance_until = seen_on, by.actor_id, until
    touched(pilot)
    audit.record("pilot.clearance_seen", pilot, by=by, at=at, until=until.isoformat())


def revoke_clearance(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """The certificate does not count any more, at once. Pressed twice: nothing more happens."""
    if pilot.clearance_until is None:
        return
    pilot.clearance_seen_on = pilot.clearance_seen_by = pilot.clearance_until = None
    touched(pilot)
    audit.record("pilot.clearance_revoked", pilot, by=by, at=at)
