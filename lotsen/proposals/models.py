"""Proposals, ladders, and what the last sweep found for a request."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lotsen.core.db import UtcDateTime, words
from lotsen.core.extensions import Base
from lotsen.core.states import Stateful
from lotsen.core.waiting import NeedsOffice
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.models import Pilot

from .rules import State

_LIVE = text("state IN ('suggested', 'approved', 'asked', 'accepted', 'confirmed')")
_ASK_LIVE = text("state IN ('asked', 'accepted')")
_PLACED = text("state IN ('approved', 'asked', 'accepted')")


class Ladder(Base):
    """The order in which one to three pilots are asked for a request; one approval by one person."""

    __tablename__ = "ladders"
    entity = "ladder"
    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"), index=True)
    approved_by: Mapped[int]
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    help_request: Mapped[HelpRequest] = relationship()


class Proposal(Base, Stateful, NeedsOffice):
    """One pilot for one request, with score and reasons as they were when it was scored."""

    __tablename__ = "proposals"
    entity = "proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"), index=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), index=True)
    state: Mapped[State] = mapped_column(words(State), index=True)
    rank: Mapped[int] = mapped_column(default=0)
    score: Mapped[float] = mapped_column(default=0.0)
    band: Mapped[str] = mapped_column(String(20), default="")
    shares: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    reasons: Mapped[dict[str, dict[str, list[str]]]] = mapped_column(JSON, default=dict)
    model_version: Mapped[str] = mapped_column(String(80), default="")

    ladder_id: Mapped[int | None] = mapped_column(ForeignKey("ladders.id"), index=True)
    position: Mapped[int | None]
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_reason: Mapped[str] = mapped_column(String(40), default="")
    answer_text: Mapped[str] = mapped_column(String(1000), default="")
    available_from: Mapped[date | None]
    wants_anyway_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    task: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[str] = mapped_column(String(20), default="")
    changed: Mapped[list[str]] = mapped_column(JSON, default=list)
    checked_revision: Mapped[int] = mapped_column(default=0)
    raised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    passed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    plain_member: Mapped[bool] = mapped_column(default=False)
    pause_until: Mapped[date | None]
    pause_before: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    help_request: Mapped[HelpRequest] = relationship()
    pilot: Mapped[Pilot] = relationship()
    ladder: Mapped[Ladder | None] = relationship()

    __table_args__ = (
        Index(
            "uq_proposals_live_pair",
            "help_request_id",
            "pilot_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("uq_proposals_live_ask", "ladder_id", unique=True, sqlite_where=_ASK_LIVE, postgresql_where=_ASK_LIVE),
        Index(
            "uq_proposals_place", "ladder_id", "position", unique=True, sqlite_where=_PLACED, postgresql_where=_PLACED
        ),
        Index("ix_proposals_help_request_id_state_rank", "help_request_id", "state", "rank"),
        Index("ix_proposals_pilot_id_asked_at", "pilot_id", "asked_at"),
    )


class RequestBlock(Base):
    """That a pilot is not proposed for one request, because it is not the pilot's field."""

    __tablename__ = "request_blocks"
    entity = "request_block"
    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id", ondelete="CASCADE"), index=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    help_request: Mapped[HelpRequest] = relationship()
    pilot: Mapped[Pilot] = relationship()


class Matching(Base):
    """What the last sweep found for a request besides its proposals: who was ruled out and why, topics, "niemand?"."""

    __tablename__ = "matchings"
    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id", ondelete="CASCADE"))
    request_revision: Mapped[int]
    pilots_version: Mapped[str] = mapped_column(String(80), default="")
    model_version: Mapped[str] = mapped_column(String(80), default="")
    considered: Mapped[int] = mapped_column(default=0)
    removed: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    inferred: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    nobody: Mapped[bool] = mapped_column(default=False)
    uncertain: Mapped[bool] = mapped_column(default=False)
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)
    what_if: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict)
    needs: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    both: Mapped[list[int]] = mapped_column(JSON, default=list)
    gaps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    scored_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("help_request_id"),)


class Weighting(Base):
    """One set of weights of the matcher's components: by hand or learned; at most one is active."""

    __tablename__ = "weightings"
    entity = "weighting"
    id: Mapped[int] = mapped_column(primary_key=True)
    weights: Mapped[dict[str, float]] = mapped_column(JSON)
    origin: Mapped[str] = mapped_column(String(20))
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_by: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active: Mapped[bool] = mapped_column(default=False)
    previous_id: Mapped[int | None]

    __table_args__ = (
        Index(
            "uq_weightings_active",
            "active",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )


class Decision(Base):
    """What the matcher saw of a pair when somebody decided on it: components, no person's traits."""

    __tablename__ = "decisions"
    entity = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id", ondelete="CASCADE"), index=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id", ondelete="CASCADE"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    rank: Mapped[int]
    shown: Mapped[float]
    features: Mapped[dict[str, float]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(20))
    model_version: Mapped[str] = mapped_column(String(80), default="")
