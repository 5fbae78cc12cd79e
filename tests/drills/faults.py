"""``python -m tests.drills.faults [sqlite|postgresql] [MAILS]``: a mail server at its worst.

Each mail meets one fault: the connection is cut before the server took it, cut after (it took it, we never hear so), it
says 451, it says 550, it says nothing. Or nobody is let in: the server never greets, says 421 or 554 instead, hangs up,
knows no TLS, refuses it or breaks it off. Then it is well again: every mail but the refused ones must be there.
"""

import asyncio
import random
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from lotsen.core import clock
from lotsen.core.extensions import db
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from lotsen.outbox.transport import connecting, ways
from tests import factories
from tests.conftest import TUESDAY
from tests.smtp_sink import Sink

from .ground import Figures, Ground, chosen, ground, number_from_command
from .kills import LOST, OTHER_ID, TWICE, enqueue, let_leases_end

FAULTS = ("cut before", "cut after", "451", "550", "stall")

GREETINGS = {
    "no greeting": b"",
    "421 as greeting": b"421 4.3.2 busy\r\n",
    "554 as greeting": b"554 5.3.2 not today\r\n",
}
TLS = {
    "no TLS": b"250 x.example\r\n",
    "TLS refused": b"250-x.example\r\n250 STARTTLS\r\n",
    "TLS broken off": b"250-x.example\r\n250 STARTTLS\r\n",
}
DOORS = (*GREETINGS, "hung up", "nobody there", *TLS)


class Bad(Sink):
    """A mail server that does to each mail what is in ``plan``."""

    plan: list[str]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take it, or not, or take it and say nothing."""
        fault = self.plan.pop(0) if self.plan else ""
        if fault == "cut before":
            server.transport.abort()
            return "421 gone"
        if fault == "cut after":
            await super().handle_DATA(server, session, envelope)
            server.transport.abort()
            return "250 OK"
        if fault == "stall":
            await asyncio.sleep(1.5)
            server.transport.abort()
            return "421 gone"
        if fault in ("451", "550"):
            return f"{fault} said the server"
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """How long the sender waits for a server, instead of the usual limits."""
    before = ways.SMTP_DEADLINE_SECONDS, connecting.SMTP_TIMEOUT_SECONDS
    ways.SMTP_DEADLINE_SECONDS = connecting.SMTP_TIMEOUT_SECONDS = seconds  # type: ignore[assignment]
    try:
        yield
    finally:
        ways.SMTP_DEADLINE_SECONDS, connecting.SMTP_TIMEOUT_SECONDS = before


def play(at: Ground, figures: Figures, mails: int, seed: int = 1) -> None:
    """Every mail meets a fault; then the server is well again."""
    sink = Bad()
    sink.port, sink.plan = at.sink.port, []
    at.sink.stop()
    sink.start()
    try:
        with patience(1):
            _play(sink, figures, mails, random.Random(seed))
    finally:
        sink.stop()
        at.sink.start()


def _play(sink: Bad, figures: Figures, mails: int, rng: random.Random) -> None:
    now = clock.now()
    ids = enqueue(factories.user().id, mails)
    sink.plan = [fault for fault in FAULTS for _ in range(mails // len(FAULTS))]
    rng.shuffle(sink.plan)
    stalls = [i for i, fault in enumerate(sink.plan) if fault == "stall"][3:]  # each takes a second
    for i in stalls:
        sink.plan[i] = "cut before"
    for fault in FAULTS:
        figures.count(f"faults: {fault}", sink.plan.count(fault))
    while sink.plan:
        deliver(now)
        now += timedelta(hours=1)
    for _ in range(3):
        let_leases_end()
        now += timedelta(days=1)
        deliver(now)
    db.session.rollback()
    states = dict(db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all())
    refused = set(db.session.scalars(select(OutboxMessage.message_id).where(OutboxMessage.state == State.FAILED)))
    found = sink.message_ids
    figures.count("refused for good and told to the office", len(refused))
    figures.count(LOST, len(ids - set(found) - refused))
    figures.count(OTHER_ID, len(set(found) - ids))
    figures.count(TWICE, sum(found.values()) - len(found))
    figures.count("messages that still wait", states.get(State.WAITING, 0))


def shut(at: Ground, figures: Figures, door: str, mails: int = 3) -> None:
    """Nobody is let in at first; then the server is well again."""
    at.sink.mails.clear()
    now, before = clock.now(), at.app.config["LOTSEN"]
    ids = enqueue(factories.user().id, mails)
    scheme = "smtp+starttls" if door in TLS else "smtp"
    try:
        with Door(door) as port, patience(0.3):
            at.app.config["LOTSEN"] = replace(before, mail_url=f"{scheme}://127.0.0.1:{port}")
            deliver(now)
    finally:
        at.app.config["LOTSEN"] = before
    db.session.rollback()
    tried = select(func.count()).where(OutboxMessage.state == State.WAITING, OutboxMessage.tries == 1)
    figures.count(f"mails before a shut door: {door}", db.session.scalar(tried) or 0)
    deliver(now + timedelta(hours=1))
    found = at.sink.message_ids
    figures.count(LOST, len(ids - set(found)))
    figures.count(OTHER_ID, len(set(found) - ids))
    figures.count(TWICE, sum(found.values()) - len(found))


class Door:
    """A port where something listens that lets nobody in."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.guests: list[socket.socket] = []

    def __enter__(self) -> int:
        if self.kind == "nobody there":
            self.socket.close()
        else:
            threading.Thread(target=self._listen, daemon=True).start()
        return self.port

    def __exit__(self, *_: object) -> None:
        for one in (self.socket, *self.guests):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                guest, _address = self.socket.accept()
                self.guests.append(guest)
                self._answer(guest)

    def _answer(self, guest: socket.socket) -> None:
        if self.kind == "hung up":
            guest.close()
            return
        if self.kind in GREETINGS:
            guest.sendall(GREETINGS[self.kind])
            return
        guest.sendall(b"220 x.example\r\n")
        guest.recv(1000)
        guest.sendall(TLS[self.kind])
        if guest.recv(1000).startswith(b"STARTTLS"):
            guest.sendall(b"454 4.7.0 not now\r\n" if self.kind == "TLS refused" else b"220 go ahead\r\n")
            guest.recv(1000)
            guest.sendall(b"this is no TLS\r\n")


def main() -> int:
    """On each database."""
    clock._frozen.set(TUESDAY)
    failed = 0
    for database in chosen():
        figures = Figures(none=(LOST, OTHER_ID, "messages that still wait"))
        with ground(database) as at:
            play(at, figures, number_from_command(100))
            for door in DOORS:
                shut(at, figures, door)
        failed |= figures.report(f"faults of the mail server on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
