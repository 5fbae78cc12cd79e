"""Engagements, hours, feedback."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base
from lotsen.core.states import Stateful
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal

from .rules import Outcome, Side, State


class Engagement(Base, Stateful):
    """A confirmed pairing; contact data is released by its existence."""

    __tablename__ = "engagements"
    entity = "engagement"
    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"), index=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), unique=True)
    state: Mapped[State] = mapped_column(words(State), index=True)
    meeting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    meeting_place: Mapped[str] = mapped_column(String(200), default="")
    goal: Mapped[str] = mapped_column(String(300), default="")
    ends_on: Mapped[date | None]
    paused_until: Mapped[date | None]
    pilot_says: Mapped[str] = mapped_column(String(20), default="")
    member_says: Mapped[str] = mapped_column(String(20), default="")
    break_off_reason: Mapped[str] = mapped_column(String(40), default="")
    break_off_text: Mapped[str] = mapped_column(Text, default="")
    broken_off_by: Mapped[str] = mapped_column(String(20), default="")
    task: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    help_request: Mapped[HelpRequest] = relationship()
    pilot: Mapped[Pilot] = relationship()
    proposal: Mapped[Proposal] = relationship()


class HoursEntry(Base):
    """Time a pilot gave, in minutes."""

    __tablename__ = "hours_entries"
    entity = "hours_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagements.id"), index=True)
    on: Mapped[date]
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")
    entered_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    engagement: Mapped[Engagement] = relationship()

    __table_args__ = (CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),)


class Feedback(Base):
    """One side's word at the end. Criticism is for the coordinator only, praise goes to the pilot."""

    __tablename__ = "feedback"
    entity = "feedback"
    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagements.id"), index=True)
    side: Mapped[Side] = mapped_column(words(Side))
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    praise: Mapped[str] = mapped_column(Text, default="")
    criticism: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("engagement_id", "side"),)
