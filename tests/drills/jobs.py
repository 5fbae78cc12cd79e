"""``python -m tests.drills.jobs [sqlite|postgresql] [KILLS] [NAME...]``: kill every job of the timetable.

Each job is killed at so many lines spread over all of Lotsen that it runs through, and at as many of those where a
transaction begins and ends. Then it runs again, in a new process, until nothing is due. Every row of every table must
be what it is after a run that nobody killed. What differs between two runs that nobody killed (tokens, the wall's time)
is not looked at; it is named at the end. The sender has a drill of its own (``kills``).
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Set
from typing import Any

from sqlalchemy import select, text

from lotsen.core import clock
from lotsen.core.extensions import Base, db
from lotsen.proposals import sweep
from lotsen.scheduler import TIMETABLE, Job, run
from lotsen.scheduler.runner import is_due
from tests import database
from tests.conftest import TUESDAY

from .due_town import build, when
from .ground import Figures, Ground, chosen, ground, number_from_command
from .killing import PACKAGE, fork, killed_at, lines_of

ANYWHERE = (PACKAGE,)
BORDERS = tuple(PACKAGE + name for name in ("core/db.py", "core/rows.py", "core/again.py", "scheduler/runner.py"))
ELSEWHERE = ("outbox.deliver", "outbox.mailbox")  # the drill ``kills``; a mailbox of the other side
ROUNDS = 6
COUNTED = {"job_runs": {"runs", "rows"}}  # how often it ran, which is once more after a kill
IDLE, DIFFERENT, BROKEN = "jobs without work", "kills after which something was different", "runs that broke off"
PART = "kills after which part of the work stood"
UNLOGGED = "kills between the end of the work and its line in the run log, which the next run writes"
NO_LINE = {("job_runs", "")}
Rows = dict[str, list[dict[str, Any]]]
Columns = Set[tuple[str, str]]


def settle(at: Ground, job: Job) -> Callable[[], None]:
    """Run a job until nothing is due, as the scheduler's looks do."""

    def work() -> None:
        sweep.index.forget()
        for _ in range(ROUNDS):
            if not is_due(at.app, job, when(job.name)) or not run(at.app, job, when(job.name)):
                return

    return work


def rows(at: Ground) -> Rows:
    """Every row of every table."""
    found: Rows = {}
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            known = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            found[table.name] = [
                {name: value for name, value in row.items() if name not in COUNTED.get(table.name, ())} for row in known
            ]
    db.engine.dispose()
    return found


def differences(one: Rows, other: Rows, left_out: Columns = frozenset()) -> set[tuple[str, str]]:
    """Table and column of what is not the same; the column is empty where the number of rows is not."""
    found = set()
    for table, known in one.items():
        if len(known) != len(other[table]):
            found.add((table, ""))
        columns = {
            (table, name)
            for left, right in zip(known, other[table], strict=False)
            for name in left
            if left[name] != right[name]
        } - left_out
        if columns and in_any_order(table, known, left_out) != in_any_order(table, other[table], left_out):
            found |= columns
    return found


def in_any_order(table: str, known: list[dict[str, Any]], left_out: Columns) -> Counter[str]:
    """The rows without their numbers: who was done in a first run goes on before others begin in the second."""
    return Counter(
        repr([value for name, value in row.items() if name != "id" and (table, name) not in left_out]) for row in known
    )


def again_numbers(at: Ground, kept: list[Any]) -> None:
    """PostgreSQL does not give numbers again that were rolled back; here it shall, so that ids can be compared."""
    if not kept:
        return
    with db.engine.begin() as connection:
        for name, last in kept:
            table = name.removesuffix("_id_seq")
            newest = connection.scalar(text(f'SELECT max(id) FROM "{table}"')) or 0
            found = max(newest, last or 0)
            connection.execute(text(f"SELECT setval('\"{name}\"', {found or 1}, {bool(found)})"))
    db.engine.dispose()


def sequences() -> list[Any]:
    """The last number that each gave out; none on SQLite."""
    if db.engine.dialect.name == "sqlite":
        return []
    with db.engine.connect() as connection:
        return list(connection.execute(text("SELECT sequencename, last_value FROM pg_sequences")).all())


class Killing:
    """One job, killed and run again on the same town."""

    def __init__(self, at: Ground, storage: database.Database, figures: Figures, job: Job) -> None:
        self.at, self.storage, self.figures, self.job = at, storage, figures, job
        self.work = settle(at, job)
        self.fresh()
        self.before = rows(at)
        self.sequences = sequences()
        self.whole = self.uninterrupted()
        second = self.uninterrupted()
        self.by_nature = differences(self.whole, second)

    def fresh(self) -> None:
        db.session.remove()
        self.storage.fresh(db.engine.dispose)

    def uninterrupted(self) -> Rows:
        """What stands after a run that nobody kills."""
        self.fresh()
        self.finish()
        return rows(self.at)

    def finish(self) -> None:
        """Run to the end in a process of its own."""
        _child, status = os.waitpid(fork(self.at.app, self.work), 0)
        self.figures.count(BROKEN, int(status != 0))

    def kill(self, where: tuple[str, ...], many: int) -> None:
        """Kill it so many times, spread over the lines it runs through."""
        self.fresh()
        lines = lines_of(self.at.app, self.work, self.at.folder / "lines", where)
        for point in range(1, lines + 1, max(1, lines // many)):
            self.fresh()
            if not killed_at(self.at.app, point, self.work, where):
                continue
            self.figures.count("kills of a job")
            halfway = rows(self.at)
            self.figures.count(PART, int(halfway not in (self.before, self.whole)))
            again_numbers(self.at, self.sequences)
            self.finish()
            found = differences(self.whole, rows(self.at), self.by_nature)
            if found == NO_LINE == differences(self.whole, halfway, self.by_nature):
                self.figures.count(UNLOGGED)
                continue
            self.figures.count(DIFFERENT, int(bool(found)))
            if found:
                print(f"  {self.job.name} killed at line {point} of {lines}: {sorted(found)}")


def play(at: Ground, figures: Figures, many: int, names: list[str]) -> None:
    """Every job."""
    storage = at.storage
    assert storage is not None
    build()
    db.session.remove()
    db.engine.dispose()
    storage.keep()
    ignored: set[tuple[str, str]] = set()
    for job in TIMETABLE:
        if job.name in ELSEWHERE or (names and job.name not in names):
            continue
        began = time.monotonic()
        killing = Killing(at, storage, figures, job)
        changed = {table for table, _ in differences(killing.before, killing.whole)} - {"job_runs"}
        figures.count("jobs")
        figures.count(IDLE, int(not changed))
        for where in (BORDERS, ANYWHERE):
            killing.kill(where, many)
        ignored |= killing.by_nature
        print(f"  {job.name} ({time.monotonic() - began:.0f} s) writes {', '.join(sorted(changed)) or 'nothing'}")
        sys.stdout.flush()
    figures.count(BROKEN, 0)
    print("  not compared: " + ", ".join(sorted(f"{table}.{column}" for table, column in ignored)))


def main() -> int:
    """On each database."""
    clock._frozen.set(TUESDAY)
    names = [word for word in sys.argv[1:] if "." in word or word == "housekeeping"]
    many, failed = number_from_command(12), 0
    for name in chosen():
        figures = Figures(none=(DIFFERENT, IDLE, BROKEN))
        try:
            with ground(name) as at:
                play(at, figures, many, names)
        finally:
            failed |= figures.report(f"jobs killed on {name}")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
