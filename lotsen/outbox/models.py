"""A mail waiting, sent, failed or recalled; or what is to be said by telephone; and the hold on all sending."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base

from .rules import NOT_LEFT, State, is_reminder

_UNREAD = text("replied_at IS NOT NULL AND reply_seen_at IS NULL")


class OutboxMessage(Base):
    """One message to one person. ``key`` = ``{entity}:{id}:{state}:{visit}:{step}:{recipient}`` makes it unique."""

    __tablename__ = "outbox_messages"
    entity = "outbox_message"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    state: Mapped[State] = mapped_column(words(State))
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    recipient_name: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(5), default="de")
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    attachment: Mapped[str] = mapped_column(Text, default="")
    about_entity: Mapped[str] = mapped_column(String(40), default="")
    about_id: Mapped[int | None]
    starts_clock: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str] = mapped_column(String(40), default="", index=True)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # somebody answered by mail; a person reads it
    reply_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_outbox_messages_state_due_at", "state", "due_at"),
        Index("ix_outbox_messages_about", "about_entity", "about_id"),
        Index("ix_outbox_messages_unread", "replied_at", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )

    @property
    def is_unsent_reminder(self) -> bool:
        """Whether it is a reminder that has not left: a coordinator may take it back."""
        return self.state in NOT_LEFT and is_reminder(self.kind)


class SendingHold(Base):
    """While this one row exists, no mail leaves the house."""

    __tablename__ = "sending_holds"
    entity = "sending_hold"
    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(40))

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class MailboxPosition(Base):
    """Up to which mail the programme's mailbox was looked through (RFC 9051: UIDVALIDITY and UID); one row."""

    __tablename__ = "mailbox_positions"
    id: Mapped[int] = mapped_column(primary_key=True)
    validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
