"""Who was told that a task lies there untouched; so that everybody is told once."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base

from .rules import Stage


class Escalation(Base):
    """One task, one stage. ``task_key`` is `Task.key`: as soon as something moves it is another task."""

    __tablename__ = "escalations"
    entity = "escalation"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_key: Mapped[str] = mapped_column(String(200))
    stage: Mapped[Stage] = mapped_column(words(Stage))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (UniqueConstraint("task_key", "stage"),)
