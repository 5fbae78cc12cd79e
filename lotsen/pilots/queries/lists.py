"""The coordinator's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from lotsen.accounts.models import User
from lotsen.accounts.rules import digits
from lotsen.core.clock import at_local, local_date
from lotsen.core.extensions import db
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot, PilotTopic
from lotsen.pilots.rules import State
from lotsen.skills.models import Topic

CEREMONY_WITHIN = timedelta(days=365)  # of the award; without a day by then there was none, or nobody wrote it down


@dataclass(frozen=True)
class Filters:
    """What the list shows; everything empty: all who are still with us or on the way."""

    state: State | None = None
    search: str = ""
    free: bool = False
    not_asked: bool = False
    ceremony: bool = False


def overview(filters: Filters, at: datetime) -> Select[Pilot]:
    """Pilots with their people and topics, those on the way in first, then by name."""
    statement = (
        select(Pilot)
        .join(Pilot.user)
        .options(
            contains_eager(Pilot.user),
            selectinload(Pilot.topics).joinedload(PilotTopic.topic).lazyload(Topic.areas),
        )
        .order_by(Pilot.state != State.SUBMITTED, Pilot.state != State.INTERVIEW, func.lower(User.name), Pilot.id)
    )
    if filters.state is not None:
        statement = statement.where(Pilot.state == filters.state)
    elif not filters.search:
        statement = statement.where(Pilot.state.not_in([State.DRAFT, State.ENDED, State.REJECTED, State.WITHDRAWN]))
    if filters.search:
        statement = statement.where(_found(filters.search))
    if filters.free:
        statement = statement.where(Pilot.state == State.AWARDED, Pilot.reserved < Pilot.capacity)
    if filters.not_asked:
        statement = statement.where(_forgotten()).params(forgotten_by(at))
    if filters.ceremony:
        statement = statement.where(_ceremony_ahead(at)).order_by(None)
        statement = statement.order_by(Pilot.ceremony_on.asc().nulls_last(), func.lower(User.name), Pilot.id)
    return statement


def _found(search: str) -> ColumnElement[bool]:
    """Name, as typed or with other capitals (SQLite folds ASCII only), or telephone number."""
    spellings = {search, search.casefold(), search.title()}
    conditions: list[ColumnElement[bool]] = [User.name.icontains(s, autoescape=True) for s in sorted(spellings)]
    if len(digits(search)) >= 4:
        conditions.append(User.phone_digits.contains(digits(search), autoescape=True))
    return or_(*conditions)


def _ceremony_ahead(at: datetime) -> ColumnElement[bool]:
    """With us, and the title is not handed over yet: the day lies ahead, or nobody named one within a year."""
    today = local_date(at)
    unnamed = and_(Pilot.ceremony_on.is_(None), Pilot.awarded_on >= today - CEREMONY_WITHIN)
    return and_(Pilot.state.in_([State.AWARDED, State.PAUSED]), or_(unnamed, Pilot.ceremony_on >= today))


def _forgotten() -> ColumnElement[bool]:
    """Awarded, and not asked for as many days as the town says; with `forgotten_by`."""
    return and_(
        Pilot.state == State.AWARDED,
        or_(Pilot.last_asked_at.is_(None), Pilot.last_asked_at <= bindparam("not_asked_since")),
        or_(Pilot.awarded_on.is_(None), Pilot.awarded_on <= bindparam("awarded_by")),
    )


def forgotten_by(at: datetime) -> dict[str, Any]:
    """The parameters of a statement that asks who is forgotten at an instant."""
    cutoff = at - timedelta(days=town().not_asked_days)
    return {"not_asked_since": cutoff, "awarded_by": local_date(cutoff)}


def number_forgotten() -> ScalarSelect[int]:
    """How many awarded pilots were not asked for as many days as the town says; with `forgotten_by`."""
    return select(func.count()).select_from(Pilot).where(_forgotten()).scalar_subquery()


def asks_this_month(pilots: Sequence[Pilot], at: datetime) -> dict[int, int]:
    """How often each pilot was asked in this calendar month: asks that left or wait, none that was taken back."""
    users = {pilot.user_id: pilot.id for pilot in pilots}
    first = at_local(local_date(at).replace(day=1), time.min)
    rows = db.session.execute(
        select(OutboxMessage.recipient_id, func.count(func.distinct(OutboxMessage.about_id)))
        .where(
            OutboxMessage.kind == "proposals.ask",
            OutboxMessage.recipient_id.in_(users),
            OutboxMessage.created_at >= first,
            OutboxMessage.state != MailState.RECALLED,
        )
        .group_by(OutboxMessage.recipient_id)
    )
    return {users[user_id]: number for user_id, number in rows if user_id is not None}
