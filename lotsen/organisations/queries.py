"""Reading organisations and their contact persons."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lotsen.accounts.models import User
from lotsen.core.extensions import db

from .models import Member, Organisation
from .rules import Kind, fold_name


def kind_label(kind: Kind) -> str:
    """What people call this kind."""
    return {
        Kind.BUSINESS: _("Unternehmen"),
        Kind.CLUB: _("Verein"),
        Kind.INSTITUTION: _("Einrichtung"),
    }[Kind(kind)]


def find(name: str, postcode: str) -> Organisation | None:
    """The organisation with the same folded name at this postcode, or None."""
    return db.session.scalar(
        select(Organisation)
        .where(Organisation.name_folded == fold_name(name), Organisation.postcode == postcode)
        .order_by(Organisation.id)
        .limit(1)
    )


def find_member(organisation_id: int | None, person_id: int | None) -> Member | None:
    """The person's membership, also one that ended."""
    if organisation_id is None or person_id is None:
        return None
    return db.session.scalar(_member(), {"organisation": organisation_id, "person": person_id})


def speaks_now(organisation_id: int | None, person_id: int) -> bool:
    """Whether a contact person still is one; somebody who never was a member of anything has not left it."""
    member = find_member(organisation_id, person_id)
    return member is None or member.left_at is None


@cache
def _member() -> Select[Member]:
    """Built once, as what follows: the page of every request asks both, and building them takes as long as running."""
    of_both = (Member.organisation_id == bindparam("organisation"), Member.user_id == bindparam("person"))
    return select(Member).where(*of_both).options(joinedload(Member.organisation))


def members_of(organisation_id: int | None) -> Sequence[Member]:
    """Everybody who acts for an organisation or did, by name."""
    if organisation_id is None:
        return []
    return db.session.scalars(_members(), {"organisation": organisation_id}).all()


@cache
def _members() -> Select[Member]:
    return (
        select(Member)
        .join(Member.user)
        .where(Member.organisation_id == bindparam("organisation"))
        .options(contains_eager(Member.user), joinedload(Member.organisation))
        .order_by(User.name, User.id)
    )


def memberships(person_id: int) -> Sequence[Member]:
    """Everything a person acts for now, oldest first."""
    return db.session.scalars(
        select(Member)
        .where(Member.user_id == person_id, Member.left_at.is_(None))
        .options(joinedload(Member.organisation))
        .order_by(Member.id)
    ).all()


def who_left_at(person_id: int, left_at: datetime) -> Sequence[Member]:
    """What a person acted for until this instant."""
    return db.session.scalars(
        select(Member).where(Member.user_id == person_id, Member.left_at == left_at).order_by(Member.id)
    ).all()


def organisation_ids(person_id: int) -> frozenset[int]:
    """Ids of everything a person acts for now."""
    return frozenset(
        db.session.scalars(select(Member.organisation_id).where(Member.user_id == person_id, Member.left_at.is_(None)))
    )


def contacts_of(organisation_id: int | None) -> Sequence[User]:
    """The verified people who act for an organisation now, by name."""
    return db.session.scalars(
        select(User)
        .join(Member, Member.user_id == User.id)
        .where(Member.organisation_id == organisation_id, Member.left_at.is_(None), Member.verified_at.is_not(None))
        .order_by(User.name, User.id)
    ).all()


def found(*, text: str = "", unverified: bool = False) -> Select[Any]:
    """Organisations by name or by a contact person's name, in order of the alphabet."""
    statement = select(Organisation).options(selectinload(Organisation.members).joinedload(Member.user))
    if text.strip():
        by_name = User.name.icontains(text.strip(), autoescape=True)
        people = select(Member.organisation_id).join(User, User.id == Member.user_id).where(by_name)
        named: ColumnElement[bool] = Organisation.name_folded.contains(fold_name(text), autoescape=True)
        statement = statement.where(or_(named, Organisation.id.in_(people)))
    if unverified:
        statement = statement.where(_has_unverified())
    return statement.order_by(Organisation.name_folded, Organisation.id)


def _has_unverified() -> ColumnElement[bool]:
    waiting = select(Member.organisation_id).where(Member.verified_at.is_(None), Member.left_at.is_(None))
    return or_(Organisation.verified_at.is_(None), Organisation.id.in_(waiting))
