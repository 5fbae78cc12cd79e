"""Handing mails over: claim with a lease, renew it before each mail, one commit a mail. Why: docs/operations.md."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from blinker import Signal
from flask import current_app
from sqlalchemy import Row, select

from lotsen.core.access import SYSTEM
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.process import stopping
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import MAX_TRIES, State, pause_before_try
from lotsen.outbox.service import OLD_ADDRESS, delivered, record_bounce, undeliverable
from lotsen.outbox.transport import RefusedForGood, ServerUnreachable, Transport, TryLater, build, for_settings

from . import leases
from .leases import FOLLOW_UP

log = logging.getLogger(__name__)

FOLLOW_UP_PAUSE = timedelta(minutes=5)
FREE = {"lease_token": "", "lease_until": None}


def deliver(at: datetime, *, kinds: str = "") -> int:
    """Hand over every mail that is due, as long as sending is not held. Returns how many were taken by the server.

    ``kinds`` keeps to mails whose kind begins so: the web process hands over alarms when the scheduler cannot.
    """
    due = leases.next_due()
    db.session.rollback()
    if due is None or due > at:
        return 0
    _follow_up(at)
    round_ = Round(secrets.token_hex(16), for_settings(current_app.config["LOTSEN"]), at)
    taken = 0
    try:
        while not stopping.is_set() and (batch := leases.claim(round_.token, at, kinds)):
            taken += round_.hand_over(batch)
    finally:
        round_.transport.close()
        leases.release(round_.token)
    return taken


@dataclass
class Round:
    """One sender at work. The fate of a mail and the lease on the next are written in one transaction.

    Who holds sending stops the next mail; at most one more leaves, whose lease was renewed a moment before.
    """

    token: str
    transport: Transport
    at: datetime
    renewed: Row[Any] | None = None
    """The next mail, when its lease was renewed a moment ago."""

    def hand_over(self, batch: Sequence[int]) -> int:
        """Hand over what was claimed. Returns how many the server took."""
        taken = 0
        for number, row_id in enumerate(batch):
            if stopping.is_set():
                break
            try:
                taken += self._hand_over(row_id, following=next(iter(batch[number + 1 :]), None))
            except ServerUnreachable as error:
                log.warning("mail server unreachable, %d mails wait: %s", len(batch) - number, error)
                for waiting in batch[number:]:
                    self._put_back(waiting, str(error))
                break
        return taken

    def _hand_over(self, row_id: int, following: int | None) -> bool:
        row = self._renew(row_id)
        if row is None:
            return False
        settings, municipality = current_app.config["LOTSEN"], town()
        db.session.rollback()  # no transaction, not even a reading one, is open while the server is spoken to
        try:
            message = build(
                row,
                sender=settings.mail_from,
                sender_name=f"{municipality.programme} {municipality.name}",
                reply_to=municipality.email,
            )
            self.transport.send(message, row.address)
        except RefusedForGood as error:
            log.warning("outbox message %d refused for good", row_id)
            self._settle(row_id, {"state": State.FAILED, "error": _short(error), "due_at": self.at}, undeliverable)
            return False
        except ServerUnreachable:
            raise
        except TryLater as error:
            self._put_back(row_id, str(error))
            return False
        values: dict[str, Any] = {"state": State.SENT, "sent_at": self.at, "error": ""}
        if not settings.demo:  # the demo town's mails are read at /postausgang
            values |= {"text": "", "html": "", "attachment": ""}
        self._settle(row_id, values, delivered, following, to=row.address)
        return True

    def _renew(self, row_id: int) -> Row[Any] | None:
        row, self.renewed = self.renewed, None
        if row is not None and row.id == row_id:
            return row
        with transaction(guarded=True):
            return leases.renew(row_id, self.token)

    def _put_back(self, row_id: int, error: str) -> None:
        """Try again later; after the last try it counts as refused."""
        tries = (db.session.scalar(select(OutboxMessage.tries).where(OutboxMessage.id == row_id)) or 0) + 1
        values: dict[str, Any] = {"tries": tries, "error": _short(error)}
        if tries >= MAX_TRIES:
            self._settle(row_id, {**values, "state": State.FAILED, "due_at": self.at}, undeliverable)
            return
        with transaction(guarded=True):
            leases.write(row_id, self.token, {**values, "due_at": self.at + pause_before_try(tries), **FREE})

    def _settle(
        self, row_id: int, values: dict[str, Any], signal: Signal, following: int | None = None, to: str = ""
    ) -> None:
        """Write a mail's fate, what follows from it and the lease on the following mail in one transaction.

        When the lease fails, the rest is written without it: it is asked for again before that mail leaves. When what
        follows fails, the fate is written alone (the mail must not go out again) and the rest is tried later.
        ``to``: where it went; whose address is another by now has not got it, as if it had come back.
        """
        renewing = False

        def renew() -> None:
            nonlocal renewing
            renewing = following is not None
            self.renewed = leases.renew(following, self.token) if following is not None else None

        try:
            _write_and_tell(row_id, self.token, values | FREE, signal, self.at, renew, to)
        except Exception:
            self.renewed = None  # it was rolled back
            if renewing:
                log.exception("outbox message %s: its lease was not renewed with the fate of %d", following, row_id)
                self._settle(row_id, values, signal, to=to)
                return
            log.exception("outbox message %d: what follows from %s failed", row_id, values["state"].value)
            with transaction(guarded=True):
                leases.write(
                    row_id, self.token, values | {"lease_token": FOLLOW_UP, "due_at": self.at + FOLLOW_UP_PAUSE}
                )


def _write_and_tell(
    row_id: int,
    token: str,
    values: dict[str, Any],
    signal: Signal,
    at: datetime,
    then: Any = lambda: None,
    to: str = "",
) -> None:
    # What left has left, also when it was taken back meanwhile; what was refused stays taken back.
    before = State.WAITING if values.get("state") is State.FAILED else None

    def write() -> None:
        with transaction():
            if leases.write(row_id, token, values, state=before):
                message = db.session.get_one(OutboxMessage, row_id, populate_existing=True)
                if to and message.address not in ("", to) and message.state is State.SENT:
                    record_bounce(message, by=SYSTEM, at=at, error=OLD_ADDRESS)
                else:
                    signal.send(message, at=at)
            then()

    again(write)


def _follow_up(at: datetime) -> None:
    """Do what follows from mails whose fate is written, where it failed the first time."""
    rows = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.state, OutboxMessage.sent_at).where(
            leases.unfinished(), OutboxMessage.due_at <= at
        )
    ).all()
    for row_id, state, sent_at in rows:
        signal = delivered if state is State.SENT else undeliverable
        try:
            _write_and_tell(row_id, FOLLOW_UP, {"lease_token": ""}, signal, sent_at or at)
        except Exception:
            log.exception("outbox message %d: what follows from %s failed again", row_id, state.value)
            with transaction(guarded=True):
                leases.write(row_id, FOLLOW_UP, {"due_at": at + FOLLOW_UP_PAUSE}, state=None)


def _short(error: object) -> str:
    return " ".join(str(error).split())[:300]
