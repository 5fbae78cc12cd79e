"""How much the town's own topics are used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from lotsen.core.extensions import db
from lotsen.help_requests.models import RequestTopic
from lotsen.pilots.models import PilotTopic
from lotsen.skills import queries as skills
from lotsen.skills.models import Topic


@dataclass(frozen=True)
class OwnTopic:
    """One of the town's own topics, with how many pilots ticked it and how many requests named it."""

    topic: Topic
    pilots: int
    requests: int


def own_topics() -> Sequence[OwnTopic]:
    """The town's own topics with their use, those that rest last."""
    rows = skills.own_topics()
    ids = [row.id for row in rows]
    held, chosen = (_uses(table.topic_id, ids) for table in (PilotTopic, RequestTopic))
    return [OwnTopic(row, held.get(row.id, 0), chosen.get(row.id, 0)) for row in rows]


def _uses(column: Any, ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(select(column, func.count()).where(column.in_(ids)).group_by(column))
    return {key: number for key, number in rows}
