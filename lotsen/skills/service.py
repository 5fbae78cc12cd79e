"""Keeping the tables of topics and sub-areas in step with the shipped catalogue."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lotsen.core.config import ROOT
from lotsen.core.extensions import db

from .models import Area, Topic

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
