"""Taking back what has not left, and sending it to a new address."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from lotsen.audit import service as audit
from lotsen.core.access import Actor
from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import UNSAID, State, is_in_hand

from .signals import undeliverable


def recall(
    about: Any,
    *,
    by: Actor,
    at: datetime,
    kinds: tuple[str, ...] = (),
    before: datetime | None = None,
    but_kinds: tuple[str, ...] = (),
    but_to: int | None = None,
) -> int:
    """Take back what still waits, or failed and nobody called yet, about a row: all, these kinds, or what is older.

    ``but_kinds`` leave all the same; ``but_to`` is a person for whom it waits on. Returns how many stay unsaid; one
    that a sender is handing over at this moment may be told all the same.
    """
    these = (OutboxMessage.about_entity == about.entity) & (OutboxMessage.about_id == about.id)
    if kinds:
        these &= OutboxMessage.kind.in_(kinds)
    if but_kinds:
        these &= OutboxMessage.kind.not_in(but_kinds)
    if before is not None:
        these &= OutboxMessage.created_at < before
    if but_to is not None:
        these &= OutboxMessage.recipient_id.is_distinct_from(but_to)
    return _take_back(these, about, by=by, at=at)


def recall_to(person: Any, *, by: Actor, at: datetime) -> int:
    """Take back everything that still waits for a person, whatever it is about. Returns how many stay unsent.

    Also what was written to the bare address. What waits for one of them to be read waits for a coordinator instead
    (`undeliverable`).
    """
    to_person = OutboxMessage.recipient_id == person.id
    if person.email:
        to_person |= OutboxMessage.recipient_id.is_(None) & (OutboxMessage.address == person.email)
    unread = select(OutboxMessage).where(to_person, OutboxMessage.starts_clock, OutboxMessage.state.in_(UNSAID))
    awaited = db.session.scalars(unread).all()
    unsent = _take_back(to_person, person, by=by, at=at)
    for message in awaited:
        undeliverable.send(message, at=at)
    return unsent


def _take_back(which: Any, about: Any, *, by: Actor, at: datetime) -> int:
    """Whoever has claimed one of them finds it taken back when it renews the lease, and leaves it.

    The lease stays: of a mail that has just left, its holder still writes that it was sent.
    """
    result: Any = db.session.execute(
        update(OutboxMessage)
        .where(which, OutboxMessage.state.in_(UNSAID))
        .values(state=State.RECALLED, text="", html="", attachment="")
    )
    if result.rowcount:
        audit.record("outbox.recalled", about, by=by, at=at, messages=result.rowcount)
    return int(result.rowcount)


def readdress(person: Any) -> str:
    """What was written to a person's old address and has not left goes to the new one; one that failed, too.

    Returns what these mails say, one after the other; not of one that a sender has in hand: it may reach the old one,
    and counts as come back then.
    """
    rows = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.recipient_id == person.id, OutboxMessage.address != "", OutboxMessage.state.in_(UNSAID))
        .values(address=person.email)
        .returning(OutboxMessage.text, OutboxMessage.lease_token)
        .execution_options(synchronize_session=False)
    )
    return "\n".join(text for text, lease in rows if not is_in_hand(lease))
