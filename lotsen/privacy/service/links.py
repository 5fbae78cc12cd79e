"""Links to the own data, for people without a log-in."""

from datetime import datetime

from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.accounts.service import people, post
from lotsen.core import tokens
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.outbox import service as outbox
from lotsen.privacy import mails
from lotsen.privacy.register import Subject

Owner = User | HelpRequest


def owner_of(email: str | None) -> Owner | None:
    """Whose address it is: a person, or a draft that nobody confirmed yet."""
    clean = people.clean_email(email)
    if clean is None:
        return None
    drafts = select(HelpRequest).where(
        HelpRequest.contact_email == clean, HelpRequest.contact_id.is_(None), HelpRequest.state == State.DRAFT
    )
    person, draft = people.find_by_email(clean), db.session.scalar(drafts.order_by(HelpRequest.id.desc()).limit(1))
    return person or draft


def find_owner(token: Token) -> Owner | None:
    """Whose data a link opens; None when they are gone."""
    if token.entity == HelpRequest.entity:
        row = db.session.get(HelpRequest, token.entity_id)
        return None if row is None else row.contact or (row if row.state is State.DRAFT else None)
    user = db.session.get(User, token.entity_id)
    return None if user is None or user.erased_at is not None else user


def subject_of(owner: Owner) -> Subject:
    """Everything that is the owner's."""
    if isinstance(owner, User):
        return Subject(owner.id)
    drafts = select(HelpRequest.id).where(
        HelpRequest.contact_email == owner.contact_email,
        HelpRequest.contact_id.is_(None),
        HelpRequest.state == State.DRAFT,
    )
    return Subject(0, tuple(db.session.scalars(drafts)) or (owner.id,))


def ask(email: str | None, *, at: datetime) -> None:
    """Send the link to whoever has this address; for an address that gets none, the same is done and undone."""
    owner, may_write = owner_of(email), post.may_write(people.clean_email(email))
    on_its_way = _is_on_its_way(owner, at=at)
    gets = owner if may_write and not on_its_way else None
    with people.nobody(at=at) as nobody:
        if gets is None:
            _send(nobody, at=at)
    if gets is not None:
        _send(gets, at=at)


def send(owner: Owner, *, at: datetime) -> bool:
    """Send a fresh link to the known address, at once. False when there is none, or it got enough of them for now."""
    if _is_on_its_way(owner, at=at):
        return True
    email = owner.email if isinstance(owner, User) else owner.contact_email
    if not email or not post.may_write(email):
        return False
    _send(owner, at=at)
    return True


def _is_on_its_way(owner: Owner | None, *, at: datetime) -> bool:
    entity, row_id = (owner.entity, owner.id) if owner is not None else (User.entity, 0)
    return post.just_written(entity, row_id, "privacy.own_data", at=at)


def _send(owner: Owner, *, at: datetime) -> None:
    to = owner if isinstance(owner, User) else owner.recipient
    user_id = owner.id if isinstance(owner, User) else None
    tokens.revoke(owner.entity, owner.id, at=at, purpose=Purpose.OWN_DATA)
    raw = tokens.issue(Purpose.OWN_DATA, owner.entity, owner.id, at=at, user_id=user_id)
    outbox.enqueue(mails.own_data, raw, to=to, about=owner, step="own_data", at=at, at_once=True, nonce=raw[:8])
