"""What the administrator does to accounts: roles, invitations, switching off and on."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from lotsen.accounts import mails
from lotsen.accounts.models import User, UserRole
from lotsen.accounts.rules import GRANTABLE
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor, Role
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.outbox import service as outbox

from . import devices, people, post, second_step, sessions

PRESSED_TWICE = timedelta(minutes=5)


def set_roles(user: User, wanted: frozenset[Role], *, version: int, by: Actor, at: datetime) -> None:
    """Give and take staff roles; those of pilots and contact persons come from award and organisation alone.

    Raises
    ------
    Conflict
        Somebody changed the account since the form was shown.
    InvalidInput
        Nobody would be left who may administer (code ``last_administrator``), or the own role (``own_role``).
    """
    changed = [role for role in map(Role, GRANTABLE) if (role in wanted) != (role in user.roles)]
    if changed and user.version != version:
        raise Conflict(entity=user.entity, entity_id=user.id)
    for role in changed:
        change_role(user, role, granted=role in wanted, by=by, at=at)


def change_role(user: User, role: Role, *, granted: bool, by: Actor, at: datetime) -> None:
    """Give or take one role and tell the person; nothing happens when it stands so already.

    Raises
    ------
    InvalidInput
        Nobody would be left who may administer (code ``last_administrator``), or the own role (``own_role``).
    """
    if (role in user.roles) == granted:
        return
    if granted:
        people.grant(user, role, by=by, at=at)
    else:
        _check_may_lose(user, role, by=by)
        people.revoke(user, role, by=by, at=at)
    post.send(mails.role_changed, granted, role, to=user, about=user, at=at)
    user.version += 1


def deactivate(user: User, *, by: Actor, at: datetime) -> None:
    """Switch the account off: no log-in, open log-ins end, every link is dead, and what waits is not sent.

    Raises
    ------
    InvalidInput
        It is the own account, or the last administrator's.
    """
    if not user.active:
        return
    if by.actor_id == user.id:
        raise InvalidInput("", code="own_account")
    if Role.ADMINISTRATOR in user.roles:
        _check_may_lose(user, Role.ADMINISTRATOR, by=by)
    user.active = False
    user.version += 1
    sessions.end_all(user)
    devices.forget_all(user)
    tokens.revoke_of_user(user.id, at=at, purposes=tuple(Purpose))
    outbox.recall_to(user, by=by, at=at)
    audit.record("user.deactivated", user, by=by, at=at)


def reactivate(user: User, *, by: Actor, at: datetime) -> None:
    """Switch the account on again."""
    if not user.active:
        user.active = True
        user.version += 1
        audit.record("user.reactivated", user, by=by, at=at)


def reset_second_step(user: User, *, by: Actor, at: datetime) -> None:
    """Somebody lost telephone and recovery codes: the next log-in needs the password only, then a new set-up.

    Raises
    ------
    InvalidInput
        It is the own account (code ``own_account``): that is changed with a code, on one's own page.
    """
    if by.actor_id == user.id:
        raise InvalidInput("", code="own_account")
    second_step.remove(user, by=by, at=at)
    sessions.end_all(user)


def invite(*, name: str, email: str, role: Role, by: Actor, at: datetime) -> User:
    """Make an account for a colleague; the mail's link chooses the password and confirms the address.
    Pressed twice: the same.

    Raises
    ------
    InvalidInput
        The address has an account already (code ``email_taken``).
    """
    twin = people.find_by_email(email)
    if twin is not None and twin.name == name and role in twin.roles and twin.created_at > at - PRESSED_TWICE:
        return twin
    user = people.create(name=name, email=email, at=at, by=by)
    people.grant(user, role, by=by, at=at)
    db.session.flush()
    token = post.fresh_link(user, Purpose.RESET_PASSWORD, at=at, days=2)
    post.send(mails.invited, token, role, to=user, about=user, at=at)
    return user


def _check_may_lose(user: User, role: Role, *, by: Actor) -> None:
    if role is not Role.ADMINISTRATOR:
        return
    if by.actor_id == user.id:
        raise InvalidInput("", code="own_role")
    others = db.session.scalar(
        select(func.count())
        .select_from(UserRole)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role == role, User.active, User.id != user.id)
    )
    if not others:
        raise InvalidInput("", code="last_administrator")
