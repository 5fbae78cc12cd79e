"""Registration with double opt-in. Nobody learns from the page whether an address is known; only its mailbox does."""

from collections.abc import Callable
from datetime import datetime

from blinker import Signal

from lotsen.accounts import mails
from lotsen.accounts.models import User
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.outbox.service import Mail

from . import people, post

ANSWERS = tuple(f"accounts.{name}" for name in ("confirm_address", "confirm_known", "already_known", "choose_password"))
LinkMail = Callable[[str], Mail]  # a mail around the secret of a link
address_confirmed = Signal(
    "a person pressed the button behind the link: the address is theirs (sender = User, at=, applies=)"
)


def register(
    *,
    name: str,
    email: str,
    phone: str = "",
    locale: str = "de",
    mail: LinkMail | None = None,
    by: Actor,
    at: datetime,
) -> User:
    """The person with this address, made when unknown; a link to confirm goes to the mailbox in any case.

    ``mail``: what a feature writes in place of the account's own words, when the same button does its thing as well.

    A known person's name, telephone and password stay as they are: whoever fills in the form may be a stranger.
    ``address_confirmed`` fires when the button behind the link is pressed, for known people too.
    """
    user = people.find_by_email(email)
    if user is None:
        user = people.create(name=name, email=email, phone=phone, locale=locale, at=at, by=by)
        db.session.flush()
    if post.may_write(user.email):
        send_link(user, mail=mail, at=at)
    return user


def send_link(user: User, *, mail: LinkMail | None = None, at: datetime) -> None:
    """Send a fresh link that confirms the address; a known person reads that there is an account already."""
    token = post.fresh_link(user, Purpose.CONFIRM_EMAIL, at=at)
    own = mails.confirm_address if user.email_confirmed_at is None else mails.confirm_known
    post.send(mail or own, token, to=user, about=user, at=at)


def open_account(*, name: str, email: str, locale: str = "de", by: Actor, at: datetime) -> None:
    """Somebody wants to log in: a new person confirms and chooses a password, a known one is told by mail how.

    A double click asks once.
    """
    user = people.find_by_email(email)
    if user is not None and post.just_written(user.entity, user.id, *ANSWERS, at=at):
        return
    if user is None or user.email_confirmed_at is None:
        register(name=name, email=email, locale=locale, by=by, at=at)
    elif post.may_write(user.email):
        if user.password_hash:
            post.send(mails.already_known, to=user, about=user, at=at)
        else:
            token = post.fresh_link(user, Purpose.RESET_PASSWORD, at=at)
            post.send(mails.choose_password, token, to=user, about=user, at=at)


def confirm(token: Token, *, applies: bool = False, at: datetime) -> User:
    """Spend the link: the address is confirmed, whoever waits for it is told. ``applies``: the button said so too.

    Raises
    ------
    Conflict
        The link was used meanwhile, or is too old.
    """
    tokens.use(token, at=at)
    user = db.session.get_one(User, token.entity_id)
    mark_confirmed(user, applies=applies, by=user, at=at)
    return user


def mark_confirmed(user: User, *, applies: bool = False, by: Actor, at: datetime) -> None:
    """The address is the person's: a link that only its mailbox knew was pressed. Whoever waits for it is told."""
    if user.email_confirmed_at is None:
        user.email_confirmed_at = at
        audit.record("user.address_confirmed", user, by=by, at=at)
    address_confirmed.send(user, at=at, applies=applies)
