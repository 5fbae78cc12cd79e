"""Two senders at once, and senders that are killed: nothing is lost, and nothing goes out twice without a reason."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from lotsen.core.extensions import db
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from tests.drills.killing import fork, killed_at, lines_of
from tests.drills.kills import let_leases_end
from tests.smtp_sink import Sink

POINTS = 16


def test_two_senders_at_once_send_every_mail_once(
    app: Flask, sink: Sink, enqueue: Callable[..., Any], at: datetime
) -> None:
    rows = [enqueue() for _ in range(50)]
    ids = {row.message_id for row in rows}
    sink.pause = 0.002
    gate, opened = os.pipe()

    def send_at_the_gate() -> None:
        os.read(gate, 1)
        deliver(at)

    senders = [fork(app, send_at_the_gate) for _ in range(2)]
    os.write(opened, b"..")
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in senders] == [0, 0]
    os.close(gate)
    os.close(opened)
    assert set(sink.message_ids) == ids
    assert set(sink.message_ids.values()) == {1}
    assert sink.greetings == 2, "both took a part"


def test_whenever_the_sender_is_killed_no_mail_is_lost(
    app: Flask, sink: Sink, enqueue: Callable[..., Any], at: datetime, tmp_path: Path
) -> None:
    for _ in range(2):
        enqueue()
    lines = lines_of(app, lambda: deliver(at), tmp_path / "lines")
    assert lines > 100, "the whole way is watched"
    twice = 0
    for point in range(1, POINTS):
        sink.mails.clear()
        ids = {enqueue().message_id for _ in range(2)}
        assert killed_at(app, lines * point // POINTS, lambda: deliver(at))
        let_leases_end()
        deliver(at)
        assert set(sink.message_ids) == ids, f"killed at line {lines * point // POINTS}"
        twice += sum(sink.message_ids.values()) - len(ids)
        assert sum(sink.message_ids.values()) <= len(ids) + 1, "only the mail in flight may come twice"
        assert states() == {State.SENT}
    assert twice < POINTS // 2, "a second copy is the exception"


def states() -> set[State]:
    """Where all messages stand."""
    db.session.rollback()
    return set(db.session.scalars(db.select(OutboxMessage.state)))
