"""A volunteer's profile and standing."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lotsen.accounts.models import User
from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base
from lotsen.core.states import Stateful
from lotsen.municipality.queries import town
from lotsen.organisations.models import Organisation
from lotsen.skills.models import Area, Topic

from .rules import MAX_VENDOR_TIES, AwardConditions, EndReason, State


class Pilot(Base, Stateful):
    """One volunteer: application, profile, award. ``revision`` rises with every change that the matcher must see."""

    __tablename__ = "pilots"
    entity = "pilot"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    state: Mapped[State] = mapped_column(words(State), index=True)

    own_words: Mapped[str] = mapped_column(Text, default="")
    title_form: Mapped[str] = mapped_column(String(10), default="")
    headline: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["de"])
    on_site: Mapped[bool] = mapped_column(default=True)
    remote: Mapped[bool] = mapped_column(default=False)
    postcode: Mapped[str] = mapped_column(String(5), default="")
    radius_km: Mapped[int] = mapped_column(default=10)
    slots: Mapped[list[str]] = mapped_column(JSON, default=list)
    org_kinds: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["business", "club", "institution"])
    capacity: Mapped[int] = mapped_column(default=2)
    reserved: Mapped[int] = mapped_column(default=0)
    asks_per_month: Mapped[int] = mapped_column(default=3)
    not_before: Mapped[date | None]
    last_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    show_full_name: Mapped[bool] = mapped_column(default=False)
    release_phone: Mapped[bool] = mapped_column(default=False)
    release_email: Mapped[bool] = mapped_column(default=False)
    vendor_ties: Mapped[str] = mapped_column(String(MAX_VENDOR_TIES), default="")

    talk_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    talk_held_on: Mapped[date | None]
    duties_signed_on: Mapped[date | None]
    duties_seen_by: Mapped[int | None]
    cover_explained: Mapped[bool] = mapped_column(default=False)
    awarded_on: Mapped[date | None]
    ceremony_on: Mapped[date | None]  # nothing waits for it
    pause_from: Mapped[date | None]
    paused_until: Mapped[date | None]
    excluded_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    wishes_to_end_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(String(20), default="")
    thanks_owed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sign_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    silent_asks: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    silent_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clearance_seen_on: Mapped[date | None]
    clearance_seen_by: Mapped[int | None]
    clearance_until: Mapped[date | None]

    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
    topics: Mapped[list["PilotTopic"]] = relationship(cascade="all, delete-orphan", order_by="PilotTopic.id")
    areas: Mapped[list["PilotArea"]] = relationship(cascade="all, delete-orphan", order_by="PilotArea.id")
    exclusions: Mapped[list["Exclusion"]] = relationship(
        back_populates="pilot", cascade="all, delete-orphan", order_by="Exclusion.id"
    )

    __table_args__ = (
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        {"sqlite_autoincrement": True},  # log and outbox outlive a deleted draft: its number is never given again
    )

    @property
    def free_places(self) -> int:
        """How many more engagements may begin; never below 0."""
        return max(0, self.capacity - self.reserved)

    @property
    def has_died(self) -> bool:
        """Whether the work ended because the person has died."""
        return self.state is State.ENDED and self.end_reason == EndReason.DECEASED.value

    @property
    def is_silent(self) -> bool:
        """Whether so many asks stayed unanswered that somebody should call before the next one."""
        return self.silent_asks >= town().silent_asks

    def is_cleared(self, day: date) -> bool:
        """Whether a certificate of good conduct was seen that still counts on this day."""
        return self.clearance_until is not None and day <= self.clearance_until

    def exclusions_on(self, day: date) -> "list[Exclusion]":
        """The organisations to which the pilot is not proposed on this day, oldest block first."""
        return [row for row in self.exclusions if row.stands(day)]

    @property
    def public_name(self) -> str:
        """What an organisation may read after the yes."""
        return self.user.name if self.show_full_name else self.user.first_name

    @property
    def profile_complete(self) -> bool:
        """Whether the matcher and an organisation find enough in the profile."""
        return bool(self.headline and self.about and self.topics and self.postcode and (self.on_site or self.remote))

    @property
    def award_conditions(self) -> AwardConditions:
        """What the award requires, as it stands."""
        return AwardConditions(
            talk_held_on=self.talk_held_on,
            profile_complete=self.profile_complete,
            duties_signed_on=self.duties_signed_on,
            duties_seen_by=self.duties_seen_by,
            cover_explained=self.cover_explained,
        )


class PilotTopic(Base):
    """A topic the pilot knows: 1 some, 2 good, 3 expert."""

    __tablename__ = "pilot_topics"
    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    level: Mapped[int] = mapped_column(default=2)

    topic: Mapped[Topic] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("pilot_id", "topic_id"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )


class PilotArea(Base):
    """A sub-area the pilot ticked."""

    __tablename__ = "pilot_areas"
    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)

    area: Mapped[Area] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("pilot_id", "area_id"),)


class Exclusion(Base):
    """That this pilot is not proposed to an organisation, why, and until when (None: until lifted)."""

    __tablename__ = "exclusions"
    entity = "exclusion"
    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    until: Mapped[date | None]
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    pilot: Mapped[Pilot] = relationship(back_populates="exclusions")

    def stands(self, day: date) -> bool:
        """Whether it bars the pilot on this day: not lifted, not over."""
        return self.lifted_at is None and (self.until is None or self.until >= day)
