"""Two senders at once, and senders that are killed: nothing is lost, and nothing goes out twice without a reason."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from sqlalchemy import update

from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from tests.smtp_sink import Sink

WATCHED = ("lotsen/outbox/jobs.py", "lotsen/outbox/transport.py", "smtplib.py", "lotsen/core/db.py")
POINTS = 16


def fork_sender(app: Flask, at: datetime, before: Callable[[], Any] = lambda: None) -> int:
    """A process of its own, with connections of its own, that delivers what is due. Returns its id."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child:
        return child
    try:
        with app.app_context():
            before()
            deliver(at)
    finally:
        os._exit(0)


def test_two_senders_at_once_send_every_mail_once(
    app: Flask, sink: Sink, enqueue: Callable[..., Any], at: datetime
) -> None:
    rows = [enqueue() for _ in range(50)]
    ids = {row.message_id for row in rows}
    sink.pause = 0.002
    gate, opened = os.pipe()

    def wait_at_the_gate() -> None:
        os.read(gate, 1)

    senders = [fork_sender(app, at, wait_at_the_gate) for _ in range(2)]
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
    lines = lines_of_a_whole_run(app, at, tmp_path / "lines")
    assert lines > 100, "the whole way is watched"
    twice = 0
    for point in range(1, POINTS):
        sink.mails.clear()
        ids = {enqueue().message_id for _ in range(2)}
        child = fork_sender(app, at, lambda point=point: kill_at(lines * point // POINTS))  # type: ignore[misc]
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
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


def let_leases_end() -> None:
    """A minute passes on the wall clock."""
    with transaction():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.lease_token != "")
            .values(lease_until=clock.real_now() - timedelta(seconds=1))
        )


def lines_of_a_whole_run(app: Flask, at: datetime, note: Path) -> int:
    """How many watched lines a delivery of two mails runs through."""
    counted = [0]

    def count(*_: Any) -> None:
        counted[0] += 1

    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if not child:
        try:
            with app.app_context():
                watch(count)
                deliver(at)
                sys.settrace(None)
                note.write_text(str(counted[0]), encoding="ascii")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return int(note.read_text(encoding="ascii"))


def kill_at(number: int) -> None:
    """Be killed, as by kill -9, when the nth watched line is about to run."""
    left = [number]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(count)


def watch(tick: Callable[..., None]) -> None:
    """Call ``tick`` before every line of the sender, of its transactions and of smtplib."""

    def local(_frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            tick()
        return local

    def enter(frame: FrameType, _event: str, _argument: Any) -> Any:
        return local if frame.f_code.co_filename.endswith(WATCHED) else None

    sys.settrace(enter)
