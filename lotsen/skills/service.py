"""Keeping topics and sub-areas in step with the shipped catalogue, and what the town adds to it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.config import ROOT
from lotsen.core.extensions import db

from . import queries
from .models import Area, CatalogueWord, Topic

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
    number = (db.session.scalar(select(func.max(Area.id))) or 0) + 1
    row = Area(slug=f"{queries.OWN}{number}", topic=topic, label_de=label_de, label_en=label_en or label_de)
    row.position = 1000 + number
    db.session.add(row)
    db.session.flush()
    audit.record("catalogue.area_added", row, by=by, at=at)
    return row
