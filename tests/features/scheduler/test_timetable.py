"""The timetable: every line can run, a failure is seen and stops nothing, one works and the others wait."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, g

from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from lotsen.scheduler import TIMETABLE, ClockError, Job, run, walk
from lotsen.scheduler.process import look
from lotsen.scheduler.runner import JobFailed
from lotsen.scheduler.turn import Turn, exclusive
from tests.features.outbox.conftest import enqueue

__all__ = ["enqueue"]

ROOT = Path(__file__).resolve().parents[3]
STUMBLE = Job("test.stumble", 1, "no_such_module:run")


@pytest.fixture
def wall(time: object) -> Iterator[datetime]:
    """The real clock, for what moves the demo clock."""
    clock._frozen.set(None)
    yield clock.real_now()


def test_every_line_of_the_timetable_can_run(app: Flask, at: datetime) -> None:
    for job in TIMETABLE:
        assert run(app, job, at) >= 0
        assert not job.due or job.next_due() is None or job.next_due().tzinfo is not None


def test_every_feature_with_due_work_is_in_the_timetable() -> None:
    modules = {job.function.partition(":")[0] for job in TIMETABLE}
    for path in (ROOT / "lotsen").glob("*/jobs.py"):
        assert f"{path.parent.name}.jobs" in modules, f"{path.parent.name} has jobs that nobody runs"


def test_a_run_is_kept_with_its_rows_and_a_failure_with_its_trace(app: Flask, at: datetime) -> None:
    housekeeping = next(job for job in TIMETABLE if job.name == "housekeeping")
    run(app, housekeeping, at)
    row = db.session.get_one(JobRun, "housekeeping")
    assert (row.started_at, row.finished_at, row.runs, row.failed_at) == (at, at, 1, None)
    with pytest.raises(JobFailed):
        run(app, STUMBLE, at)
    db.session.rollback()  # the test's own session still looks at the time before
    failed = db.session.get_one(JobRun, "test.stumble")
    assert failed.failed_at == at and failed.finished_at is None
    assert "no_such_module" in failed.error


def test_housekeeping_comes_once_a_night_also_when_the_clocks_change(app: Flask, at: datetime) -> None:
    housekeeping = next(job for job in TIMETABLE if job.name == "housekeeping")
    saturday = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)
    run(app, housekeeping, saturday)
    assert housekeeping.next_due() == datetime(2026, 10, 25, 2, 10, tzinfo=UTC)  # 3:10 winter time
    db.session.remove()
    run(app, housekeeping, datetime(2026, 10, 25, 2, 10, tzinfo=UTC))
    db.session.remove()
    assert housekeeping.next_due() == datetime(2026, 10, 26, 2, 10, tzinfo=UTC)


def test_a_second_scheduler_stays_idle_until_the_first_gives_up(app: Flask) -> None:
    first, second = Turn(app), Turn(app)
    first.renew()
    second.renew()
    with first.take() as mine, second.take() as theirs:
        assert (mine, theirs) == (True, False)
    first.give_up()
    second.renew()
    with second.take() as theirs:
        assert theirs


def test_a_look_runs_what_is_due_only_when_it_is_our_turn(app: Flask, at: datetime) -> None:
    housekeeping = next(job for job in TIMETABLE if job.name == "housekeeping")
    turn, other = Turn(app), Turn(app)
    turn.renew()
    other.renew()
    look(app, other, housekeeping)
    assert db.session.get(JobRun, "housekeeping") is None
    look(app, turn, housekeeping)
    db.session.rollback()
    assert db.session.get_one(JobRun, "housekeeping").runs == 1
    look(app, turn, STUMBLE)  # in both logs, and the scheduler goes on
    look(app, turn, housekeeping)


def test_the_scheduler_waits_while_a_tick_is_at_work_and_the_tick_waits_for_a_running_job(app: Flask) -> None:
    turn = Turn(app)
    turn.renew()
    entered = threading.Event()
    over = threading.Event()

    def tick() -> None:
        with exclusive(app):
            entered.set()
            over.wait(10)

    thread = threading.Thread(target=tick)
    with turn.take() as mine:
        assert mine
        thread.start()
        assert not entered.wait(0.4)
        turn.renew()
        assert not entered.wait(0.4), "a job is still running here"
        with turn.take() as more:
            assert not more, "no new job starts once a tick waits"
    turn.renew()
    assert entered.wait(5)
    turn.renew()
    with turn.take() as mine:
        assert not mine
    over.set()
    thread.join(10)
    turn.renew()
    with turn.take() as mine:
        assert mine


def test_a_tick_walks_through_holds_and_nights_to_its_instant(app: Flask, wall: datetime, enqueue) -> None:  # type: ignore[no-untyped-def]
    row = enqueue(at_once=False)
    seen: list[datetime] = []
    until = wall + timedelta(days=30)
    done = walk(app, until, told=seen.append)
    db.session.expire_all()
    db.session.rollback()
    sent = db.session.get_one(OutboxMessage, row.id, populate_existing=True)
    assert (sent.state, sent.sent_at) == (State.SENT, sent.due_at), "sent at the very instant at which it was due"
    assert seen == sorted(seen) and len(seen) >= 29, "a night is an instant"
    assert len(seen) < 100, "a weekly job with nothing to do is due again a week later, not at every look"
    assert done.failed == {}
    g.pop("demo_offset", None)
    assert abs(clock.now() - until) < timedelta(seconds=30)


def test_a_tick_without_an_instant_leaves_the_clock_and_the_held_mail_alone(
    app: Flask, wall: datetime, enqueue
) -> None:  # type: ignore[no-untyped-def]
    held, due = enqueue(at_once=False), enqueue(at_once=True)
    walk(app)
    db.session.rollback()
    states = [db.session.get_one(OutboxMessage, r.id, populate_existing=True).state for r in (held, due)]
    assert states == [State.WAITING, State.SENT]
    assert abs(clock.now() - clock.real_now()) < timedelta(seconds=1)


def test_the_demo_clock_only_goes_forward_and_only_in_the_demo_town(app: Flask, wall: datetime) -> None:
    with pytest.raises(ClockError, match="only goes forward"):
        walk(app, wall - timedelta(days=1))
    before = app.config["LOTSEN"]
    app.config["LOTSEN"] = replace(before, mode="production")
    try:
        with pytest.raises(ClockError, match="demo town"):
            walk(app, wall + timedelta(days=1))
    finally:
        app.config["LOTSEN"] = before


def test_a_job_that_fails_does_not_stop_the_walk(app: Flask, wall: datetime) -> None:
    done = walk(app, wall + timedelta(days=2), jobs=(*TIMETABLE, Job("test.stumble", 1, "scheduler:broken")))
    assert set(done.failed) == {"test.stumble"}
    assert db.session.get_one(JobRun, "test.stumble").error
    with transaction():
        assert db.session.get_one(JobRun, "housekeeping").runs >= 2
