"""One way to write: ``with transaction():`` at the edge. Reads see one instant, writes are serializable.

SQLite lets one writer in at a time; PostgreSQL checks at the end whether the result is as if it had. Either way a
decision that was read inside ``transaction()`` still holds when it is kept. Why: docs/adr/0003-two-databases.md.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlalchemy import DateTime, Engine, event, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.types import TypeDecorator

from .extensions import db

_purging: ContextVar[bool] = ContextVar("lotsen_purging", default=False)
_WRITING = "lotsen.writing"
_KEPT = "lotsen.kept"
_IMMEDIATE = "lotsen_immediate"
SERIALIZABLE, READ_COMMITTED = "SERIALIZABLE", "READ COMMITTED"
POSTGRESQL_OPTIONS: dict[str, Any] = {
    "pool_pre_ping": True,
    "isolation_level": "REPEATABLE READ",  # of reads: a page shows one instant, as on SQLite
    "connect_args": {"options": "-c lock_timeout=3000"},  # nobody waits for ever; milliseconds
}


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
def transaction(*, guarded: bool = False) -> Iterator[Session]:
    """Everything inside is kept together or not at all.

    Ends the read of the log-in first, begins IMMEDIATE on SQLite, so that a write waits for its turn instead of
    failing half-way, and SERIALIZABLE on PostgreSQL, where the edge repeats what could not be kept (`core.again`).
    Services never commit; views, jobs and commands open this once.

    ``guarded``: only counters, leases and claims, whose statements each decide by themselves and do no harm when the
    view around them is repeated. They never have to be repeated themselves.

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
        options: dict[str, Any] = {_IMMEDIATE: True}
        if is_postgresql():
            options["isolation_level"] = READ_COMMITTED if guarded else SERIALIZABLE
        session.connection(execution_options=options)
        yield session
        session.commit()
        if not guarded:
            session.info[_KEPT] = True
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_WRITING] = False


@contextmanager
def purging() -> Iterator[None]:
    """Inside, rows of append-only tables may go: for retention and erasure alone. Inside ``transaction()``.

    The triggers of the database ask for it: a setting of the transaction on PostgreSQL, a function on SQLite, which no
    other program has, so that none can delete there.
    """
    token = _purging.set(True)
    try:
        _tell_postgresql("on")
        yield
        db.session.flush()
        _tell_postgresql("off")  # after an error the roll-back says so by itself
    finally:
        _purging.reset(token)


def is_purging() -> bool:
    """Whether `purging` is open here."""
    return _purging.get()


def _tell_postgresql(word: str) -> None:
    if is_postgresql():
        db.session.execute(text("SELECT set_config('lotsen.purging', :word, true)"), {"word": word})


def in_transaction() -> bool:
    """Whether a ``transaction()`` is open here."""
    return bool(db.session().info.get(_WRITING))


def has_kept() -> bool:
    """Whether a ``transaction()`` was kept here since `forget_kept`, guarded ones aside."""
    return bool(db.session().info.get(_KEPT))


def forget_kept() -> None:
    """A new piece of work begins."""
    db.session().info.pop(_KEPT, None)


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
    connection.create_function("lotsen_purging", 0, lambda: int(_purging.get()))
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
