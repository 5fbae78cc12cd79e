"""One way to write: ``with transaction():`` at the edge. Reads never lock, writes queue up politely."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlalchemy import DateTime, Engine, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.types import TypeDecorator

from .extensions import db

_WRITING = "lotsen.writing"
_IMMEDIATE = "lotsen_immediate"


class UnsavedChanges(RuntimeError):
    """A programming error: rows were changed outside ``transaction()``."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, stored as UTC. Naive values are refused."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn stored naive UTC into an aware instant."""
        return None if value is None else value.replace(tzinfo=UTC)


def words(kind: type[StrEnum], length: int = 24) -> sqlalchemy.Enum:
    """A column type for an enum that stores its values (not its names) as text."""
    return sqlalchemy.Enum(
        kind, native_enum=False, length=length, values_callable=lambda e: [m.value for m in e], validate_strings=True
    )


@contextmanager
def transaction() -> Iterator[Session]:
    """Everything inside is kept together or not at all.

    Ends the read of the log-in first, begins IMMEDIATE on SQLite, so that a write waits for its turn instead of
    failing half-way. Services never commit; views, jobs and commands open this once.

    Raises
    ------
    UnsavedChanges
        When rows were changed before it was entered, or when it is entered twice.
    """
    session = db.session()
    if session.info.get(_WRITING):
        raise UnsavedChanges("transaction() inside transaction()")
    if session.new or session.dirty or session.deleted:
        raise UnsavedChanges("rows were changed before transaction()")
    session.rollback()
    session.info[_WRITING] = True
    try:
        session.connection(execution_options={_IMMEDIATE: True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_WRITING] = False


def in_transaction() -> bool:
    """Whether a ``transaction()`` is open here."""
    return bool(db.session().info.get(_WRITING))


def unsaved_changes() -> bool:
    """Whether the session holds changes that nobody will keep. The test client asks this after every request."""
    session = db.session()
    return bool(session.new or session.dirty or session.deleted)


@event.listens_for(Session, "before_flush")
def _no_flush_outside(session: Session, *_: Any) -> None:
    if not session.info.get(_WRITING):
        raise UnsavedChanges("a flush outside transaction()")


@event.listens_for(Session, "do_orm_execute")
def _no_dml_outside(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and not state.session.info.get(_WRITING):
        raise UnsavedChanges("INSERT, UPDATE or DELETE outside transaction()")


@event.listens_for(Engine, "connect")
def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's own way leaves half a migration behind
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    immediate = connection.get_execution_options().get(_IMMEDIATE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN DEFERRED")


def is_postgresql() -> bool:
    """Whether the bound database is PostgreSQL."""
    return db.engine.dialect.name == "postgresql"
