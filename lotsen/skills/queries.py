"""Reading the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all
from sqlalchemy.orm import joinedload

from lotsen.core.extensions import db
from lotsen.core.i18n import locale_code

from .models import OWN, Area, CatalogueWord, Topic


def topics() -> Sequence[Topic]:
    """All active topics with their sub-areas, in order of the catalogue."""
    return db.session.scalars(select(Topic).where(Topic.active).order_by(Topic.position)).all()


def label(row: Topic | Area) -> str:
    """The label in the language of the page."""
    return row.label_en if locale_code() == "en" else row.label_de


def full_label(area: Area) -> str:
    """Topic and sub-area, in the language of the page; once where both have the same name."""
    names = dict.fromkeys((label(area.topic), label(area)))
    return ": ".join(names)


def description(topic: Topic) -> str:
    """One sentence about a topic, in the language of the page."""
    return topic.description_en if locale_code() == "en" else topic.description_de


def labels(slugs: Sequence[str]) -> dict[str, str]:
    """The labels of some topics and sub-areas by their slugs, in the language of the page."""
    if not slugs:
        return {}
    name = "label_en" if locale_code() == "en" else "label_de"
    parts = (select(table.slug, getattr(table, name)).where(table.slug.in_(slugs)) for table in (Topic, Area))
    return {slug: text for slug, text in db.session.execute(union_all(*parts))}


def areas() -> Sequence[Area]:
    """All active sub-areas of active topics, with their topics."""
    statement = select(Area).join(Area.topic).where(Area.active, Topic.active).options(joinedload(Area.topic))
    return db.session.scalars(statement.order_by(Topic.position, Area.position, Area.id)).all()


@dataclass(frozen=True)
class OwnPart:
    """What the town added to the catalogue and uses now, as plain values: equal parts make equal catalogues."""

    topics: tuple[tuple[str, str, str, str, str], ...] = ()
    """Slug, German and English label, German and English description."""
    areas: tuple[tuple[str, str, str, str], ...] = ()
    """Slug, slug of the topic, German and English label."""
    words: tuple[tuple[str, str, str, str], ...] = ()
    """Slugs of sub-area and topic, "word" or "situation", text."""


def own_part() -> OwnPart:
    """The town's own part of the catalogue, without what rests."""
    topic = (Topic.slug, Topic.label_de, Topic.label_en, Topic.description_de, Topic.description_en)
    topics = select(*topic).where(Topic.active, Topic.slug.startswith(OWN)).order_by(Topic.id)
    areas = (
        select(Area.slug, Topic.slug, Area.label_de, Area.label_en)
        .join(Area.topic)
        .where(Area.active, Topic.active, Area.slug.startswith(OWN))
        .order_by(Area.id)
    )
    words = (
        select(Area.slug, Topic.slug, CatalogueWord.kind, CatalogueWord.text)
        .join(CatalogueWord.area)
        .join(Area.topic)
        .where(CatalogueWord.removed_at.is_(None), Area.active, Topic.active)
        .order_by(CatalogueWord.id)
    )
    return OwnPart(*(tuple(tuple(row) for row in db.session.execute(rows)) for rows in (topics, areas, words)))


def own_topics() -> Sequence[Topic]:
    """The town's own topics, those that rest last."""
    statement = select(Topic).where(Topic.slug.startswith(OWN))
    return db.session.scalars(statement.order_by(Topic.active.desc(), Topic.label_de, Topic.id)).all()


def find_topic(label_de: str) -> Topic | None:
    """The topic of this German name, shipped or own, in use or resting; capitals do not matter."""
    wanted = label_de.casefold()
    found = (row for row in db.session.scalars(select(Topic).order_by(Topic.id)) if row.label_de.casefold() == wanted)
    return next(found, None)


def own_rows() -> Sequence[CatalogueWord]:
    """The town's own words and situations in use, newest first, with their sub-areas and topics."""
    return db.session.scalars(
        select(CatalogueWord)
        .join(CatalogueWord.area)
        .join(Area.topic)
        .where(CatalogueWord.removed_at.is_(None), Area.active, Topic.active)
        .options(joinedload(CatalogueWord.area).joinedload(Area.topic))
        .order_by(CatalogueWord.id.desc())
    ).all()


def find_word(area_id: int, text: str) -> CatalogueWord | None:
    """The town's own entry of this very text, if it stands."""
    return db.session.scalar(
        select(CatalogueWord).where(
            CatalogueWord.area_id == area_id, CatalogueWord.text == text, CatalogueWord.removed_at.is_(None)
        )
    )
