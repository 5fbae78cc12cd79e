"""A throw-away PostgreSQL for tests: a cluster in a temporary folder that ends with the process that started it."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

SETTINGS = {
    "listen_addresses": "",  # a socket in a folder that only its owner may enter, no port
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "80",
    "timezone": "America/New_York",  # neither UTC nor the town's: an instant must not depend on it
}


def programs() -> Path | None:
    """The folder of initdb and postgres, the newest version first; None where they are not installed."""
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    folders.sort(key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((path for path in folders if (path / "initdb").exists() and (path / "postgres").exists()), None)


class Cluster:
    """A running server. PostgreSQL refuses to run as root; started by root it runs as ``postgres`` or ``nobody``."""

    def __init__(self) -> None:
        found = programs()
        if found is None:
            raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
        _remove_left_overs()
        self.folder = Path(tempfile.mkdtemp(prefix="lotsen-pg-", dir="/tmp"))
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            person = _unprivileged()
            os.chown(self.folder, person.pw_uid, person.pw_gid)
            self._as = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
        try:
            self._make(found)
            self._process = self._start(found)
            self._wait()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def url(self, database: str) -> str:
        """The address of a database as ``LOTSEN_DATABASE_URL`` has it."""
        return f"postgresql+psycopg://lotsen@/{database}?host={self.folder}"

    def connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection beside SQLAlchemy, in autocommit."""
        return psycopg.connect(host=str(self.folder), user="lotsen", dbname=database, autocommit=True)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._process.send_signal(signal.SIGQUIT)  # at once: nothing in it is needed again
        self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self, bin_folder: Path) -> None:
        command = [bin_folder / "initdb", "-D", self.folder / "data", "-U", "lotsen", "--auth=trust", "--no-sync"]
        done = subprocess.run(
            [*command, "--locale=C", "--encoding=UTF8"], cwd=self.folder, capture_output=True, text=True, **self._as
        )  # type: ignore[call-overload]
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _start(self, bin_folder: Path) -> "subprocess.Popen[bytes]":
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [bin_folder / "postgres", "-D", self.folder / "data", "-k", self.folder, *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours, and then it is stopped
                preexec_fn=_end_with_parent,
                **self._as,
            )  # type: ignore[call-overload, no-any-return]

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.folder / "log").read_text(encoding="utf-8")) from error
                time.sleep(0.05)


def _remove_left_overs() -> None:
    """A run that was killed ends its server but cannot remove the folder; the next run does, an hour later."""
    for folder in Path("/tmp").glob("lotsen-pg-*"):
        with suppress(OSError, ValueError, IndexError):
            note = folder / "data" / "postmaster.pid"
            runs = note.exists() and Path("/proc", note.read_text(encoding="ascii").split()[0]).exists()
            if not runs and time.time() - folder.stat().st_mtime > 3600:
                shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _end_with_parent() -> None:
    """Have the kernel end the server when the tests are killed (Linux)."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT, 0, 0, 0)
