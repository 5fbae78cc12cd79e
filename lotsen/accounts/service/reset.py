"""Choosing a new password: by the link in a mail, or logged in with the current one."""

from datetime import datetime

from sqlalchemy import select, update

from lotsen.accounts import mails
from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose

from . import devices, login, people, post, registration, sessions

DEAD_AFTER_CHANGE = (Purpose.RESET_PASSWORD, Purpose.CHANGE_EMAIL, Purpose.CONFIRM_EMAIL)


def ask(email: str, *, at: datetime) -> None:
    """Send the link when the address belongs to somebody who may log in; the page says the same in any case.

    The database is told the same, too: for an address that gets no link, all is done and undone.
    """
    user, may_write = people.find_by_email(email), post.may_write(people.clean_email(email))
    gets = user is not None and may_write and user.active and (not user.email_confirmed_at or login.may_log_in(user))
    with people.nobody(at=at) as nobody:
        if not gets:
            _send(nobody, at=at)
    if gets and user is not None:
        (_send if user.email_confirmed_at else registration.send_link)(user, at=at)


def _send(user: User, *, at: datetime) -> None:
    token = post.fresh_link(user, Purpose.RESET_PASSWORD, at=at)
    post.send(mails.reset_password, token, to=user, about=user, at=at)


def person_of(token: Token) -> User:
    """Whose password the link changes."""
    return db.session.get_one(User, token.entity_id)


def by_link(token: Token, password_hash: str, *, at: datetime) -> User:
    """Spend the link and keep the new password.

    Raises
    ------
    Conflict
        The link was used meanwhile, or is too old.
    """
    tokens.use(token, at=at)
    user = db.session.get_one(User, token.entity_id)
    if user.email_confirmed_at is None:
        user.email_confirmed_at = at
    keep(user, password_hash, by=user, at=at)
    login.try_again(user)
    return user


def keep(user: User, password_hash: str, *, by: Actor, at: datetime, but_session: str = "") -> None:
    """Keep a new password: every other log-in ends, every other link is dead, the person is told."""
    db.session.execute(update(User).where(User.id == user.id).values(password_hash=password_hash, new_email=None))
    sessions.end_all(user, but=but_session)
    devices.forget_all(user)
    tokens.revoke_of_user(user.id, at=at, purposes=DEAD_AFTER_CHANGE)
    audit.record("user.password_changed", user, by=by, at=at)
    if user.email:
        post.send(mails.password_changed, to=user, about=user, at=at)


def kept_hash(user: User) -> str:
    """The hash as it stands, for checking the current password."""
    return db.session.scalar(select(User.password_hash).where(User.id == user.id)) or ""


def require_unchanged(user: User, kept: str) -> None:
    """The password that was checked against this hash is still the person's. Inside ``transaction()``.

    Raises
    ------
    Conflict
        A new one was chosen meanwhile, by the link in a mail for instance: the old one proves nothing any more.
    """
    if kept_hash(user) != kept:
        raise Conflict(entity=user.entity, entity_id=user.id)


def choose_first(user: User, password_hash: str, *, at: datetime) -> None:
    """Keep the first password of somebody who has just confirmed the address."""
    user.password_hash = password_hash
    audit.record("user.password_chosen", user, by=user, at=at)
