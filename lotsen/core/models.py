"""Tables of the plumbing: links, throttle, lease, run log, demo clock."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .db import UtcDateTime
from .extensions import Base


class Token(Base):
    """A link in a mail: 128 random bits, kept as a hash, bound to one purpose and one row."""

    __tablename__ = "tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(40))
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_tokens_entity_entity_id_purpose", "entity", "entity_id", "purpose"),)


class ThrottleCounter(Base):
    """How often a key (account or address) tried something in its current window."""

    __tablename__ = "throttle_counters"
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    window_starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]


class KeptForm(Base):
    """What a person had typed when the session was over, sealed, until the form is sent again; one a person."""

    __tablename__ = "kept_forms"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Lease(Base):
    """Who may act alone right now, until when (wall clock)."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class JobRun(Base):
    """The last run of each job of the timetable, and its last failure."""

    __tablename__ = "job_runs"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rows: Mapped[int] = mapped_column(default=0)
    runs: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")


class DemoClock(Base):
    """How far the demo town's clock is from the wall, in seconds; one row."""

    __tablename__ = "demo_clock"
    id: Mapped[int] = mapped_column(primary_key=True)
    offset_seconds: Mapped[float]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
