"""Reading the catalogue."""

from collections.abc import Sequence

from sqlalchemy import select

from lotsen.core.extensions import db
from lotsen.core.i18n import locale_code

from .models import Area, Topic


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
    column = Topic.label_en if locale_code() == "en" else Topic.label_de
    rows = db.session.execute(select(Topic.slug, column).where(Topic.slug.in_(slugs)))
    return {slug: text for slug, text in rows}
