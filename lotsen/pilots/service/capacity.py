"""Places and blocks of a pilot, guarded in the database: what proposals and engagements may ask for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.clock import local_date
from lotsen.core.errors import CapacityExhausted, Conflict
from lotsen.core.extensions import db
from lotsen.organisations.models import Organisation
from lotsen.organisations.rules import fold_name
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import CAN_BE_ASKED

OWN_WISH = "own_wish"


def reserve(pilot_id: int, *, at: datetime) -> None:
    """Take one place of a pilot; the database decides who gets the last one.

    Raises
    ------
    CapacityExhausted
        No place is free, or the pilot cannot be asked now.
    """
    free = (Pilot.reserved < Pilot.capacity, Pilot.state.in_(CAN_BE_ASKED))
    if _change(pilot_id, *free, reserved=Pilot.reserved + 1) != 1:
        raise CapacityExhausted(entity="pilot", entity_id=pilot_id)


def release(pilot_id: int, *, at: datetime) -> None:
    """Give one place back.

    Raises
    ------
    Conflict
        None was taken: two callers gave the same place back.
    """
    if _change(pilot_id, Pilot.reserved > 0, reserved=Pilot.reserved - 1) != 1:
        raise Conflict(code="nothing_reserved", entity="pilot", entity_id=pilot_id)


def occupy(pilot_id: int, *, at: datetime) -> None:
    """Take a place back for what goes on anyway, be there a free one or not: then nobody new is asked."""
    _change(pilot_id, reserved=Pilot.reserved + 1)


def mark_asked(pilot_id: int, *, at: datetime) -> None:
    """Remember when the pilot was asked last."""
    _change(pilot_id, last_asked_at=at)


def touched(pilot: Pilot) -> None:
    """Tell the matcher that the profile changed: the sweep scores what is older than the revision."""
    db.session.flush()
    _change(pilot.id, revision=Pilot.revision + 1)


def not_before(pilot: Pilot, day: date, *, by: Actor, at: datetime) -> None:
    """The pilot is not asked before this day; a later day named earlier stays."""
    pilot.not_before = max(day, pilot.not_before or day)
    audit.record("pilot.not_before", pilot, by=by, at=at, day=day.isoformat())


def set_not_before(pilot: Pilot, day: date | None, *, by: Actor, at: datetime) -> None:
    """The day from which the pilot may be asked again is changed, or taken away (None)."""
    if pilot.not_before != day:
        pilot.not_before = day
        behalf = pilot.user_id if by.actor_id != pilot.user_id else None
        shown = day.isoformat() if day else ""
        audit.record("pilot.not_before_changed", pilot, by=by, at=at, on_behalf_of=behalf, day=shown)


def exclude_organisation(
    pilot: Pilot, organisation: Organisation, reason: str, *, until: date | None, by: Actor, at: datetime
) -> Exclusion:
    """Do not propose the pilot to this organisation, until a day or until lifted.

    Each reason has a block of its own, so that one can be lifted and the other stays; of the same reason the longer
    one counts.
    """
    for row in pilot.exclusions:
        if row.organisation_id == organisation.id and row.reason == reason and row.stands(local_date(at)):
            row.until = None if row.until is None or until is None else max(row.until, until)
            return row
    made = Exclusion(organisation_id=organisation.id, reason=reason, until=until, created_at=at)
    pilot.exclusions.append(made)
    touched(pilot)
    audit.record("pilot.organisation_excluded", pilot, by=by, at=at, reason=reason, organisation=organisation.id)
    return made


def exclude_by_name(pilot: Pilot, name: str, *, by: Actor, at: datetime) -> None:
    """Do not propose the pilot to whoever has this name, now or later. Nobody learns here who asked for help."""
    if fold_name(name) not in {fold_name(known) for known in pilot.excluded_names}:
        pilot.excluded_names = [*pilot.excluded_names, name]
        audit.record("pilot.name_excluded", pilot, by=by, at=at)
    settle_names(pilot, by=by, at=at)


def allow_name(pilot: Pilot, name: str, *, by: Actor, at: datetime) -> None:
    """The pilot takes a name off the own list; blocks that others set stay."""
    kept = [known for known in pilot.excluded_names if known != name]
    if kept == pilot.excluded_names:
        return
    pilot.excluded_names = kept
    audit.record("pilot.name_allowed", pilot, by=by, at=at)
    for row in pilot.exclusions:
        if row.reason == OWN_WISH and fold_name(row.organisation.name) == fold_name(name):
            lift_exclusion(pilot, row, by=by, at=at)


def settle_names(pilot: Pilot, *, by: Actor, at: datetime) -> None:
    """Block the organisations that bear a name on the pilot's list."""
    folded = [fold_name(name) for name in pilot.excluded_names]
    known = {row.organisation_id for row in pilot.exclusions if row.reason == OWN_WISH and row.lifted_at is None}
    for organisation in db.session.scalars(select(Organisation).where(Organisation.name_folded.in_(folded))):
        if organisation.id not in known:
            exclude_organisation(pilot, organisation, OWN_WISH, until=None, by=by, at=at)


def lift_exclusion(pilot: Pilot, exclusion: Exclusion, *, by: Actor, at: datetime) -> None:
    """The organisation may be proposed again. Lifted twice: nothing more happens."""
    if exclusion.pilot_id != pilot.id:
        raise Conflict(entity="pilot", entity_id=pilot.id)
    if exclusion.lifted_at is None:
        exclusion.lifted_at = at
        if exclusion.reason == OWN_WISH:  # else what the pilot named stays
            folded = fold_name(exclusion.organisation.name)
            pilot.excluded_names = [name for name in pilot.excluded_names if fold_name(name) != folded]
        touched(pilot)
        audit.record("pilot.exclusion_lifted", pilot, by=by, at=at, organisation=exclusion.organisation_id)


def _change(pilot_id: int, *condition: Any, **values: Any) -> int:
    """One guarded UPDATE; what the session knows of these columns is read anew."""
    db.session.flush()
    result: Any = db.session.execute(
        update(Pilot)
        .where(Pilot.id == pilot_id, *condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    known = db.session.identity_map.get(db.session.identity_key(Pilot, pilot_id))
    if known is not None:
        db.session.expire(known, list(values))
    return int(result.rowcount)
