"""Changing the weights of the matcher: by hand, by what was learned, and back again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.proposals import queries
from lotsen.proposals.models import Weighting


def keep(
    weights: Mapping[str, float], origin: str, *, by: Actor, at: datetime, report: Mapping[str, Any] | None = None
) -> Weighting:
    """Keep a set of weights without using it yet; ``origin`` is ``hand`` or ``learned``."""
    row = Weighting(weights=dict(weights), origin=origin, report=dict(report or {}), made_by=by.actor_id, made_at=at)
    db.session.add(row)
    db.session.flush()
    audit.record("weighting.kept", row, by=by, at=at, reason=origin)
    return row


def activate(row: Weighting, *, by: Actor, at: datetime, seen: int | None) -> None:
    """Use these weights from now on; every open request is scored anew by the next sweep.

    ``seen`` is the id of the weights that were in use when the page was shown.

    Raises
    ------
    Conflict
        Somebody else changed the weights meanwhile.
    """
    current = queries.active_weighting()
    if current is not None and current.id == row.id:
        return
    if (current.id if current else None) != seen:
        raise Conflict(entity="weighting", entity_id=current.id if current else None)
    if current is not None:
        current.active = False
        db.session.flush()
    row.active, row.previous_id = True, seen
    db.session.flush()
    audit.record("weighting.activated", row, by=by, at=at)


def roll_back(*, by: Actor, at: datetime, seen: int | None) -> Weighting | None:
    """One step back to the weights that were in use before; returns them, None for the shipped ones.

    Raises
    ------
    Conflict
        Somebody else changed the weights meanwhile.
    """
    current = queries.active_weighting()
    if (current.id if current else None) != seen:
        raise Conflict(entity="weighting", entity_id=current.id if current else None)
    if current is None:
        return None
    before = db.session.get(Weighting, current.previous_id) if current.previous_id else None
    current.active = False
    db.session.flush()
    if before is not None:
        before.active = True
    audit.record("weighting.rolled_back", current, by=by, at=at)
    return before
