"""Reading the catalogue."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lotsen.core.extensions import db
from lotsen.core.i18n import locale_code

from .models import Area, CatalogueWord, Topic

OWN = "own-"
"""How the slugs of the town's own topics and sub-areas begin."""


def topics() -> Sequence[Topic]:
    """All active topics with their sub-areas, in order of the catalogue."""
    return db.session.scalars(select(Topic).where(Topic.active).order_by(Topic.position)).all()


def label(row: Topic | Area) -> str:
    """The label in the language of the page."""
    return row.label_en if locale_code() == "en" else row.label_de


def description(topic: Topic) -> str:
    """One sentence about a topic, in the language of the page."""
    return topic.description_en if locale_code() == "en" else topic.description_de


def topic_labels(slugs: Sequence[str]) -> dict[str, str]:
    """The labels of some topics, in the language of the page."""
    if not slugs:
        return {}
    column = Topic.label_en if locale_code() == "en" else Topic.label_de
    rows = db.session.execute(select(Topic.slug, column).where(Topic.slug.in_(slugs)))
    return {slug: text for slug, text in rows}


def areas() -> Sequence[Area]:
    """All active sub-areas of active topics, with their topics."""
    statement = select(Area).join(Area.topic).where(Area.active, Topic.active).options(joinedload(Area.topic))
    return db.session.scalars(statement.order_by(Topic.position, Area.position, Area.id)).all()


def own_version() -> str:
    """Changes with every change of the town's own part of the catalogue; empty when there is none."""
    words = select(func.count(CatalogueWord.id), func.count(CatalogueWord.removed_at))
    own = select(func.count(Area.id)).where(Area.slug.startswith(OWN)).scalar_subquery()
    added, removed, parts = db.session.execute(words.add_columns(own)).one()
    return f"{added}.{removed}.{parts}" if added - removed or parts else ""


def own_words() -> list[tuple[str, str, str]]:
    """What the town added: (sub-area slug, "word" or "situation", text)."""
    rows = db.session.execute(
        select(Area.slug, CatalogueWord.kind, CatalogueWord.text)
        .join(CatalogueWord.area)
        .where(CatalogueWord.removed_at.is_(None))
        .order_by(CatalogueWord.id)
    )
    return [(slug, kind, text) for slug, kind, text in rows]


def own_rows() -> Sequence[CatalogueWord]:
    """The town's own words and situations, newest first, with their sub-areas and topics."""
    return db.session.scalars(
        select(CatalogueWord)
        .where(CatalogueWord.removed_at.is_(None))
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
