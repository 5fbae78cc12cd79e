"""The second step of the log-in: codes of an authenticator app (TOTP, RFC 6238), each once, and recovery codes.

Wall clock, not the demo clock: the app on the telephone knows no other.
"""

import hmac
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update

from lotsen.accounts import mails
from lotsen.accounts.models import RecoveryCode, SecondFactor, User
from lotsen.accounts.rules import CODE_DAY, CODE_LIMIT, CODE_LIMIT_DAY, CODE_WINDOW, RECOVERY_CODES
from lotsen.audit import service as audit
from lotsen.core import sealed, throttle
from lotsen.core.access import Actor
from lotsen.core.clock import real_now
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.municipality.queries import town

from . import devices, post

SEALED, CODES = "authenticator", "recovery codes"
PERIOD = 30
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper
SLACK = (0, -1, 1)  # a clock may be half a minute off, and typing takes time


def is_set_up(user: User) -> bool:
    """Whether log-ins of this person have a second step."""
    return db.session.get(SecondFactor, user.id) is not None


def new_secret() -> str:
    """A secret for an app, 160 bit, sealed for the browser's cookie until the first code proves that it arrived."""
    return sealed.seal(pyotp.random_base32(), SEALED)


def opened(secret: object) -> str | None:
    """The secret as the app needs it, when we sealed it."""
    return sealed.unseal(secret, SEALED) if isinstance(secret, str) else None


def address(user: User, secret: str) -> str:
    """What the QR code says: ``otpauth://totp/...``."""
    settings = town()
    return pyotp.TOTP(secret).provisioning_uri(
        name=user.email or user.name, issuer_name=f"{settings.programme} {settings.name}"
    )


def count(user_id: int) -> int:
    """Count a try of a code; 0 when it may go on, else the seconds to wait. In a transaction of its own."""
    quick = throttle.allowed(_key(user_id), limit=CODE_LIMIT, window=CODE_WINDOW)
    slow = throttle.allowed(_key(user_id, "day"), limit=CODE_LIMIT_DAY, window=CODE_DAY)
    return max(quick, slow)


def set_up(user: User, secret: str, code: str, *, by: Actor, at: datetime) -> list[str]:
    """Keep the secret once its first code fits. Returns the recovery codes, which nobody can read again.

    Raises
    ------
    InvalidInput
        The code does not fit (code ``wrong_code``), or the second step is set up already (``set_up``).
    """
    if is_set_up(user):
        raise InvalidInput("", code="set_up")
    counter = _counter(secret, code)
    if counter is None:
        raise InvalidInput("", code="wrong_code", field="code")
    db.session.add(
        SecondFactor(user_id=user.id, secret=sealed.seal(secret, SEALED), last_counter=counter, created_at=real_now())
    )
    db.session.flush()
    audit.record("user.two_steps_on", user, by=by, at=at)
    if user.email:
        post.send(mails.two_steps_on, to=user, about=user, at=at)
    return _new_codes(user)


def spend(user: User, code: str, *, at: datetime) -> bool:
    """Whether this is a code of the person's app or paper that nobody has used yet; from now on it is used."""
    fits = _spend_app_code(user, code) or _spend_recovery_code(user, code, at=at)
    if fits:
        throttle.forget(_key(user.id))
    return fits


def make_codes(user: User, *, by: Actor, at: datetime) -> list[str]:
    """Ten new recovery codes; the old ones are void."""
    audit.record("user.recovery_codes_made", user, by=by, at=at)
    return _new_codes(user)


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    unused = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def remove(user: User, *, by: Actor, at: datetime) -> None:
    """Take the second step away, with its codes and remembered devices; the person is told."""
    result = db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    if not result.rowcount:  # type: ignore[attr-defined]
        return
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    devices.forget_all(user)
    audit.record("user.two_steps_off", user, by=by, at=at)
    if user.email:
        post.send(mails.two_steps_removed, by.actor_id == user.id, to=user, about=user, at=at)


def _spend_app_code(user: User, code: str) -> bool:
    factor = db.session.get(SecondFactor, user.id, populate_existing=True)
    secret = opened(factor.secret) if factor is not None else None
    counter = _counter(secret, code) if secret else None
    if counter is None:
        return False
    result = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.user_id == user.id, SecondFactor.last_counter < counter)
        .values(last_counter=counter)
    )
    return int(result.rowcount) == 1  # type: ignore[attr-defined]


def _spend_recovery_code(user: User, code: str, *, at: datetime) -> bool:
    result = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.digest == _digest(user, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=real_now())
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return False
    audit.record("user.recovery_code_used", user, by=user, at=at)
    if user.email:
        post.send(mails.recovery_code_used, codes_left(user), to=user, about=user, at=at)
    return True


def _counter(secret: str, code: str) -> int | None:
    """The number of the half minute that this code belongs to; None when it is none of this minute's."""
    typed = "".join(c for c in code if c.isascii() and c.isalnum())
    now = int(real_now().timestamp()) // PERIOD
    app = pyotp.TOTP(secret, interval=PERIOD)
    for offset in SLACK:
        if hmac.compare_digest(app.generate_otp(now + offset).encode(), typed.encode()):
            return now + offset
    return None


def _new_codes(user: User) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]
    db.session.add_all(RecoveryCode(user_id=user.id, digest=_digest(user, code)) for code in codes)
    return codes


def _digest(user: User, code: str) -> str:
    plain = "".join(c for c in code.casefold() if c.isalnum())
    return sealed.digest(f"{user.id}:{plain}", CODES)


def _key(user_id: int, more: str = "") -> str:
    return throttle.key("second-step", f"{user_id}{more}")
