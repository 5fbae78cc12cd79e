"""Help requests."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lotsen.accounts.models import User
from lotsen.accounts.rules import ERASED_NAME
from lotsen.core.clock import local_date
from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base
from lotsen.core.states import Stateful
from lotsen.core.waiting import NeedsOffice
from lotsen.organisations.models import Organisation
from lotsen.organisations.rules import Kind
from lotsen.outbox.service import Address
from lotsen.pilots.models import Pilot
from lotsen.skills.models import Area, Topic

from .rules import GOING_ON, Channel, Further, Mode, State, fold_text


class HelpRequest(Base, Stateful, NeedsOffice):
    """One request. Who asked is kept as typed until the link in the mail makes it a person and an organisation.

    ``revision`` rises with every change the matcher must see, ``version`` with every edit.
    """

    __tablename__ = "help_requests"
    entity = "help_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(words(State), index=True)

    organisation_name: Mapped[str] = mapped_column(String(160))
    org_kind: Mapped[Kind] = mapped_column(words(Kind))
    postcode: Mapped[str] = mapped_column(String(5))
    contact_name: Mapped[str] = mapped_column(String(120))
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    contact_hint: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(5), default="de")
    channel: Mapped[Channel] = mapped_column(words(Channel), default=Channel.WEB)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    short_text: Mapped[str] = mapped_column(Text, default="")
    short_text_cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name_may_be_shown: Mapped[bool] = mapped_column(default=True)
    takes_whoever: Mapped[bool] = mapped_column(default=False)
    release_phone: Mapped[bool] = mapped_column(default=False)
    release_email: Mapped[bool] = mapped_column(default=False)
    mode: Mapped[Mode] = mapped_column(words(Mode), default=Mode.EITHER)
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["de"])
    slots: Mapped[list[str]] = mapped_column(JSON, default=list)
    urgency: Mapped[str] = mapped_column(String(10), default="normal")
    wished_pilot: Mapped[str] = mapped_column(String(120), default="")
    with_children: Mapped[bool] = mapped_column(default=False)
    carrier: Mapped[str] = mapped_column(String(10), default="")
    it_department_asked: Mapped[bool] = mapped_column(default=False)
    answer_expected_on: Mapped[date | None]
    yes_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_text: Mapped[str] = mapped_column(Text, default="")
    query_text: Mapped[str] = mapped_column(Text, default="")
    query_answer: Mapped[str] = mapped_column(Text, default="")
    referred_to: Mapped[str] = mapped_column(String(160), default="")
    reject_reason: Mapped[str] = mapped_column(String(20), default="")
    held_from: Mapped[State | None] = mapped_column(words(State))
    hold_until: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(Text, default="")
    task: Mapped[str] = mapped_column(String(40), default="", index=True)
    further: Mapped[Further] = mapped_column(words(Further), default=Further.NOBODY)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"), index=True)
    brought_by_id: Mapped[int | None] = mapped_column(ForeignKey("pilots.id"), index=True)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"), index=True)

    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation | None] = relationship()
    contact: Mapped[User | None] = relationship()
    parent: Mapped["HelpRequest | None"] = relationship(remote_side=[id], foreign_keys=[parent_id])
    merged_into: Mapped["HelpRequest | None"] = relationship(remote_side=[id], foreign_keys=[merged_into_id])
    brought_by: Mapped[Pilot | None] = relationship()
    topics: Mapped[list["RequestTopic"]] = relationship(cascade="all, delete-orphan", order_by="RequestTopic.id")
    areas: Mapped[list["RequestArea"]] = relationship(cascade="all, delete-orphan", order_by="RequestArea.id")

    __table_args__ = (
        Index("ix_help_requests_state_state_since", "state", "state_since"),
        {"sqlite_autoincrement": True},  # log and outbox outlive a deleted draft: its case number is never given again
    )

    @property
    def seeks_further(self) -> bool:
        """Whether somebody else is sought while an engagement stands."""
        return self.state in GOING_ON and self.further is not Further.NOBODY

    @property
    def is_asked_for(self) -> bool:
        """Whether pilots are asked for it: an ordinary search, or one beside an engagement."""
        return self.state is State.ASKING or self.seeks_further

    @property
    def is_emptied(self) -> bool:
        """Whether its words and its contact person went when their time was over; it only counts from then on."""
        return self.contact_name == ERASED_NAME

    @property
    def recipient(self) -> Any:
        """Whom to write to: the person, or the typed address while the link in the mail was not used."""
        return self.contact or Address(
            name=self.contact_name, email=self.contact_email or None, phone=self.contact_phone, locale=self.locale
        )

    @property
    def group_id(self) -> int:
        """The request that this one is a part of; its own number when it was never split."""
        return self.parent_id or self.id

    @property
    def case_number(self) -> str:
        """What people say on the telephone and what stands in every subject: ``2026-0017``."""
        return f"{local_date(self.created_at).year}-{self.id:04d}"


@event.listens_for(HelpRequest, "before_insert")
@event.listens_for(HelpRequest, "before_update")
def _keep_search_text(_mapper: Any, _connection: Any, row: HelpRequest) -> None:
    digits = "".join(c for c in row.contact_phone or "" if c.isdigit())
    row.search_text = fold_text(
        row.title, row.organisation_name, row.contact_name, row.contact_email or "", digits, row.description
    )


class RequestTopic(Base):
    """A topic that the requester or a coordinator chose."""

    __tablename__ = "request_topics"
    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)

    topic: Mapped[Topic] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("help_request_id", "topic_id"),)


class RequestArea(Base):
    """A sub-area that the requester or a coordinator chose."""

    __tablename__ = "request_areas"
    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)

    area: Mapped[Area] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("help_request_id", "area_id"),)


class Intake(Base):
    """A form half filled in, kept on the server for two days; only the browser that typed it may read it."""

    __tablename__ = "request_intakes"
    entity = "request_intake"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    browser: Mapped[str] = mapped_column(String(32))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    help_request_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
