"""Editing a profile: by the pilot, or by a coordinator on behalf."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.places import coordinates
from lotsen.pilots import rules
from lotsen.pilots.models import Pilot, PilotArea, PilotTopic

from .capacity import touched

FIELDS = rules.MATCHED_FIELDS | {
    "title_form",
    "capacity",
    "asks_per_month",
    "not_before",
    "show_full_name",
    "release_phone",
    "release_email",
    "vendor_ties",
}


def change(pilot: Pilot, values: Mapping[str, Any], *, version: int, by: Actor, at: datetime) -> bool:
    """Keep new values of a profile; returns whether anything changed.

    ``version`` is the one the form was shown. Lowering ``capacity`` below what runs is fine: nobody new is asked.

    Raises
    ------
    Conflict
        Somebody else changed the profile since the form was shown.
    InvalidInput
        The postcode does not exist.
    """
    if unknown := set(values) - FIELDS:
        raise InvalidInput("", code=f"unknown: {sorted(unknown)}")
    if values.get("postcode") and coordinates(values["postcode"]) is None:
        raise InvalidInput("", field="postcode", code="postcode_unknown")
    changed = sorted(name for name, value in values.items() if getattr(pilot, name) != value)
    if changed:  # pressed twice, it stands already
        _check_version(pilot, version)
    for name in changed:
        setattr(pilot, name, values[name])
    return _keep(pilot, changed, matched=bool(rules.MATCHED_FIELDS.intersection(changed)), by=by, at=at)


def set_topics(
    pilot: Pilot, levels: Mapping[int, int], area_ids: frozenset[int], *, version: int, by: Actor, at: datetime
) -> bool:
    """Keep topics with their levels (topic id -> 1 to 3) and ticked sub-areas; returns whether anything changed.

    Topics that rest stay as they are: nobody could see them in the form.

    Raises
    ------
    Conflict
        Somebody else changed the profile since the form was shown.
    """
    resting = {row.topic_id: row.level for row in pilot.topics if not row.topic.active}
    levels = {**levels, **resting}
    area_ids |= {row.area_id for row in pilot.areas if row.area.topic_id in resting or not row.area.active}
    old_levels = {row.topic_id: row.level for row in pilot.topics}
    old_areas = {row.area_id for row in pilot.areas}
    if old_levels == levels and old_areas == area_ids:
        return False
    _check_version(pilot, version)
    for topic in [row for row in pilot.topics if row.topic_id not in levels]:
        pilot.topics.remove(topic)
    for topic in pilot.topics:
        topic.level = levels[topic.topic_id]
    pilot.topics.extend(PilotTopic(topic_id=t, level=n) for t, n in sorted(levels.items()) if t not in old_levels)
    for area in [row for row in pilot.areas if row.area_id not in area_ids]:
        pilot.areas.remove(area)
    pilot.areas.extend(PilotArea(area_id=a) for a in sorted(area_ids - old_areas))
    return _keep(pilot, ["topics"], matched=True, by=by, at=at)


def _check_version(pilot: Pilot, version: int) -> None:
    db.session.refresh(pilot, ["version"], with_for_update=True)
    if pilot.version != version:
        raise Conflict(entity="pilot", entity_id=pilot.id)


def _keep(pilot: Pilot, changed: list[str], *, matched: bool, by: Actor, at: datetime) -> bool:
    if not changed:
        return False
    pilot.version += 1
    if matched:
        touched(pilot)
    behalf = pilot.user_id if by.actor_id != pilot.user_id else None
    audit.record("pilot.profile_changed", pilot, by=by, at=at, on_behalf_of=behalf, fields=changed)
    return True
