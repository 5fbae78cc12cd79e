"""Copying a whole database: SQLite by its backup API in one step, PostgreSQL by pg_dump and pg_restore."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

HOLD_WAITING = "UPDATE outbox_messages SET state = 'held', lease_token = '', lease_until = NULL WHERE state = 'waiting'"
OURS = ("--schema=public", "--no-owner", "--no-privileges")
EMPTY_SCHEMA = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT format('DROP TABLE IF EXISTS public.%I CASCADE', relname) AS statement FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace LOOP EXECUTE found.statement; END LOOP;
  FOR found IN SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) AS statement FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace LOOP EXECUTE found.statement; END LOOP;
END $$
"""


class CopyError(Exception):
    """It cannot be copied; the message says why and what to do."""


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum_path(path: Path) -> Path:
    """The file beside a backup that holds its checksum, as ``sha256sum -c`` reads it."""
    return path.with_name(f"{path.name}.sha256")


def save(database_url: str, target: Path) -> str:
    """Write a consistent copy of a database to a file, whole or not at all. Returns its checksum.

    Raises
    ------
    CopyError
        The copy could not be made, or is not readable.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        if database_url.startswith("sqlite"):
            _save_sqlite(_sqlite_file(database_url), part)
        else:
            _run("pg_dump", ["--format=custom", *OURS, f"--file={part}"], database_url)
        found = checksum(part)
        _flush(part)
        checksum_path(target).write_text(f"{found}  {target.name}\n", encoding="ascii")
        part.replace(target)
        _flush(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return found


def verify(source: Path) -> None:
    """Compare a backup with the checksum beside it.

    Raises
    ------
    CopyError
        There is none, or it is another one.
    """
    beside = checksum_path(source)
    if not beside.is_file():
        raise CopyError(f"{beside.name} is missing, so nobody knows whether {source.name} is whole.")
    if beside.read_text(encoding="ascii").split()[:1] != [checksum(source)]:
        raise CopyError(f"{source.name} is not what was saved: its checksum is another one. Take another backup.")


def put_back(database_url: str, source: Path, at: datetime) -> str:
    """Replace the database by a backup, all waiting mails held. Returns where the replaced one was put.

    Raises
    ------
    CopyError
        The backup is not one of this kind of database, or damaged; the database is as it was.
    """
    if database_url.startswith("sqlite"):
        return _put_back_sqlite(_sqlite_file(database_url), source, at)
    return _put_back_postgresql(database_url, source, at)


def others_connected(database_url: str) -> int:
    """How many connections others have to a PostgreSQL database; 0 for SQLite, where the lock file knows."""
    if database_url.startswith("sqlite"):
        return 0
    with psycopg.connect(_conninfo(database_url, password=True)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def _save_sqlite(source: Path, part: Path) -> None:
    if not source.is_file():
        raise CopyError(f"There is no database at {source}.")
    with closing(sqlite3.connect(source, timeout=30)) as origin, closing(sqlite3.connect(part)) as copy:
        origin.backup(copy)  # in one step: one instant, however much is written meanwhile
        copy.execute("PRAGMA journal_mode = DELETE")
    _require_sound(part)


def _require_sound(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise CopyError(f"{path.name} is no SQLite database: {error}") from error
    if found != "ok":
        raise CopyError(f"{path.name} is damaged: {found}")


def _put_back_sqlite(target: Path, source: Path, at: datetime) -> str:
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    try:
        _require_sound(part)
        with closing(sqlite3.connect(part)) as copy:
            copy.execute(HOLD_WAITING)
            copy.commit()
        _flush(part)
        kept = target.with_name(f"{target.name}.before-{at:%Y%m%d-%H%M%S}")
        for suffix in ("", "-wal", "-shm"):  # a crash in between leaves no database, never a mixed one
            old = Path(f"{target}{suffix}")
            if old.exists():
                old.replace(f"{kept}{suffix}")
        part.replace(target)
        _flush(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return str(kept)


def _put_back_postgresql(database_url: str, source: Path, at: datetime) -> str:
    _run("pg_restore", ["--list", str(source)], None)
    kept = source.with_name(f"before-{at:%Y%m%d-%H%M%S}.dump")
    save(database_url, kept)
    with psycopg.connect(_conninfo(database_url, password=True)) as connection:
        connection.execute(EMPTY_SCHEMA)
    arguments = [*OURS, "--single-transaction", "--exit-on-error", str(source)]
    try:
        _run("pg_restore", arguments, database_url)
    except CopyError as error:
        raise CopyError(f"{error}\nThe database is empty now; what it held is in {kept}.") from error
    with psycopg.connect(_conninfo(database_url, password=True)) as connection:
        connection.execute(HOLD_WAITING)
    return str(kept)


def _run(program: str, arguments: Sequence[str], database_url: str | None) -> None:
    found = _program(program)
    environment = dict(os.environ)
    if database_url is not None:
        arguments = [f"--dbname={_conninfo(database_url)}", *arguments]
        environment["PGPASSWORD"] = make_url(database_url).password or environment.get("PGPASSWORD", "")
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True)  # noqa: S603 # nosec B603 - our own
    if done.returncode:
        raise CopyError(f"{program} failed: {done.stderr.strip()[-500:]}")


def _program(name: str) -> str:
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    folders.sort(key=lambda path: int(path.parent.name), reverse=True)  # a newer pg_dump reads older servers
    found = next((str(path / name) for path in folders if (path / name).exists()), None) or shutil.which(name)
    if found is None:
        raise CopyError(f"{name} is not installed: apt-get install postgresql-client")
    return found


def _conninfo(database_url: str, *, password: bool = False) -> str:
    """How libpq names the database; the password only where it is not seen in the list of processes."""
    url = make_url(database_url)
    options = {key: value for key, value in url.query.items() if isinstance(value, str)}
    known = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    if password:
        known["password"] = url.password
    return make_conninfo("", **{**{k: v for k, v in known.items() if v}, **options})


def _sqlite_file(database_url: str) -> Path:
    return Path(make_url(database_url).database or "")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
