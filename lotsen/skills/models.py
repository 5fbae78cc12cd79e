"""Topics and sub-areas, copied from ``matching/data/catalogue`` by ``skills.service.sync``."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lotsen.core.db import UtcDateTime
from lotsen.core.extensions import Base

OWN = "own-"
"""How the slugs of the town's own topics and sub-areas begin."""


class Topic(Base):
    """A field of digital applications; one that rests is not ``active`` and stays with those who ticked it."""

    __tablename__ = "topics"
    entity = "topic"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    label_de: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    description_de: Mapped[str] = mapped_column(String(400), default="")
    description_en: Mapped[str] = mapped_column(String(400), default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    areas: Mapped[list["Area"]] = relationship(order_by="Area.position", lazy="selectin", back_populates="topic")

    @property
    def is_own(self) -> bool:
        """Whether the town added it."""
        return self.slug.startswith(OWN)

    @property
    def parts(self) -> list["Area"]:
        """The sub-areas one can tick; the one that carries an own topic's words has its name and is no part."""
        return [area for area in self.areas if area.active and area.label_de != self.label_de]


class Area(Base):
    """A part of a topic that one pilot may know while another does not."""

    __tablename__ = "areas"
    entity = "area"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    label_de: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    topic: Mapped[Topic] = relationship(back_populates="areas")


class CatalogueWord(Base):
    """A word or an everyday situation that the town added to a sub-area; taken out again by ``removed_at``."""

    __tablename__ = "catalogue_words"
    entity = "catalogue_word"
    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(200))
    added_by: Mapped[int | None]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    area: Mapped[Area] = relationship()
