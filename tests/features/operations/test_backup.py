"""A backup is one instant of the database; a restore brings it back, and no mail leaves before somebody says so."""

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from sqlite3 import connect

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, select, text

from lotsen.audit.models import AuditEvent
from lotsen.cli import copying
from lotsen.core.access import SYSTEM
from lotsen.core.clock import real_now
from lotsen.core.db import is_postgresql, transaction
from lotsen.core.extensions import Base, db
from lotsen.core.models import JobRun
from lotsen.core.process import AlreadyRunning, Running
from lotsen.municipality.models import QuietPeriod
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from tests import factories
from tests.database import Database
from tests.smtp_sink import Sink

from .conftest import Command

CHANGED_BY_RESTORE = {"job_runs", "outbox_messages", "sending_holds", "audit_events", "leases"}


def sums() -> dict[str, str]:
    """A checksum of every table."""
    db.session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(select(table).order_by(*table.primary_key.columns)).all()
        found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    db.session.rollback()
    return found


def test_after_a_restore_every_table_is_as_it_was_and_the_mails_wait_for_a_person(
    app: Flask, command: Command, sink: Sink, enqueue: Callable[..., OutboxMessage], at: datetime, tmp_path: Path
) -> None:
    command("migrate")  # its quiet periods would be new after the restore
    factories.engagement()
    factories.proposal("asked")
    sent, waiting = enqueue(), enqueue(at_once=False)
    deliver(at)
    ids, key = (sent.id, waiting.id), waiting.message_id
    file = tmp_path / "copy"
    said = command("backup", file).output
    assert hashlib.sha256(file.read_bytes()).hexdigest() in said
    assert "Not in it" in said and "secret" in said
    before = sums()
    with transaction():
        db.session.add(QuietPeriod(name="Umzug", first_day=at.date(), last_day=at.date()))
        db.session.execute(delete(OutboxMessage))
    assert sums()["quiet_periods"] != before["quiet_periods"]
    db.session.remove()
    db.engine.dispose()
    said = command("restore", file, "--force").output
    assert "outbox release" in said
    after = sums()
    assert {n for n in before if before[n] != after[n]} <= CHANGED_BY_RESTORE
    assert [db.session.get_one(OutboxMessage, id).state for id in ids] == [State.SENT, State.HELD]
    assert deliver(at.replace(year=2027)) == 0
    command("outbox", "release")
    db.session.rollback()
    assert deliver(at.replace(year=2027)) == 1
    assert sink.message_ids[key] == 1
    kept = [path for path in (tmp_path, Path(app.instance_path), Path(db.engine.url.database or ".").parent)]
    for folder in kept:  # what was replaced is kept; the test's own is not needed
        for path in folder.glob("*before-*"):
            path.unlink()


def test_a_backup_under_load_holds_whole_transactions_only(app: Flask, storage: Database, tmp_path: Path) -> None:
    over, pairs = threading.Event(), [0]

    def write() -> None:
        with app.app_context():
            while not over.is_set():
                with transaction():
                    for half in ("first", "second"):
                        db.session.add(_event(pairs[0], half))
                        db.session.flush()
                pairs[0] += 1
            db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while pairs[0] < 5:
            over.wait(0.01)
        copying.save(storage.url, tmp_path / "copy")
    finally:
        over.set()
        writer.join(30)
    written = pairs[0]
    halves = _halves(tmp_path / "copy", storage)
    assert 5 <= len(halves) // 2 <= written
    assert len(halves) % 2 == 0 and set(halves.values()) == {1}


def _event(number: int, half: str) -> AuditEvent:
    values = {"entity": "test", "entity_id": number, "action": f"test.{half}", "details": {}}
    return AuditEvent(at=real_now(), actor_id=SYSTEM.actor_id, **values)


def _halves(file: Path, storage: Database) -> dict[tuple[int, str], int]:
    question = "SELECT entity_id, action, count(*) FROM audit_events WHERE entity = 'test' GROUP BY entity_id, action"
    if not is_postgresql():
        with closing(connect(file)) as copy:
            return {(number, action): n for number, action, n in copy.execute(question)}
    url = storage.another()
    copying.put_back(url, file, real_now())
    made = create_engine(url)
    with made.connect() as connection:
        found = {(number, action): n for number, action, n in connection.execute(text(question))}
    made.dispose()
    return found


def test_a_restore_refuses_what_is_damaged_and_while_something_runs(
    app: Flask, command: Command, tmp_path: Path, at: datetime
) -> None:
    file = tmp_path / "copy"
    command("backup", file)
    assert "is there already" in command("backup", file, status=1).output
    running = Running(app.instance_path)
    running.begin()
    refused = command("restore", file, status=1)
    assert "Lotsen runs" in refused.output
    running.close()
    before = sums()
    copying.checksum_path(file).rename(tmp_path / "elsewhere")
    if not is_postgresql():  # there the test itself is connected, and --force skips what is missing
        assert "sha256 is missing" in command("restore", file, status=1).output
    shutil.copy(tmp_path / "elsewhere", copying.checksum_path(file))
    with file.open("r+b") as broken:
        broken.seek(100)
        broken.write(b"broken")
    assert "its checksum is another one" in command("restore", file, "--force", status=1).output
    no_backup = tmp_path / "note.txt"
    no_backup.write_text("no database")
    command("restore", no_backup, "--force", status=1)
    assert sums() == before, "nothing was touched"


def test_a_failed_backup_is_noted_and_old_ones_age_out(app: Flask, command: Command, tmp_path: Path) -> None:
    old = tmp_path / "lotsen-20200101-000000.sqlite"
    other = tmp_path / "something-else.sqlite"
    killed = tmp_path / ".lotsen-20200102-000000.sqlite.part"
    for path in (old, other, killed, copying.checksum_path(old)):
        path.write_text("x")
        os.utime(path, (time.time() - 30 * 86400,) * 2)
    assert "1 older than 14 days removed" in command("backup", "--keep", "14", backup_dir=tmp_path).output
    assert not old.exists() and not copying.checksum_path(old).exists() and other.exists()
    assert not killed.exists(), "what a killed backup left behind holds people's data, too"
    db.session.rollback()
    row = db.session.get_one(JobRun, "backup")
    assert row.finished_at is not None and row.failed_at is None
    assert "Nothing was saved" in command("backup", "/proc/no/such/place", status=1).output
    db.session.rollback()
    assert db.session.get_one(JobRun, "backup", populate_existing=True).failed_at is not None


@pytest.mark.parametrize("stopped", [True, False])
def test_nobody_starts_while_a_backup_is_restored(tmp_path: Path, stopped: bool) -> None:
    first, second = Running(tmp_path), Running(tmp_path)
    first.be_alone()
    if stopped:
        first.close()
        second.begin()
        Running(tmp_path).begin()
    else:
        with pytest.raises(AlreadyRunning):
            second.begin()
