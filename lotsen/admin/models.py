"""What was not in order with the installation, from when to when."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base

from .rules import Alarm

OPEN = text("closed_at IS NULL")


class Incident(Base):
    """One alarm from its beginning to its end. Of one kind and subject only one is open at a time."""

    __tablename__ = "incidents"
    entity = "incident"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Alarm] = mapped_column(words(Alarm))
    subject: Mapped[str] = mapped_column(String(60), default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("uq_incidents_open", "kind", "subject", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )
