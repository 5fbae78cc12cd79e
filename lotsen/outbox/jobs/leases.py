"""Whose a mail is while it is handed over: claimed with a lease, renewed before it is sent, written by its holder."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, true, union_all, update

from lotsen.core.clock import real_now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage, SendingHold
from lotsen.outbox.rules import IN_HAND, LEASE_SECONDS, State

BATCH = 20
FOLLOW_UP = "follow-up"  # in place of a lease: the mail's fate is written, what follows from it is still to be done
SAID = (
    *(OutboxMessage.id, OutboxMessage.message_id, OutboxMessage.due_at, OutboxMessage.locale),
    *(OutboxMessage.recipient_name, OutboxMessage.address, OutboxMessage.subject),
    *(OutboxMessage.text, OutboxMessage.html, OutboxMessage.attachment),
)


def next_due() -> datetime | None:
    """When the earliest mail that nobody holds is due."""
    ways = (select(func.min(OutboxMessage.due_at).label("at")).where(way) for way in (_free(), unfinished()))
    earliest = union_all(*ways).subquery()  # each by its own index; with OR every mail ever sent would be read
    return db.session.scalar(select(func.min(earliest.c.at)))


def claim(token: str, at: datetime, kinds: str) -> Sequence[int]:
    """Some of the mails that are due, the earliest first, now ours."""
    due = (
        select(OutboxMessage.id)
        .where(_free(), OutboxMessage.due_at <= at, OutboxMessage.kind.startswith(kinds, autoescape=True))
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with transaction(guarded=True):
        ids = db.session.scalars(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(due.scalar_subquery()))
            .values(lease_token=token, lease_until=_lease_end())
            .returning(OutboxMessage.id)
            .execution_options(synchronize_session=False)
        ).all()
    return sorted(ids)


def renew(row_id: int, token: str) -> Row[Any] | None:
    """What the mail says, if it is still ours and still to be sent and nobody holds all sending: for another lease.

    Until then the mail may be given another text or address; from now on it is in hand. Inside ``transaction()``.
    """
    values = {"row": row_id, "tokens": _both(token), "in_hand": token + IN_HAND, "end": _lease_end()}
    return db.session.execute(_renewal(), values).first()


@cache
def _renewal() -> Any:
    """Built once: building it takes as long as running it."""
    return (
        update(OutboxMessage)
        .where(
            OutboxMessage.id == bindparam("row"),
            OutboxMessage.lease_token.in_(bindparam("tokens", expanding=True)),
            OutboxMessage.state == State.WAITING,
            _unheld(),
        )
        .values(lease_token=bindparam("in_hand"), lease_until=bindparam("end"))
        .returning(*SAID)
        .execution_options(synchronize_session=False)
    )


def release(token: str) -> None:
    """Let go of what was claimed and not sent."""
    with transaction(guarded=True):
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.lease_token.in_(_both(token)))
            .values(lease_token="", lease_until=None)
            .execution_options(synchronize_session=False)
        )


def write(row_id: int, token: str, values: dict[str, Any], *, state: State | None = State.WAITING) -> bool:
    """Whether the mail was still ours; if so, the values are written. Inside ``transaction()``."""
    given = {f"new_{name}": value for name, value in values.items()}
    result: Any = db.session.execute(_writing(tuple(values), state), given | {"row": row_id, "tokens": _both(token)})
    return bool(result.rowcount == 1)


@cache
def _writing(names: tuple[str, ...], state: State | None) -> Any:
    """Built once for each of the few fates that a mail has."""
    return (
        update(OutboxMessage)
        .where(
            OutboxMessage.id == bindparam("row"),
            OutboxMessage.lease_token.in_(bindparam("tokens", expanding=True)),
            true() if state is None else OutboxMessage.state == state,
        )
        .values({name: bindparam(f"new_{name}") for name in names})
        .execution_options(synchronize_session=False)
    )


def _both(token: str) -> list[str]:
    """What a holder's mails carry: claimed, and in hand."""
    return [token, token + IN_HAND]


def unfinished() -> Any:
    """Sent, or failed and perhaps taken back since.

    Said by what it is not, else SQLite goes through all that was ever sent by the state's index.
    """
    others = sorted(set(State) - {State.SENT, State.FAILED, State.RECALLED})
    return (OutboxMessage.lease_token == FOLLOW_UP) & OutboxMessage.state.not_in(others)


def _free() -> Any:
    unleased = or_(OutboxMessage.lease_token == "", OutboxMessage.lease_until < real_now())
    return (OutboxMessage.state == State.WAITING) & unleased & _unheld()


def _unheld() -> Any:
    return ~select(SendingHold.id).exists()


def _lease_end() -> datetime:
    return real_now() + timedelta(seconds=LEASE_SECONDS)
