"""``python -m tests.drills.backup [sqlite|postgresql] [ROUNDS]``: back up under load, restore, compare.

Two processes write pairs of rows, each pair in one transaction. Each backup must hold whole pairs only; restored into a
database of its own, every table must have the checksum that it has in the database from which it was saved. Then the
command is killed at lines of its own and at instants: what bears the name of a backup must be whole, and the next one
must come.
"""

import hashlib
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.cli import copying
from lotsen.cli import main as command
from lotsen.core import clock
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.extensions import Base, db
from tests import factories

from .ground import Figures, Ground, chosen, ground, number_from_command
from .killing import PACKAGE, fork, killed_at, lines_of

DIFFERENT, HALF = "tables that differ after the restore", "backups with half a transaction"
MISTAKEN, NONE = "backups that were not whole and looked so", "backups that failed"


def write(app: Any, over: Any, counted: Any) -> None:
    """Write pairs until told to end."""
    with app.app_context():
        db.engine.dispose(close=False)
        while not over.is_set():
            again(lambda: pair(counted.value))
            with counted.get_lock():
                counted.value += 1


def pair(number: int) -> None:
    """Two rows that belong together."""
    with transaction():
        for half in ("first", "second"):
            at, action = clock.real_now(), f"drill.{half}"
            db.session.add(AuditEvent(at=at, action=action, entity="drill", entity_id=number, details={}))
            db.session.flush()


def sums(url: str) -> dict[str, str]:
    """A checksum of every table; what a restore changes on purpose is left out."""
    engine = sqlalchemy.create_engine(url)
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            left = {"state", "lease_token", "lease_until"} if table.name == "outbox_messages" else set()
            columns = [column for column in table.columns if column.name not in left]
            rows = connection.execute(select(*columns).order_by(*table.primary_key.columns)).all()
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    engine.dispose()
    return found


def whole(url: str) -> bool:
    """Whether every first half has its second."""
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        halves = connection.execute(
            select(AuditEvent.action, sqlalchemy.func.count())
            .where(AuditEvent.entity == "drill")
            .group_by(AuditEvent.action)
        ).all()
    engine.dispose()
    return len({number for _action, number in halves}) <= 1


def play(at: Ground, figures: Figures, rounds: int) -> None:
    """Under load, then once in peace with a comparison of everything."""
    storage = at.storage
    assert storage is not None
    factories.engagement()
    factories.proposal("asked")
    db.session.remove()
    db.engine.dispose()
    context = multiprocessing.get_context("fork")
    over, counted = context.Event(), context.Value("i", 0)
    writers = [context.Process(target=write, args=(at.app, over, counted)) for _ in range(2)]
    for writer in writers:
        writer.start()
    files = []
    try:
        for number in range(rounds):
            time.sleep(0.2)
            files.append(at.folder / f"backup-{number}")
            copying.save(at.url, files[-1])
    finally:
        over.set()
        for writer in writers:
            writer.join(60)
    figures.count("transactions written meanwhile", counted.value)
    files.append(at.folder / "backup-in-peace")
    copying.save(at.url, files[-1])
    for file in files:
        url = storage.another()
        copying.verify(file)
        copying.put_back(url, file, clock.real_now())
        figures.count("backups restored")
        figures.count(HALF, int(not whole(url)))
        if file is files[-1]:
            saved, restored = sums(at.url), sums(url)
            figures.count(DIFFERENT, sum(saved[name] != restored[name] for name in saved))
            figures.count("tables compared", len(saved))


def killed(at: Ground, figures: Figures, many: int) -> None:
    """Kill the command at lines and at instants; what is there then is whole or does not look like a backup."""
    folder = at.folder / "backups"
    settings = {"MODE": "test", "INSTANCE": str(at.folder), "DATABASE_URL": at.url, "BACKUP_DIR": str(folder)}
    os.environ.update({f"LOTSEN_{name}": value for name, value in settings.items()})
    target = folder / f"lotsen-drill.{'sqlite' if at.url.startswith('sqlite') else 'dump'}"

    def work() -> None:
        sys.stdout = Path(os.devnull).open("w", encoding="ascii")  # noqa: SIM115 - until the process ends
        command(["backup", str(target)], standalone_mode=False)

    where = (f"{PACKAGE}cli/",)
    lines = lines_of(at.app, work, at.folder / "lines", where)
    judge(at, figures, target, after_kill=False)
    for point in range(1, lines + 1, max(1, lines // many)):
        if killed_at(at.app, point, work, where):
            figures.count("kills of a backup")
        judge(at, figures, target, after_kill=True)
    began = time.monotonic()
    os.waitpid(fork(at.app, work), 0)
    takes = time.monotonic() - began
    judge(at, figures, target, after_kill=False)
    for number in range(many):
        child = fork(at.app, work)
        time.sleep(takes * (number + 0.5) / many)
        os.kill(child, signal.SIGKILL)
        _child, status = os.waitpid(child, 0)
        figures.count("kills of a backup", int(os.waitstatus_to_exitcode(status) == -signal.SIGKILL))
        judge(at, figures, target, after_kill=True)
    os.waitpid(fork(at.app, work), 0)
    judge(at, figures, target, after_kill=False)


def judge(at: Ground, figures: Figures, target: Path, *, after_kill: bool) -> None:
    """Look at what stands under the name of a backup, as a person or a script would."""
    if not target.exists():
        figures.count("kills of a backup after which there is none" if after_kill else NONE)
        return
    try:
        copying.verify(target)
        if at.url.startswith("sqlite"):
            copying._require_sound(target)
        else:
            copying._run("pg_restore", ["--file=/dev/null", str(target)], None)
    except copying.CopyError:
        figures.count(MISTAKEN)
    else:
        figures.count("backups that are whole")
    target.unlink()
    copying.checksum_path(target).unlink(missing_ok=True)


def main() -> int:
    """On each database."""
    failed = 0
    for database in chosen():
        figures = Figures(none=(HALF, DIFFERENT, MISTAKEN, NONE))
        with ground(database) as at:
            play(at, figures, number_from_command(10))
            killed(at, figures, 4 * number_from_command(10))
        failed |= figures.report(f"backup and restore on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
