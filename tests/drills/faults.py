"""``python -m tests.drills.faults [sqlite|postgresql] [MAILS]``: a mail server at its worst.

Each mail meets one fault: the connection is cut before the server took it, cut after (it took it, we never hear so), it
says 451, it says 550, it says nothing. Then the server is well again: every mail but the refused ones must be there.
"""

import asyncio
import random
import sys
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from lotsen.core import clock
from lotsen.core.extensions import db
from lotsen.outbox import transport
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from tests import factories
from tests.conftest import TUESDAY
from tests.smtp_sink import Sink

from .ground import Figures, Ground, chosen, ground, number_from_command
from .kills import LOST, OTHER_ID, TWICE, enqueue, let_leases_end

FAULTS = ("cut before", "cut after", "451", "550", "stall")


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


def play(at: Ground, figures: Figures, mails: int, seed: int = 1) -> None:
    """Every mail meets a fault; then the server is well again."""
    sink = Bad()
    sink.port, sink.plan = at.sink.port, []
    at.sink.stop()
    sink.start()
    before = transport.SMTP_DEADLINE_SECONDS, transport.SMTP_TIMEOUT_SECONDS
    transport.SMTP_DEADLINE_SECONDS, transport.SMTP_TIMEOUT_SECONDS = 1, 1  # type: ignore[assignment]
    try:
        _play(sink, figures, mails, random.Random(seed))
    finally:
        transport.SMTP_DEADLINE_SECONDS, transport.SMTP_TIMEOUT_SECONDS = before
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


def main() -> int:
    """On each database."""
    clock._frozen.set(TUESDAY)
    failed = 0
    for database in chosen():
        figures = Figures(none=(LOST, OTHER_ID, "messages that still wait"))
        with ground(database) as at:
            play(at, figures, number_from_command(100))
        failed |= figures.report(f"faults of the mail server on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
