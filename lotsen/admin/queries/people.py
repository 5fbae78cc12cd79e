"""Finding people."""

from datetime import date, time, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import selectinload

from lotsen.accounts.models import User, UserRole
from lotsen.accounts.rules import digits
from lotsen.audit.models import AuditEvent
from lotsen.core.access import Role
from lotsen.core.clock import at_local


def people(words: str = "", role: str = "") -> Select[User]:
    """People by name, address or telephone, and by role."""
    statement = (
        select(User).where(User.erased_at.is_(None)).options(selectinload(User.role_rows)).order_by(User.name, User.id)
    )
    for word in words.split()[:8]:
        conditions: list[ColumnElement[bool]] = [
            User.name.icontains(word, autoescape=True),
            User.email.icontains(word, autoescape=True),
        ]
        if digits(word):
            conditions.append(User.phone_digits.contains(digits(word), autoescape=True))
        statement = statement.where(or_(*conditions))
    if role in set(Role):
        statement = statement.where(User.id.in_(select(UserRole.user_id).where(UserRole.role == Role(role))))
    return statement


def log(
    *,
    words: str = "",
    action: str = "",
    entity: str = "",
    number: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Select[AuditEvent]:
    """The audit log, newest first: by person, action, kind of row and its number, between two days."""
    statement = select(AuditEvent).order_by(AuditEvent.id.desc())
    if words.strip():
        ids = people(words).order_by(None).with_only_columns(User.id)
        about = (AuditEvent.entity == "user") & AuditEvent.entity_id.in_(ids)
        statement = statement.where(or_(AuditEvent.actor_id.in_(ids), AuditEvent.on_behalf_of.in_(ids), about))
    if action:
        statement = statement.where(AuditEvent.action == action)
    if entity:
        statement = statement.where(AuditEvent.entity == entity)
    if number is not None:
        statement = statement.where(AuditEvent.entity_id == number)
    if first:
        statement = statement.where(AuditEvent.at >= at_local(first, time(0)))
    if last:
        statement = statement.where(AuditEvent.at < at_local(last + timedelta(days=1), time(0)))
    return statement
