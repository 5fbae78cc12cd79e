"""The database of a test run, chosen by ``LOTSEN_TEST_DATABASE``: ``sqlite`` (default) or ``postgresql``.

Each test finds it as it was after the migrations. On SQLite a file is copied; on PostgreSQL what a test wrote is
deleted and the rows of the migrated database are put back (TRUNCATE takes 70 ms a test, CREATE DATABASE 165).
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.postgresql import Cluster

NAME = os.environ.get("LOTSEN_TEST_DATABASE", "sqlite")


@event.listens_for(Engine, "connect")
def _any_order(connection: Any, _record: Any) -> None:
    """Rows that nobody ordered come backwards here; PostgreSQL gives them as it likes, but only now and then."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


class Database(Protocol):
    """What the fixtures need of either."""

    url: str

    def keep(self) -> None:
        """Remember the database as it is now: migrated, nobody connected."""

    def fresh(self, dispose: Callable[[], None]) -> None:
        """Make it as it was kept. ``dispose`` gives up the pool's connections, where that is needed."""

    def another(self) -> str:
        """The address of one more database, empty."""
        ...

    def gone(self, dispose: Callable[[], None]) -> AbstractContextManager[None]:
        """Inside, nobody reaches it."""
        ...

    def end(self) -> None:
        """Leave nothing behind."""


class SQLite:
    """One file, copied from a template for each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "test.sqlite"
        self.url = f"sqlite:///{self.file}"
        self._numbers = count(1)

    def keep(self) -> None:
        """Copy the file."""
        shutil.copy(self.file, self.folder / "template.sqlite")

    def fresh(self, dispose: Callable[[], None]) -> None:
        """Copy it back."""
        dispose()
        for name in ("test.sqlite-wal", "test.sqlite-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.folder / "template.sqlite", self.file)

    @contextmanager
    def gone(self, dispose: Callable[[], None]) -> Iterator[None]:
        """A folder stands where the file was."""
        dispose()
        away = self.folder / "away.sqlite"
        self.file.rename(away)
        self.file.mkdir()
        try:
            yield
        finally:
            dispose()
            self.file.rmdir()
            away.rename(self.file)

    def another(self) -> str:
        """A file that does not exist yet."""
        return f"sqlite:///{self.folder / f'other-{next(self._numbers)}.sqlite'}"

    def end(self) -> None:
        """The folder is removed by its owner."""


class PostgreSQL:
    """One cluster a process, one database that is emptied and filled again for each test."""

    def __init__(self) -> None:
        self.cluster = Cluster()
        self._numbers = count(1)
        self.url = self.another()
        self._connection = self.cluster.connect("lotsen_1")
        self._connection.execute("SET session_replication_role = replica")  # no foreign keys while all is replaced
        self._back = ""

    def keep(self) -> None:
        """Copy the rows that migrations and catalogue made into a schema beside, and write down how to go back."""
        run = self._connection.execute
        run("CREATE SCHEMA kept")
        statements = []
        tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        for (name,) in run(tables).fetchall():
            statements.append(f'DELETE FROM public."{name}"')
            row = run(f'SELECT EXISTS (SELECT FROM public."{name}")').fetchone()
            if row is not None and row[0]:
                run(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"')
                statements.append(f'INSERT INTO public."{name}" TABLE kept."{name}"')
        sequences = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
        for name, last in run(sequences).fetchall():
            value = f"{last}, true" if last else "1, false"
            statements.append(f"SELECT setval('public.\"{name}\"', {value})")
        self._back = "; ".join(statements)

    def fresh(self, dispose: Callable[[], None]) -> None:
        """End what a killed process left open, then go back."""
        self._connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        self._connection.execute(self._back.encode())

    @contextmanager
    def gone(self, dispose: Callable[[], None]) -> Iterator[None]:
        """The server ends the connections and takes no new one."""
        with self.cluster.connect("postgres") as outside:
            outside.execute("ALTER DATABASE lotsen_1 ALLOW_CONNECTIONS false")
            self._connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid()"
            )
            try:
                yield
            finally:
                outside.execute("ALTER DATABASE lotsen_1 ALLOW_CONNECTIONS true")
                dispose()

    def another(self) -> str:
        """An empty database."""
        name = f"lotsen_{next(self._numbers)}"
        with self.cluster.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.cluster.url(name)

    def end(self) -> None:
        """End the cluster."""
        self._connection.close()
        self.cluster.stop()


def make(folder: Path) -> Database:
    """The database of this run."""
    if NAME == "sqlite":
        return SQLite(folder)
    if NAME == "postgresql":
        return PostgreSQL()
    raise RuntimeError(f"LOTSEN_TEST_DATABASE is {NAME!r}: say sqlite or postgresql")
