"""Notes about a row of any kind. Only coordinators read them, and never those about themselves."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base

from .rules import Kind


class Note(Base):
    """One note or call about one row (``user``, ``pilot``, ``organisation``, ``help_request``, ``engagement``).

    With ``due_on`` it is a Wiedervorlage: a task from that day on, until ``done_at``.
    """

    __tablename__ = "notes"
    entity = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    about_entity: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[int]
    kind: Mapped[Kind] = mapped_column(words(Kind))
    text: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_notes_about", "about_entity", "about_id"),
        Index("ix_notes_done_at_due_on", "done_at", "due_on"),
    )
