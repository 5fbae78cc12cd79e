"""What the nightly retention did, and barriers that visitors reported."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotsen.core.db import UtcDateTime
from lotsen.core.extensions import Base


class RetentionRun(Base):
    """How many rows of one class went in one night. No names, no ids."""

    __tablename__ = "retention_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(40))
    rows: Mapped[int]

    __table_args__ = (Index("ix_retention_runs_at", "at"),)


class BarrierReport(Base):
    """Where somebody could not go on; a task until the office has seen to it."""

    __tablename__ = "barrier_reports"
    entity = "barrier_report"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None]
