"""Single pilots and sets of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload, subqueryload

from lotsen.accounts import queries as people
from lotsen.accounts.models import User
from lotsen.core.errors import NotFound
from lotsen.core.extensions import db
from lotsen.organisations.models import Organisation
from lotsen.organisations.rules import fold_name
from lotsen.pilots.models import Exclusion, Pilot
from lotsen.pilots.rules import TASK_STEPS


def find_by_user(user_id: int | None) -> Pilot | None:
    """The profile of a person, or None."""
    return db.session.scalar(select(Pilot).where(Pilot.user_id == user_id))


def same_application(name: str, phone: str, own_words: str, *, since: datetime) -> Pilot | None:
    """The same words of the same person since an instant: the button was pressed twice."""
    return db.session.scalar(
        select(Pilot)
        .join(User, User.id == Pilot.user_id)
        .where(User.name == name, User.phone == phone, Pilot.own_words == own_words, Pilot.created_at > since)
        .limit(1)
    )


def of_user_or_404(user_id: int | None) -> Pilot:
    """The profile of a person.

    Raises
    ------
    NotFound
        The person has none.
    """
    pilot = find_by_user(user_id)
    if pilot is None:
        raise NotFound(code="no_profile")
    return pilot


def seen_by(pilot: Pilot) -> str:
    """The name of the person who has seen the certificate of good conduct; empty when nobody has."""
    return people.names([pilot.clearance_seen_by]).get(pilot.clearance_seen_by or 0, "–")


def for_matching(ids: Sequence[int] | None = None) -> Sequence[Pilot]:
    """Pilots with topics, sub-areas and exclusions in four statements, however many there are; all without ``ids``."""
    statement = (
        select(Pilot)
        .options(
            joinedload(Pilot.user),
            subqueryload(Pilot.topics),
            subqueryload(Pilot.areas),
            subqueryload(Pilot.exclusions),
        )
        .order_by(Pilot.id)
    )
    if ids is not None:
        statement = statement.where(Pilot.id.in_(ids))
    return db.session.scalars(statement).unique().all()


def _machine_due() -> ColumnElement[bool]:
    return and_(Pilot.due_at.is_not(None), Pilot.due_step != "", Pilot.due_step.not_in(TASK_STEPS))


def due_ids(at: datetime) -> Sequence[int]:
    """Pilots for whom the machine has something to do now; what waits for a person is a task instead."""
    return db.session.scalars(
        select(Pilot.id).where(_machine_due(), Pilot.due_at <= at).order_by(Pilot.due_at, Pilot.id)
    ).all()


def next_due() -> datetime | None:
    """When the machine has something to do next."""
    return db.session.scalar(select(func.min(Pilot.due_at)).where(_machine_due()))


def with_open_names() -> Sequence[int]:
    """Pilots who named an organisation that exists by now and is not blocked yet."""
    blocked = select(Exclusion.organisation_id).where(Exclusion.pilot_id == Pilot.id, Exclusion.lifted_at.is_(None))
    rows = db.session.execute(
        select(Pilot.id, Pilot.excluded_names).where(func.json_array_length(Pilot.excluded_names) > 0)
    )
    named = {pilot_id: [fold_name(name) for name in names] for pilot_id, names in rows}
    return [
        pilot_id
        for pilot_id, names in named.items()
        if db.session.scalar(
            select(Organisation.id)
            .join(Pilot, Pilot.id == pilot_id)
            .where(Organisation.name_folded.in_(names), Organisation.id.not_in(blocked))
            .limit(1)
        )
    ]
