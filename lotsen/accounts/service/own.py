"""What a person changes about the own account."""

from datetime import datetime

from blinker import Signal

from lotsen.accounts import mails
from lotsen.accounts.models import User
from lotsen.accounts.rules import digits
from lotsen.audit import service as audit
from lotsen.core import tokens
from lotsen.core.access import Actor
from lotsen.core.errors import Conflict
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.outbox import service as outbox
from lotsen.outbox.service import Address

from . import people, post

address_changed = Signal(
    "a person's new address counts from now on (sender = User, old=, at=), in the same transaction"
)


def change(user: User, *, name: str, phone: str, locale: str, version: int, by: Actor, at: datetime) -> None:
    """Keep name, telephone and language.

    Raises
    ------
    Conflict
        Somebody changed the account since the form was shown.
    """
    wanted = {"name": name, "phone": phone, "locale": locale}
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    if not changed:
        return
    if user.version != version:
        raise Conflict(entity=user.entity, entity_id=user.id)
    user.name, user.phone, user.locale = name, phone, locale
    user.phone_digits = digits(phone)
    user.version += 1
    audit.record("user.changed", user, by=by, at=at, fields=changed)


def ask_new_address(user: User, email: str, *, by: Actor, at: datetime) -> None:
    """Ask the new mailbox whether it is theirs and warn the old one; the answer is the same for a taken address."""
    new = people.clean_email(email)
    if new is None or new == user.email:
        return
    if user.new_email != new:  # the links before went to another mailbox
        tokens.revoke_of_user(user.id, at=at, purposes=(Purpose.CHANGE_EMAIL,))
    user.new_email = new
    audit.record("user.address_change_asked", user, by=by, at=at)
    token = post.fresh_link(user, Purpose.CHANGE_EMAIL, at=at)
    if people.find_by_email(new) is None and post.may_write(new):
        to_new = Address(name=user.name, email=new, locale=user.locale)
        post.send(mails.confirm_new_address, token, to=to_new, about=user, at=at)
    if user.email and post.may_write(user.email):
        to_old = Address(name=user.name, email=user.email, locale=user.locale)
        post.send(mails.address_change_asked, new, to=to_old, about=user, at=at)


def confirm_new_address(token: Token, *, at: datetime) -> User:
    """Spend the link: the new address counts, the old one is told, and no link in its mailbox acts any more.

    What has not left yet goes to the new address, with links that live; what else stands on the old one follows.

    Raises
    ------
    Conflict
        The link is spent or too old, the wish was withdrawn, or the address has an account by now.
    """
    tokens.use(token, at=at)
    user = db.session.get_one(User, token.entity_id)
    old, new = user.email, user.new_email
    if new is None or people.find_by_email(new) is not None:
        raise Conflict(code="address_taken", entity=user.entity, entity_id=user.id)
    user.email, user.new_email, user.email_confirmed_at, user.bounced_at = new, None, at, None
    user.version += 1
    tokens.revoke_of_user(user.id, at=at, purposes=(Purpose.RESET_PASSWORD, Purpose.CHANGE_EMAIL))
    tokens.revoke_of_user(user.id, at=at, purposes=tuple(Purpose), but_in=outbox.readdress(user))
    audit.record("user.address_changed", user, by=user, at=at)
    if old:
        address_changed.send(user, old=old, at=at)
        to_old = Address(name=user.name, email=old, locale=user.locale)
        post.send(mails.address_changed, new, to=to_old, about=user, at=at)
    return user
