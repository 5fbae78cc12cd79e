"""Nobody changes or deletes what the log says, but retention and erasure."""

import re
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

import lotsen
from lotsen.audit import service as audit
from lotsen.audit.models import AppendOnly, AuditEvent
from lotsen.core.access import SYSTEM
from lotsen.core.db import purging, transaction
from lotsen.core.extensions import db
from tests import factories


@pytest.fixture
def event_id(app, at):
    person = factories.user()
    with transaction():
        event = audit.record("user.changed", person, by=SYSTEM, at=at, reason="Weil sie es am Telefon sagte")
        db.session.flush()
        return event.id


def kept(event_id):
    db.session.rollback()
    return db.session.execute(select(AuditEvent.action).where(AuditEvent.id == event_id)).scalar()


def test_no_code_path_changes_or_deletes_an_event(event_id):
    with pytest.raises(AppendOnly), transaction():
        db.session.get_one(AuditEvent, event_id).action = "user.created"
        db.session.flush()
    with pytest.raises(AppendOnly), transaction():
        db.session.delete(db.session.get_one(AuditEvent, event_id))
        db.session.flush()
    for statement in (delete(AuditEvent), update(AuditEvent).values(reason="")):
        with pytest.raises(AppendOnly), transaction():
            db.session.execute(statement)
    assert kept(event_id) == "user.changed"


@pytest.mark.parametrize("sql", ["DELETE FROM audit_events", "UPDATE audit_events SET action = 'x'"])
def test_the_database_itself_refuses_what_goes_past_the_code(event_id, sql):
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        db.session.execute(text(sql))
    assert kept(event_id) == "user.changed"


def test_on_postgresql_nobody_empties_the_table_either(event_id):
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"), transaction():
            db.session.execute(text("TRUNCATE audit_events"))
    assert kept(event_id) == "user.changed"


def test_the_purge_may_delete_and_closes_the_door_behind_it(event_id, at):
    with transaction():
        audit.purge([event_id])
        with pytest.raises(AppendOnly):
            db.session.execute(delete(AuditEvent))
    assert kept(event_id) is None
    person = factories.user()
    with transaction():
        again = audit.record("user.changed", person, by=SYSTEM, at=at)
        db.session.flush()
        again_id = again.id
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("DELETE FROM audit_events"))
    assert kept(again_id) == "user.changed"


def test_a_purge_that_breaks_off_leaves_everything(event_id):
    with pytest.raises(ZeroDivisionError), transaction(), purging():
        db.session.execute(delete(AuditEvent))
        raise ZeroDivisionError
    assert kept(event_id) == "user.changed"
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("DELETE FROM audit_events"))


def test_erasure_empties_what_somebody_typed_and_keeps_pick_lists(event_id, at):
    with transaction():
        event = db.session.get_one(AuditEvent, event_id)
        person_id = event.entity_id
        code = AuditEvent(at=at, action="pilot.ended", entity="user", entity_id=person_id, reason="wish")
        db.session.add(code)
        db.session.flush()
        code_id = code.id
        assert audit.forget_texts([("user", [person_id])]) == 1
    rows = dict(db.session.execute(select(AuditEvent.id, AuditEvent.reason)).all())
    assert (rows[event_id], rows[code_id]) == ("", "wish")


def test_nothing_in_the_source_opens_the_door_but_the_purge():
    opens, changes = set(), set()
    for path in (Path(lotsen.__file__).parent).rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(Path(lotsen.__file__).parent).as_posix()
        if "purging()" in source and name != "core/db.py" and "migrations" not in name:
            opens.add(name)
        if re.search(r"(delete|update)\(AuditEvent|audit_events", source):
            changes.add(name)
    assert opens == {"audit/service.py", "audit/models.py"}
    assert changes == {
        "audit/service.py",
        "audit/models.py",
        "migrations/versions/0001_the_ground_and_the_main_job.py",
        "migrations/versions/0007_privacy.py",
        "migrations/versions/0011_log_by_function.py",
    }
