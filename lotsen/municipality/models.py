"""Stored settings (only those that differ from the default) and quiet periods."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from lotsen.core.db import UtcDateTime
from lotsen.core.extensions import Base


class Setting(Base):
    """One setting that the town changed."""

    __tablename__ = "settings"
    entity = "setting"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    value: Mapped[Any] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuietPeriod(Base):
    """Days in which nothing expires and nobody is reminded; both ends included."""

    __tablename__ = "quiet_periods"
    entity = "quiet_period"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    first_day: Mapped[date] = mapped_column(unique=True)
    last_day: Mapped[date]

    __table_args__ = (CheckConstraint("last_day >= first_day", name="order"),)
