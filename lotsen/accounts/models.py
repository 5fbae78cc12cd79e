"""People and their log-ins. A person need not have a password, nor even a mail address."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from lotsen.core.access import Role
from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base
from lotsen.core.folding import fold_for_search

from . import rules


def _folded_name(context: Any) -> str:
    """For rows that are inserted in bulk; objects fold when the name is set."""
    return fold_for_search(context.get_current_parameters()["name"])


class User(Base, UserMixin):
    """A person: volunteer, contact person, staff; several roles are possible."""

    __tablename__ = "users"
    # Log, outbox and case numbers outlive a deleted row: its number must never be given again (SQLite would).
    __table_args__ = {"sqlite_autoincrement": True}
    entity = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    new_email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    search_name: Mapped[str] = mapped_column(String(200), default=_folded_name, server_default="", index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    phone_digits: Mapped[str] = mapped_column(String(40), default="", index=True)
    locale: Mapped[str] = mapped_column(String(5), default="de")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    mail_stopped: Mapped[bool] = mapped_column(default=False)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    role_rows: Mapped[list["UserRole"]] = relationship(cascade="all, delete-orphan")

    session_token: str = ""  # set by the loader; what flask-login keeps in the cookie
    session_seen_at = None  # type: datetime | None  # set by the loader; when the session was last written as seen
    session_strong: bool = False  # set by the loader; whether a second step was part of the log-in

    @validates("name")
    def _fold(self, _key: str, name: str) -> str:
        self.search_name = fold_for_search(name)
        return name

    @validates("phone")
    def _count(self, _key: str, phone: str) -> str:
        self.phone_digits = rules.digits(phone or "")
        return phone

    @property
    def actor_id(self) -> int:
        """Id in the audit log."""
        return self.id

    @property
    def roles(self) -> frozenset[Role]:
        """The roles the person has now."""
        return frozenset(row.role for row in self.role_rows)

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.active

    @property
    def first_name(self) -> str:
        """The name by which somebody is called."""
        return rules.first_name(self.name)

    def get_id(self) -> str:
        """The session's token: log-out and reset end it on the server."""
        return self.session_token


class UserRole(Base):
    """One role of one person."""

    __tablename__ = "user_roles"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(words(Role))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("user_id", "role"),)


class UserSession(Base):
    """A log-in on one device."""

    __tablename__ = "user_sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(80), default="")
    strong: Mapped[bool] = mapped_column(default=False, server_default=false())


class SecondFactor(Base):
    """The secret that a person's authenticator app shares with us, sealed; ``last_counter``: the last code's number."""

    __tablename__ = "second_factors"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(255))
    last_counter: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code on paper that replaces the app once."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KnownDevice(Base):
    """A browser that is not asked for the second step again for some time."""

    __tablename__ = "known_devices"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Identity(Base):
    """Who a person is at the town's own log-in (OpenID Connect)."""

    __tablename__ = "identities"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))


class Consent(Base):
    """That a person agreed to something, in which words, on which way, and whether it was withdrawn."""

    __tablename__ = "consents"
    entity = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(60))
    text_version: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[int | None]
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_channel: Mapped[str] = mapped_column(String(20), default="")
    withdrawn_by: Mapped[int | None]
