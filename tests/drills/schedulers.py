"""``python -m tests.drills.schedulers [sqlite|postgresql] [KILLS]``: two real schedulers on one town; one is killed.

Two processes as ``python -m lotsen scheduler`` starts them. While mails and steps become due, whoever has the lease is
killed (``kill -9``) and a third one comes: every mail arrives, twice at most the one in flight at a kill; every step is
done once, and the other goes on.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from lotsen.core import clock
from lotsen.core.again import T, again, is_transient
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import Lease
from lotsen.engagements.models import Engagement
from lotsen.followups.models import FollowUp
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import LEASE_SECONDS, State
from tests import factories

from .ground import Figures, Ground, chosen, ground, number_from_command
from .kills import LOST, OTHER_ID, enqueue
from .web import ROOT

MORE = "mails twice although nobody was killed over them"
DOUBLE, UNDONE, IDLE = "steps done twice", "steps not done", "kills after which nobody went on"
PATIENCE = 4 * LEASE_SECONDS  # a busy machine needs longer than the lease of the mails that were claimed


@dataclass
class Scheduler:
    """A scheduler in a process of its own."""

    at: Ground

    def __post_init__(self) -> None:
        self.log = (self.at.folder / "scheduler.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lotsen", "scheduler"],
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("LOTSEN_")},
                "LOTSEN_MODE": "test",
                "LOTSEN_INSTANCE": str(self.at.folder),
                "LOTSEN_DATABASE_URL": self.at.url,
                "LOTSEN_MAIL_URL": self.at.sink.url,
                "LOTSEN_URL": "http://localhost",
            },
            stdout=self.log,
            stderr=self.log,
        )

    def __enter__(self) -> "Scheduler":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self.process.terminate()
        self.process.wait(60)
        self.log.close()


def at_work() -> int:
    """The id of the process that has the lease now; 0 when nobody has."""
    db.session.rollback()
    holder = db.session.scalar(select(Lease.holder).where(Lease.name == "scheduler", Lease.until > clock.real_now()))
    db.session.rollback()
    return int(holder.split(":")[1]) if holder else 0


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def surely(work: Callable[[], T]) -> T:
    """Write although the database is busy: who was told to come back in a moment does."""
    while True:
        try:
            return again(work)
        except DBAPIError as error:
            if not is_transient(error):
                raise


def due_cases(many: int) -> list[int]:
    """Engagements without a date, whose pilots are to be asked now."""
    ids = []
    with transaction():
        for _ in range(many):
            case = factories.engagement()
            case.due_at, case.due_step = clock.now() - timedelta(minutes=1), "ask_pilot"
            ids.append(case.id)
    return ids


def unsent() -> int:
    """Mails that are due and still wait."""
    db.session.rollback()
    due = (OutboxMessage.state == State.WAITING) & (OutboxMessage.due_at <= clock.now())
    return db.session.scalar(select(func.count()).where(due)) or 0


def play(at: Ground, figures: Figures, kills: int) -> None:
    """Mails and steps come all the time; whoever works is killed; the other goes on."""
    person = factories.user().id
    ids: set[str] = set()
    cases: list[int] = []
    with ExitStack() as stack:
        running = [stack.enter_context(Scheduler(at)) for _ in range(2)]
        assert until(at_work), (at.folder / "scheduler.log").read_text(encoding="utf-8")[-2000:]
        for number in range(kills + 1):
            for _ in range(5):
                for _ in range(10):
                    ids |= surely(lambda: enqueue(person, 2))
                cases += surely(lambda: due_cases(2))
                time.sleep(0.3)
            if number == kills:
                break
            killed = at_work()
            if not killed:
                until(at_work)
                killed = at_work()
            os.kill(killed, signal.SIGKILL)
            figures.count("schedulers killed at work")
            running.append(stack.enter_context(Scheduler(at)))
            figures.count(IDLE, int(not until(lambda killed=killed: at_work() not in (0, killed))))  # type: ignore[misc]
        until(lambda: not unsent() and not undone(cases))
    judge(at, figures, ids, cases, kills)


def undone(cases: list[int]) -> int:
    """Cases whose step is still due."""
    db.session.rollback()
    due = Engagement.id.in_(cases) & (Engagement.due_step == "ask_pilot")
    return db.session.scalar(select(func.count()).where(due)) or 0


def judge(at: Ground, figures: Figures, ids: set[str], cases: list[int], kills: int) -> None:
    """Count what arrived and what was done."""
    db.session.rollback()
    found = {key: number for key, number in at.sink.message_ids.items() if key in ids}
    figures.count("mails handed over", len(found))
    figures.count(LOST, len(ids - set(found)))
    figures.count(OTHER_ID, len(set(at.sink.message_ids) - set(db.session.scalars(select(OutboxMessage.message_id)))))
    twice = sum(found.values()) - len(found)
    figures.count("mails twice with the same Message-ID", twice)
    figures.count(MORE, max(0, twice - kills))
    asked = db.session.scalars(
        select(func.count()).where(FollowUp.engagement_id.in_(cases)).group_by(FollowUp.engagement_id)
    )
    numbers = list(asked)
    figures.count("steps done", len(numbers))
    figures.count(UNDONE, len(cases) - len(numbers) + undone(cases))
    figures.count(DOUBLE, sum(number > 1 for number in numbers))
    waits = db.session.execute(
        select(OutboxMessage.due_at, OutboxMessage.sent_at).where(OutboxMessage.message_id.in_(ids))
    ).all()
    figures.count(
        "mails handed over within 10 s", sum(sent - due <= timedelta(seconds=10) for due, sent in waits if sent)
    )


def main() -> int:
    """On each database."""
    failed = 0
    for database in chosen():
        figures = Figures(none=(LOST, OTHER_ID, MORE, DOUBLE, UNDONE, IDLE))
        with ground(database) as at:
            play(at, figures, number_from_command(3))
        failed |= figures.report(f"two schedulers, one killed, on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
