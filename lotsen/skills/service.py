"""Keeping topics and sub-areas in step with the shipped catalogue, and what the town adds to it."""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.config import ROOT
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db

from . import queries, rules
from .models import OWN, Area, CatalogueWord, Topic

OWN_POSITION = 1000
"""Behind everything that is shipped."""
CATALOGUE = ROOT / "matching" / "data" / "catalogue"


def shipped(folder: Path = CATALOGUE) -> list[dict[str, Any]]:
    """The shipped topics in the order of their German labels."""
    entries = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return sorted(entries, key=lambda entry: str(entry["label"]["de"]).casefold())


def sync() -> int:
    """Add new topics and sub-areas, update labels; nothing is ever removed. Returns how many rows were added."""
    topics = {topic.slug: topic for topic in db.session.scalars(select(Topic))}
    areas = {area.slug: area for area in db.session.scalars(select(Area))}
    added = 0
    for position, entry in enumerate(shipped()):
        topic = topics.get(entry["slug"])
        if topic is None:
            topic = Topic(slug=entry["slug"])
            db.session.add(topic)
            added += 1
        topic.label_de, topic.label_en = entry["label"]["de"], entry["label"]["en"]
        topic.description_de, topic.description_en = entry["description"]["de"], entry["description"]["en"]
        topic.position = position
        for place, part in enumerate(entry["areas"]):
            area = areas.get(part["slug"])
            if area is None:
                area = Area(slug=part["slug"], topic=topic)
                db.session.add(area)
                added += 1
            area.label_de, area.label_en, area.position = part["label"]["de"], part["label"]["en"], place
    return added


def add_word(area: Area, kind: str, text: str, *, by: Actor, at: datetime) -> CatalogueWord:
    """Add a word (``word``) or an everyday situation (``situation``) to a sub-area; once is enough."""
    clean = " ".join(text.split())
    row = queries.find_word(area.id, clean)
    if row is None:
        row = CatalogueWord(area=area, kind=kind, text=clean, added_by=by.actor_id, added_at=at)
        db.session.add(row)
        db.session.flush()
        audit.record("catalogue.added", row, by=by, at=at, kind=kind)
    return row


def remove_word(row: CatalogueWord, *, by: Actor, at: datetime) -> None:
    """Take one of the town's own words out again; twice changes nothing."""
    if row.removed_at is None:
        row.removed_at = at
        audit.record("catalogue.removed", row, by=by, at=at)


def add_area(topic: Topic, label_de: str, label_en: str, *, by: Actor, at: datetime) -> Area:
    """Add a sub-area of the town's own, for pilots to tick and requests to be matched to."""
    known = db.session.scalar(select(Area).where(Area.topic_id == topic.id, Area.label_de == label_de))
    if known is not None:
        return known
    place = OWN_POSITION + len(topic.areas)
    row = Area(slug=_own_slug(), topic=topic, label_de=label_de, label_en=label_en or label_de, position=place)
    db.session.add(row)
    db.session.flush()
    audit.record("catalogue.area_added", row, by=by, at=at)
    return row


def add_topic(
    label_de: str, label_en: str, description: str, lines: Iterable[str], *, by: Actor, at: datetime
) -> Topic:
    """Add a topic of the town's own with the words and sentences by which requests are recognised.

    The words hang on a sub-area of the same name. For a topic that the town has, what is new of them is added to it.

    Raises
    ------
    Conflict
        The name belongs to a shipped topic or to one that rests.
    """
    row = queries.find_topic(label_de)
    if row is None:
        row = Topic(slug=_own_slug(), label_de=label_de, label_en=label_en or label_de, position=OWN_POSITION)
        row.description_de = row.description_en = description
        db.session.add(row)
        db.session.flush()
        audit.record("catalogue.topic_added", row, by=by, at=at)
    elif not row.is_own or not row.active:
        raise Conflict(entity=row.entity, entity_id=row.id)
    area = add_area(row, row.label_de, row.label_en, by=by, at=at)
    for line in lines:
        add_word(area, rules.kind_of(line), line, by=by, at=at)
    return row


def rest_topic(row: Topic, *, by: Actor, at: datetime) -> None:
    """Take one of the town's own topics out of use; who ticked it and which requests named it stays on record."""
    if row.is_own and row.active:
        row.active = False
        audit.record("catalogue.topic_rests", row, by=by, at=at)


def resume_topic(row: Topic, *, by: Actor, at: datetime) -> None:
    """Use a resting topic again, with everybody who had ticked it."""
    if row.is_own and not row.active:
        row.active = True
        audit.record("catalogue.topic_resumed", row, by=by, at=at)


def _own_slug() -> str:
    return f"{OWN}{secrets.token_hex(6)}"
