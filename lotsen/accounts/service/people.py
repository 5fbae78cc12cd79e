"""People and their roles."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete, select

from lotsen.accounts.models import Consent, User, UserRole
from lotsen.accounts.rules import ERASED_NAME, digits
from lotsen.audit import service as audit
from lotsen.audit.queries import happened_at
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, Actor, Role
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import Base, db

from . import sessions


def clean_email(email: str | None) -> str | None:
    """The form in which addresses are kept and compared; None for empty."""
    stripped = (email or "").strip()
    return stripped.casefold() or None


def find_by_email(email: str | None) -> User | None:
    """The person with this address, or None."""
    clean = clean_email(email)
    return db.session.scalar(select(User).where(User.email == clean)) if clean else None


def create(
    *,
    name: str,
    email: str | None,
    phone: str = "",
    locale: str = "de",
    at: datetime,
    by: Actor,
    confirmed: bool = False,
) -> User:
    """Add a person.

    Raises
    ------
    InvalidInput
        The address belongs to somebody already.
    """
    if find_by_email(email) is not None:
        raise InvalidInput("", field="email", code="email_taken")
    user = User(
        name=name,
        email=clean_email(email),
        phone=phone,
        phone_digits=digits(phone),
        locale=locale,
        email_confirmed_at=at if confirmed else None,
        created_at=at,
    )
    db.session.add(user)
    audit.record("user.created", user, by=by, at=at)
    return user


@contextmanager
def nobody(*, at: datetime) -> Iterator[User]:
    """Somebody who is gone afterwards, with all that was written: as much work for a stranger as for a known person."""
    with db.session.begin_nested() as undone:
        person = User(name="", email=f"{secrets.token_hex(8)}@nobody.invalid", created_at=at)
        db.session.add(person)
        db.session.flush()
        yield person
        undone.rollback()


def grant(user: User, role: Role, *, by: Actor, at: datetime) -> None:
    """Give a role; nothing happens when the person has it."""
    if role not in user.roles:
        user.role_rows.append(UserRole(role=role, granted_at=at))
        audit.record("user.role_granted", user, by=by, at=at, role=role.value)


def revoke(user: User, role: Role, *, by: Actor, at: datetime) -> None:
    """Take a role away."""
    for row in [r for r in user.role_rows if r.role == role]:
        user.role_rows.remove(row)
        audit.record("user.role_revoked", user, by=by, at=at, role=role.value)


def stop(user: User, *, by: Actor, at: datetime) -> None:
    """Somebody has died: no mail, no log-in, no link."""
    if user.active:
        audit.record("user.deactivated", user, by=by, at=at)
    user.mail_stopped, user.active = True, False
    tokens.revoke_of_user(user.id, at=at, purposes=tuple(tokens.Purpose))
    sessions.end_all(user)


def take_back_stop(user: User, stopped_at: datetime, *, by: Actor, at: datetime) -> None:
    """It was entered for the wrong person: mails go out again; an account that was off before stays off."""
    user.mail_stopped = False
    if not user.active and happened_at(user.entity, user.id, "user.deactivated", stopped_at):
        user.active = True
        audit.record("user.reactivated", user, by=by, at=at)


def anonymise(user: User, *, by: Actor, at: datetime) -> None:
    """Name, addresses, numbers, log-in and links of a person go; the row stays for what counts."""
    user.name, user.email, user.new_email, user.phone, user.phone_digits = ERASED_NAME, None, None, "", ""
    user.erased_at = at
    user.email_confirmed_at, user.password_hash = None, ""
    user.mail_stopped, user.active = True, False
    user.role_rows.clear()
    tokens.revoke_of_user(user.id, at=at, purposes=tuple(tokens.Purpose))
    sessions.end_all(user)
    audit.record("user.anonymised", user, by=by, at=at)


def purge(user: User, *, at: datetime) -> None:
    """Delete somebody who never confirmed the address, with all that hangs on the account."""
    audit.record("user.purged", user, by=SYSTEM, at=at)
    tables = Base.metadata.tables
    for name in ("tokens", "user_sessions", "consents", "second_factors", "recovery_codes", "known_devices"):
        db.session.execute(delete(tables[name]).where(tables[name].c.user_id == user.id))
    db.session.delete(user)


def record_consent(user: User, purpose: str, *, text_version: str, channel: str, by: Actor, at: datetime) -> Consent:
    """Keep that the person agreed, in which words and on which way."""
    if user.id is None:
        db.session.flush()
    consent = Consent(
        user_id=user.id,
        purpose=purpose,
        text_version=text_version,
        channel=channel,
        recorded_by=by.actor_id,
        given_at=at,
    )
    db.session.add(consent)
    audit.record("consent.given", consent, by=by, at=at, on_behalf_of=user.id, purpose=purpose)
    return consent
