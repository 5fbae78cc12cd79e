"""From the talk to the title."""

from typing import Any

from sqlalchemy import select

from lotsen.core.extensions import db
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.skills.models import Topic

from .stage import Stage


def award(pilot: Pilot, stage: Stage, *, by: Any) -> None:
    """Fill in the profile with what chance says, record the conditions, give the title."""
    at = stage.at
    values = {
        "headline": "Hilft bei Websites und Büro",
        "about": "Ich helfe gern bei Websites, E-Mail, Tabellen und Sicherheit.",
        "postcode": "31655",
        "remote": True,
        "radius_km": 30,
        "capacity": stage.chance.randint(1, 3),
        "asks_per_month": stage.chance.randint(2, 4),
    }
    pilots.change(pilot, values, version=pilot.version, by=by, at=at)
    topics = db.session.scalars(select(Topic.id).where(Topic.active).order_by(Topic.id)).all()
    levels = {topic: stage.chance.randint(1, 3) for topic in stage.chance.sample(list(topics), min(8, len(topics)))}
    pilots.set_topics(pilot, levels, frozenset(), version=pilot.version, by=by, at=at)
    day = stage.today()
    pilots.record_conditions(pilot, talk_held_on=day, duties_signed_on=day, cover_explained=True, by=by, at=at)
    pilots.award(pilot, by=by, at=at)
