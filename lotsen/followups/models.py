"""Questions and answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Side

from .rules import Kind


class FollowUp(Base):
    """One question to one side of an engagement; ``visit`` tells a repeated question from the first."""

    __tablename__ = "followups"
    entity = "followup"
    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagements.id"), index=True)
    kind: Mapped[Kind] = mapped_column(words(Kind))
    side: Mapped[Side] = mapped_column(words(Side))
    visit: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(String(1000), default="")

    engagement: Mapped[Engagement] = relationship()

    __table_args__ = (Index("uq_followups_question", "engagement_id", "kind", "side", "visit", unique=True),)
