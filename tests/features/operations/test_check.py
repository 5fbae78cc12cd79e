"""``check`` names what is wrong in plain words."""

from collections import namedtuple
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from lotsen.audit.models import AuditEvent
from lotsen.cli import checking
from lotsen.cli.serving import StayDown
from lotsen.core import config
from lotsen.core.clock import real_now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.municipality.models import Setting
from tests.database import Database, PostgreSQL
from tests.smtp_sink import Sink, free_port

from .conftest import Command

PRODUCTION = {
    "mode": "production",
    "secret": "x" * 40,
    "url": "https://lotsen.example",
    "mail_url": "smtp://127.0.0.1:9",
}


def test_all_is_well(app: Flask, command: Command, sink: Sink) -> None:
    assert "All is well (test mode)" in command("check", mail_url=sink.url).output


def test_without_the_systems_libraries_it_says_how_pdf_files_become_possible(
    app: Flask, command: Command, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking.documents, "available", lambda: False)
    said = command("check", mail_url=sink.url).output
    assert "apt-get install libpango-1.0-0" in said and "All is well" in said


def test_mail_that_travels_in_the_clear_is_named(app: Flask, command: Command, sink: Sink) -> None:
    assert "in the clear" not in command("check", mail_url=sink.url).output, "not on this machine"
    elsewhere = {"mail_url": "smtp://mail.invalid:25", "imap_url": "imap://a:b@mail.invalid"}
    said = command("check", status=1, **elsewhere).output
    assert "LOTSEN_MAIL_URL: names" in said and "LOTSEN_IMAP_URL: names" in said
    said = command("check", status=1, mail_url="smtp+starttls://mail.invalid:587").output
    assert "in the clear" not in said


def test_unsafe_settings_are_all_named_at_once(app: Flask, command: Command) -> None:
    said = command("check", status=1, mode="production", url="http://lotsen.example").output
    assert "LOTSEN_SECRET" in said and "https" in said and "LOTSEN_MAIL_URL" in said


def test_what_a_real_town_lacks_is_named(app: Flask, command: Command) -> None:
    with transaction():
        ahead = real_now() + timedelta(days=3)
        db.session.add(AuditEvent(at=ahead, action="test.ahead", entity="test", entity_id=1, details={}))
    said = command("check", status=1, **{**PRODUCTION, "imap_url": f"imaps://a:b@127.0.0.1:{free_port()}"}).output
    for word in (
        "Impressum is empty",
        "Nobody may administer",
        "The clock shows",
        "mail server does not",
        "mailbox does",
    ):
        assert word in said, said
    assert "quiet period" in said


FAST = """
    CREATE SCHEMA fast;
    CREATE FUNCTION fast.now() RETURNS timestamptz LANGUAGE sql AS $$SELECT pg_catalog.now() + interval '5 minutes'$$;
    ALTER DATABASE lotsen_1 SET search_path = fast, pg_catalog, public;
"""


def test_a_database_server_whose_clock_is_off_is_named(
    app: Flask, command: Command, sink: Sink, storage: Database
) -> None:
    assert "All is well" in command("check", mail_url=sink.url).output
    if not isinstance(storage, PostgreSQL):
        return  # SQLite has no clock of its own
    with storage.cluster.connect("lotsen_1") as outside:
        outside.execute(FAST)  # the server itself answers, five minutes fast
        try:
            said = command("check", status=1, mail_url=sink.url).output
        finally:
            outside.execute("ALTER DATABASE lotsen_1 RESET search_path; DROP SCHEMA fast CASCADE")
    assert "The clock shows" in said and "the database server's" in said and "1 thing(s) to mend" in said


def test_a_full_disk_and_a_missing_migration_are_named(
    app: Flask, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(checking.shutil, "disk_usage", lambda _: usage(10**11, 10**11, 10**8))
    assert "Only 0.1 GB of 100.0 are free" in command("check", status=1).output
    said = command("check", status=1, database_url=f"sqlite:///{tmp_path}/empty.sqlite").output
    assert "python -m lotsen migrate" in said


def test_what_cannot_be_read_or_written_is_named(
    app: Flask, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOTSEN_DATABASE_URL")
    (tmp_path / "file").write_text("no folder")
    assert "instance folder" in command("check", status=1, instance=tmp_path / "file" / "below").output
    settings = tmp_path / "lotsen.toml"
    for written, words in ((b"mode = demo", "not written as TOML"), (b"mode = '\xff'", "cannot be read")):
        settings.write_bytes(written)
        assert words in command("check", status=1, config=settings).output
    assert "cannot be read" in command("check", status=1, config=tmp_path).output


def test_a_folder_that_takes_no_file_is_named(app: Flask, command: Command) -> None:
    said = command("check", status=1, instance="/proc/self").output
    assert "Nothing can be written into /proc/" in said


def test_a_migration_that_was_not_run_is_named(app: Flask, command: Command) -> None:
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    assert "python -m lotsen migrate" in command("check", status=1).output
    assert "python -m lotsen migrate" in command("outbox", "pending", status=1).output


def test_days_without_a_quiet_period_are_named(app: Flask, command: Command) -> None:
    assert "No quiet period lies ahead" in command("check").output
    command("migrate")
    assert "No quiet period" not in command("check").output


def test_hours_in_which_no_mail_could_leave_are_named(app: Flask, command: Command, at: datetime) -> None:
    assert "is not later" not in command("check").output
    with transaction():
        db.session.add(Setting(name="sending_from", value="19:00", version=1, changed_at=at))
    assert "sending_until is not later than sending_from" in command("check").output


def test_what_starting_again_would_not_mend_ends_with_a_status_of_its_own(command):
    assert "https" in command("web", status=StayDown.exit_code, mode="production", url="http://lotsen.example").output
    for unit in ("web", "scheduler"):
        words = (config.ROOT / f"deploy/systemd/lotsen-{unit}.service").read_text(encoding="utf-8")
        assert f"RestartPreventExitStatus={StayDown.exit_code}\n" in words
