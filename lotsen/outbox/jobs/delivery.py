"""Handing mails over: claim with a lease, renew it before each mail, one commit a mail. Why: docs/operations.md."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from blinker import Signal
from flask import current_app
from sqlalchemy import func, or_, select, union_all, update

from lotsen.core.again import again
from lotsen.core.clock import real_now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.process import stopping
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage, SendingHold
from lotsen.outbox.rules import LEASE_SECONDS, MAX_TRIES, State, pause_before_try
from lotsen.outbox.service import delivered, undeliverable
from lotsen.outbox.transport import RefusedForGood, ServerUnreachable, Transport, TryLater, build, for_settings

log = logging.getLogger(__name__)

BATCH = 20
FOLLOW_UP = "follow-up"  # in place of a lease: the mail's fate is written, what follows from it is still to be done
FOLLOW_UP_PAUSE = timedelta(minutes=5)


def next_due() -> datetime | None:
    """When the earliest mail that nobody holds is due."""
    ways = (select(func.min(OutboxMessage.due_at).label("at")).where(way) for way in (_free(), _unfinished()))
    earliest = union_all(*ways).subquery()  # each by its own index; with OR every mail ever sent would be read
    return db.session.scalar(select(func.min(earliest.c.at)))


def deliver(at: datetime, *, kinds: str = "") -> int:
    """Hand over every mail that is due, as long as sending is not held. Returns how many were taken by the server.

    ``kinds`` keeps to mails whose kind begins so: the web process hands over alarms when the scheduler cannot.
    """
    due = next_due()
    db.session.rollback()
    if due is None or due > at:
        return 0
    _follow_up(at)
    token = secrets.token_hex(16)
    transport = for_settings(current_app.config["LOTSEN"])
    taken = 0
    try:
        while not stopping.is_set() and (batch := _claim(token, at, kinds)):
            taken += _hand_over_all(batch, token, transport, at)
    finally:
        transport.close()
        _release(token)
    return taken


def _hand_over_all(batch: list[int], token: str, transport: Transport, at: datetime) -> int:
    taken = 0
    for number, row_id in enumerate(batch):
        if stopping.is_set():
            break
        try:
            taken += _hand_over(row_id, token, transport, at)
        except ServerUnreachable as error:
            log.warning("mail server unreachable, %d mails wait: %s", len(batch) - number, error)
            for waiting in batch[number:]:
                _put_back(waiting, token, str(error), at)
            break
    return taken


def _hand_over(row_id: int, token: str, transport: Transport, at: datetime) -> bool:
    if not _renew(row_id, token):
        return False
    row = db.session.get_one(OutboxMessage, row_id)
    settings, municipality = current_app.config["LOTSEN"], town()
    try:
        message = build(
            row,
            sender=settings.mail_from,
            sender_name=f"{municipality.programme} {municipality.name}",
            reply_to=municipality.email,
        )
        address = row.address
        db.session.rollback()  # no transaction, not even a reading one, is open while the server is spoken to
        transport.send(message, address)
    except RefusedForGood as error:
        log.warning("outbox message %d refused for good", row_id)
        _settle(row_id, token, {"state": State.FAILED, "error": _short(error)}, undeliverable, at)
        return False
    except ServerUnreachable:
        raise
    except TryLater as error:
        _put_back(row_id, token, str(error), at)
        return False
    values: dict[str, Any] = {"state": State.SENT, "sent_at": at, "error": ""}
    if not settings.demo:  # the demo town's mails are read at /postausgang
        values |= {"text": "", "html": "", "attachment": ""}
    _settle(row_id, token, values, delivered, at)
    return True


def _claim(token: str, at: datetime, kinds: str) -> list[int]:
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


def _renew(row_id: int, token: str) -> bool:
    """Whether the row is still ours and still to be sent, and nobody holds all sending; if so, for another lease."""
    with transaction(guarded=True):
        return _write(row_id, token, {"lease_until": _lease_end()}, _unheld())


def _release(token: str) -> None:
    with transaction(guarded=True):
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.lease_token == token)
            .values(lease_token="", lease_until=None)
            .execution_options(synchronize_session=False)
        )


def _put_back(row_id: int, token: str, error: str, at: datetime) -> None:
    """Try again later; after the last try it counts as refused."""
    tries = (db.session.scalar(select(OutboxMessage.tries).where(OutboxMessage.id == row_id)) or 0) + 1
    values: dict[str, Any] = {"tries": tries, "error": _short(error)}
    if tries >= MAX_TRIES:
        _settle(row_id, token, {**values, "state": State.FAILED}, undeliverable, at)
        return
    with transaction(guarded=True):
        _write(
            row_id,
            token,
            {**values, "due_at": at + pause_before_try(tries), "lease_token": "", "lease_until": None},
        )


def _settle(row_id: int, token: str, values: dict[str, Any], signal: Signal, at: datetime) -> None:
    """Write a mail's fate and what follows from it in one transaction.

    When what follows fails, the fate is written alone (the mail must not go out again) and the rest is tried later.
    """
    free = {"lease_token": "", "lease_until": None}
    try:
        _write_and_tell(row_id, token, values | free, signal, at)
    except Exception:
        log.exception("outbox message %d: what follows from %s failed", row_id, values["state"].value)
        with transaction(guarded=True):
            _write(row_id, token, values | {"lease_token": FOLLOW_UP, "due_at": at + FOLLOW_UP_PAUSE})


def _write_and_tell(row_id: int, token: str, values: dict[str, Any], signal: Signal, at: datetime) -> None:
    def write() -> None:
        with transaction():
            if _write(row_id, token, values, state=None):
                signal.send(db.session.get(OutboxMessage, row_id, populate_existing=True), at=at)

    again(write)


def _follow_up(at: datetime) -> None:
    """Do what follows from mails whose fate is written, where it failed the first time."""
    rows = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.state, OutboxMessage.sent_at).where(
            _unfinished(), OutboxMessage.due_at <= at
        )
    ).all()
    for row_id, state, sent_at in rows:
        signal = delivered if state is State.SENT else undeliverable
        try:
            _write_and_tell(row_id, FOLLOW_UP, {"lease_token": ""}, signal, sent_at or at)
        except Exception:
            log.exception("outbox message %d: what follows from %s failed again", row_id, state.value)
            with transaction(guarded=True):
                _write(row_id, FOLLOW_UP, {"due_at": at + FOLLOW_UP_PAUSE}, state=None)


def _write(
    row_id: int, token: str, values: dict[str, Any], *conditions: Any, state: State | None = State.WAITING
) -> bool:
    condition = [OutboxMessage.id == row_id, OutboxMessage.lease_token == token, *conditions]
    if state is not None:
        condition.append(OutboxMessage.state == state)
    result: Any = db.session.execute(
        update(OutboxMessage).where(*condition).values(**values).execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)


def _free() -> Any:
    unleased = or_(OutboxMessage.lease_token == "", OutboxMessage.lease_until < real_now())
    return (OutboxMessage.state == State.WAITING) & unleased & _unheld()


def _unheld() -> Any:
    return ~select(SendingHold.id).exists()


def _unfinished() -> Any:
    """Sent or failed; said by what it is not, else SQLite goes through all that was ever sent by the state's index."""
    others = sorted(set(State) - {State.SENT, State.FAILED})
    return (OutboxMessage.lease_token == FOLLOW_UP) & OutboxMessage.state.not_in(others)


def _lease_end() -> datetime:
    return real_now() + timedelta(seconds=LEASE_SECONDS)


def _short(error: object) -> str:
    return " ".join(str(error).split())[:300]
