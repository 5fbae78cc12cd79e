"""Nobody changes the log past Lotsen: on PostgreSQL its own role has no right to, on SQLite no other program can."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from lotsen.audit import service as audit
from lotsen.audit.queries.rights import role_may_change
from lotsen.core.access import SYSTEM
from lotsen.core.db import is_postgresql, transaction
from lotsen.core.extensions import db
from lotsen.privacy.service.erasure import erase
from tests import factories

ROLES = Path("deploy/postgresql-roles.sql")
FORBIDDEN = (
    "UPDATE audit_events SET action = 'x'",
    "DELETE FROM audit_events",
    "TRUNCATE audit_events",
    "DROP TRIGGER audit_events_append_only_row ON audit_events",
    "ALTER TABLE audit_events DISABLE TRIGGER ALL",
    "ALTER TABLE audit_events RENAME TO gone",
    "DROP TABLE audit_events",
    "DROP FUNCTION lotsen_append_only() CASCADE",
    "CREATE OR REPLACE FUNCTION lotsen_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '0001'",
)


@pytest.fixture
def as_lotsens_role(app: Flask) -> Iterator[None]:
    """The database as a town has it that gives Lotsen a role of its own; gone with the test."""
    if not is_postgresql():
        yield
        return
    role = f"lotsen_{uuid4().hex[:12]}"
    with db.engine.begin() as owner:
        owner.exec_driver_sql(f"CREATE ROLE {role}")
        owner.exec_driver_sql(ROLES.read_text(encoding="utf-8").replace(':"app"', role))

    def become(connection: Any) -> None:
        connection.exec_driver_sql(f"SET LOCAL ROLE {role}")

    event.listen(db.engine, "begin", become)
    yield
    event.remove(db.engine, "begin", become)
    db.session.remove()
    with db.engine.begin() as owner:
        owner.exec_driver_sql(f"DROP OWNED BY {role}")
        owner.exec_driver_sql(f"DROP ROLE {role}")


def events() -> int:
    return db.session.execute(text("SELECT count(*) FROM audit_events WHERE action <> 'x'")).scalar_one()


def test_lotsens_own_role_writes_the_log_and_has_no_right_to_change_it(as_lotsens_role, at):
    with transaction():
        audit.record("user.changed", factories.user(), by=SYSTEM, at=at)
    kept = events()
    if is_postgresql():
        assert not role_may_change()
    for sql in FORBIDDEN if is_postgresql() else FORBIDDEN[:2]:
        refused = "permission denied|must be owner" if is_postgresql() else "append-only"
        for purging in ("", "SELECT set_config('lotsen.purging', 'on', true)") if is_postgresql() else ("",):
            with pytest.raises((ProgrammingError, DBAPIError), match=refused), transaction():
                if purging:
                    db.session.execute(text(purging))
                db.session.execute(text(sql))
    assert events() == kept > 0


def test_retention_and_erasure_still_do_their_work_in_that_role(as_lotsens_role, at):
    person = factories.user()
    with transaction():
        old = audit.record("user.changed", person, by=SYSTEM, at=at)
        typed = audit.record("user.changed", person, by=SYSTEM, at=at, reason="Weil sie es am Telefon sagte")
        db.session.flush()
        old_id, typed_id = old.id, typed.id
    with transaction():
        audit.purge([old_id])
        erase(db.session.merge(person), channel="phone", by=SYSTEM, at=at)
    rows = dict(db.session.execute(text("SELECT id, reason FROM audit_events")).all())
    assert old_id not in rows and rows[typed_id] == ""


def test_another_program_cannot_change_the_log_of_sqlite_either(app, storage, at):
    with transaction():
        audit.record("user.changed", factories.user(), by=SYSTEM, at=at)
    kept = events()
    if not is_postgresql():
        with closing(sqlite3.connect(storage.url.removeprefix("sqlite:///"))) as other:
            for sql in FORBIDDEN[:2]:
                with pytest.raises(sqlite3.OperationalError, match="lotsen_purging"):
                    other.execute(sql)
    db.session.rollback()
    assert events() == kept > 0
