"""``python -m tests.drills.backup [sqlite|postgresql] [ROUNDS]``: back up under load, restore, compare.

Two processes write pairs of rows, each pair in one transaction. Each backup must hold whole pairs only; restored into a
database of its own, every table must have the checksum that it has in the database from which it was saved.
"""

import hashlib
import multiprocessing
import sys
import time
from typing import Any

import sqlalchemy
from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.cli import copying
from lotsen.core import clock
from lotsen.core.again import again
from lotsen.core.db import transaction
from lotsen.core.extensions import Base, db
from tests import factories

from .ground import Figures, Ground, chosen, ground, number_from_command

DIFFERENT, HALF = "tables that differ after the restore", "backups with half a transaction"


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
        url = another(at, file.name)
        copying.verify(file)
        copying.put_back(url, file, clock.real_now())
        figures.count("backups restored")
        figures.count(HALF, int(not whole(url)))
        if file is files[-1]:
            saved, restored = sums(at.url), sums(url)
            figures.count(DIFFERENT, sum(saved[name] != restored[name] for name in saved))
            figures.count("tables compared", len(saved))


def another(at: Ground, name: str) -> str:
    """An empty database."""
    if at.cluster is None:
        return f"sqlite:///{at.folder / name}.restored"
    made = name.replace("-", "_")
    with at.cluster.connect("postgres") as connection:
        connection.execute(f"CREATE DATABASE {made}".encode())
    return at.cluster.url(made)


def main() -> int:
    """On each database."""
    failed = 0
    for database in chosen():
        figures = Figures(none=(HALF, DIFFERENT))
        with ground(database) as at:
            play(at, figures, number_from_command(10))
        failed |= figures.report(f"backup and restore on {database}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
