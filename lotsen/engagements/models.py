"""Engagements, messages, appointments, hours, feedback, concerns."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base
from lotsen.core.states import Stateful
from lotsen.core.waiting import NeedsOffice
from lotsen.help_requests.models import HelpRequest
from lotsen.municipality.queries import town
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal

from .rules import BreakOffReason, ConcernKind, Outcome, Side, State


class Engagement(Base, Stateful, NeedsOffice):
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
    paused_from: Mapped[State | None] = mapped_column(words(State))
    paused_by: Mapped[str] = mapped_column(String(20), default="")
    holds_place: Mapped[bool] = mapped_column(default=True)
    handing_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handing_over_by: Mapped[str] = mapped_column(String(20), default="")
    handing_over_text: Mapped[str] = mapped_column(Text, default="")
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("engagements.id"), index=True)
    pilot_phone: Mapped[bool | None]
    pilot_email: Mapped[bool | None]
    member_phone: Mapped[bool | None]
    member_email: Mapped[bool | None]
    pilot_says: Mapped[str] = mapped_column(String(20), default="")
    member_says: Mapped[str] = mapped_column(String(20), default="")
    break_off_reason: Mapped[str] = mapped_column(String(40), default="")
    break_off_text: Mapped[str] = mapped_column(Text, default="")
    broken_off_by: Mapped[str] = mapped_column(String(20), default="")
    task: Mapped[str] = mapped_column(String(40), default="", index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    help_request: Mapped[HelpRequest] = relationship()
    pilot: Mapped[Pilot] = relationship()
    proposal: Mapped[Proposal] = relationship()
    follows: Mapped["Engagement | None"] = relationship(remote_side=[id])
    feedback: Mapped[list["Feedback"]] = relationship(viewonly=True)

    @property
    def ended_early(self) -> bool:
        """Broken off within its first weeks; somebody else who took it over is no end."""
        handed_over = self.break_off_reason == BreakOffReason.HANDED_OVER
        early = self.state_since < self.created_at + timedelta(days=town().early_days)
        return self.state is State.BROKEN_OFF and early and not handed_over


class Message(Base):
    """What one side wrote the other; ``by_office``: a coordinator wrote down what the side said on the telephone."""

    __tablename__ = "messages"
    entity = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagements.id"), index=True)
    side: Mapped[Side] = mapped_column(words(Side))
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    by_office: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    engagement: Mapped[Engagement] = relationship()


class Appointment(Base):
    """When and where they meet. ``sequence`` rises with each change, so that calendars know the newer word."""

    __tablename__ = "appointments"
    entity = "appointment"
    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagements.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int] = mapped_column(default=60)
    place: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    invited: Mapped[bool] = mapped_column(default=False)
    called_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    engagement: Mapped[Engagement] = relationship()

    __table_args__ = (CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),)


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


class Concern(Base):
    """What a coordinator must look at in confidence: a problem that one side reports, or many hours in a year."""

    __tablename__ = "concerns"
    entity = "concern"
    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagements.id"), index=True)
    kind: Mapped[ConcernKind] = mapped_column(words(ConcernKind))
    side: Mapped[Side | None] = mapped_column(words(Side))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_text: Mapped[str] = mapped_column(Text, default="")

    engagement: Mapped[Engagement] = relationship()
