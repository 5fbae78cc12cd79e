"""Organisations and their contact persons."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from lotsen.accounts.models import User
from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base
from lotsen.core.folding import fold_for_search

from .rules import Kind, fold_name


def _folded_name(context: Any) -> str:
    """For rows that are inserted in bulk; objects fold when the name is set."""
    return fold_for_search(context.get_current_parameters()["name"])


class Organisation(Base):
    """Who asks for help. Unverified until a coordinator has looked once."""

    __tablename__ = "organisations"
    entity = "organisation"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160), index=True)
    name_folded: Mapped[str] = mapped_column(String(160), default="")
    search_name: Mapped[str] = mapped_column(String(200), default=_folded_name, server_default="", index=True)
    kind: Mapped[Kind] = mapped_column(words(Kind))
    postcode: Mapped[str] = mapped_column(String(5))
    municipal: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    members: Mapped[list["Member"]] = relationship(back_populates="organisation")

    __table_args__ = (Index("ix_organisations_name_folded_postcode", "name_folded", "postcode"),)

    @validates("name")
    def _fold(self, _key: str, name: str) -> str:
        self.name_folded, self.search_name = fold_name(name), fold_for_search(name)
        return name


class Member(Base):
    """A contact person of an organisation."""

    __tablename__ = "members"
    entity = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    function: Mapped[str] = mapped_column(String(80), default="")
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by: Mapped[int | None]
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(back_populates="members")
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("organisation_id", "user_id"),
        Index("ix_members_user_id_left_at", "user_id", "left_at"),
    )

    @property
    def is_verified(self) -> bool:
        """Whether the person acts for the organisation now and a coordinator knows it."""
        return self.left_at is None and self.verified_at is not None
