"""Log-in in three steps, so that no hash is computed inside a write: count, check, begin."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import update

from lotsen.accounts.models import User
from lotsen.accounts.rules import (
    FORM_LIMIT_ADDRESS,
    FORM_WINDOW,
    HALF_LOGIN_SECONDS,
    LOGIN_LIMIT_ACCOUNT,
    LOGIN_LIMIT_ADDRESS,
    LOGIN_WINDOW,
    network,
)
from lotsen.core import logs, sealed, throttle
from lotsen.core.extensions import db

from . import passwords, people, sessions

HALF = "half a log-in"


@dataclass(frozen=True)
class Checked:
    """A person whose password was right: the hash that it fitted ("" when somebody else asked for it).

    ``new_hash`` is the one to keep from now on ("" when the old one is fine).
    """

    user: User
    kept: str = ""
    new_hash: str = ""


def count_attempt(email: str | None, address: str) -> int:
    """Count a try per account and per network address; 0 when it may go on, else the seconds to wait."""
    by_address = throttle.allowed(_address(address), limit=LOGIN_LIMIT_ADDRESS, window=LOGIN_WINDOW)
    by_account = throttle.allowed(_account(email), limit=LOGIN_LIMIT_ACCOUNT, window=LOGIN_WINDOW)
    return max(by_address, by_account)


def count_password(email: str | None) -> int:
    """Count a try of somebody who is logged in and types the password again; 0 or the seconds to wait."""
    return throttle.allowed(_account(email), limit=LOGIN_LIMIT_ACCOUNT, window=LOGIN_WINDOW)


def count_form(kind: str, address: str) -> int:
    """Count a form that may send a mail, per network address; 0 when it may go on, else the seconds to wait."""
    return throttle.allowed(throttle.key(kind, network(address)), limit=FORM_LIMIT_ADDRESS, window=FORM_WINDOW)


def check(email: str | None, password: str) -> Checked | None:
    """The person, when address and password fit; takes the same time when they do not. Outside ``transaction()``."""
    user = people.find_by_email(email)
    kept = user.password_hash if user is not None and may_log_in(user) else ""
    if not passwords.matches(password, kept) or user is None:
        logs.security("wrong password", user.id if user is not None else None)
        return None
    return Checked(user, kept, passwords.hashed(password) if passwords.outdated(kept) else "")


def still_stands(checked: Checked) -> bool:
    """Whether the password is still the person's, and the account in use. Inside ``transaction()``.

    Checking takes its time, and meanwhile somebody may have chosen a new one and ended every log-in.
    """
    user = checked.user
    return may_log_in(user) and checked.kept in ("", user.password_hash)


def begin(checked: Checked, *, device: str = "", strong: bool = False) -> str:
    """Start a session, keep a renewed hash, forget the failed tries. Returns the secret for the cookie."""
    keep_hash(checked)
    throttle.forget(_account(checked.user.email))
    return sessions.start(checked.user, device=device, strong=strong)


def try_again(user: User) -> None:
    """Whoever proved that the mailbox is hers may log in at once, whatever others tried on her account."""
    throttle.forget(_account(user.email))


def keep_hash(checked: Checked) -> None:
    """Keep a hash that was made anew with today's settings."""
    if checked.new_hash:
        db.session.execute(update(User).where(User.id == checked.user.id).values(password_hash=checked.new_hash))


def half(user: User) -> str:
    """What the browser keeps between the two steps; ten minutes, and only as long as password and address stand."""
    return sealed.seal(f"{user.id}:{_standing(user)}", HALF)


def half_logged_in(kept: object) -> User | None:
    """Who has proved the first step in this browser, or None."""
    opened = sealed.unseal(kept, HALF, seconds=HALF_LOGIN_SECONDS) if isinstance(kept, str) else None
    number, _colon, standing = (opened or "").partition(":")
    user = db.session.get(User, int(number)) if number else None
    return user if user is not None and may_log_in(user) and standing == _standing(user) else None


def _standing(user: User) -> str:
    return sealed.digest(f"{user.password_hash}:{user.email}", HALF)[:32]


def may_log_in(user: User) -> bool:
    """Whether the account may be used at all: active, address confirmed, no demo account in production."""
    demo = bool(current_app.config["LOTSEN"].demo)
    return user.active and user.email_confirmed_at is not None and (demo or not user.is_demo)


def _account(email: str | None) -> str:
    return throttle.key("login-account", people.clean_email(email))


def _address(address: str) -> str:
    return throttle.key("login-address", network(address))
