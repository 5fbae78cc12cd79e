"""The running system: one parent, web and scheduler below it, and nobody is left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.database import Database
from tests.smtp_sink import free_port

ROOT = Path(__file__).resolve().parents[3]
COMPLAINT = re.compile(r"WARN|ERROR|CRITICAL|Traceback|Warning|Error")


class Running:
    """``python -m lotsen serve`` on a free port with a database of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.port = free_port()
        settings = {name: value for name, value in os.environ.items() if not name.startswith("LOTSEN_")}
        self.environment = {
            **settings,
            "LOTSEN_MODE": "demo",
            "LOTSEN_INSTANCE": str(folder),
            "LOTSEN_DATABASE_URL": database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self.command("migrate")
        self.log = (folder / "log").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lotsen", "serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run another command on the same installation."""
        return subprocess.run(
            [sys.executable, "-m", "lotsen", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def text(self) -> str:
        """What it said so far."""
        self.log.flush()
        return Path(self.log.name).read_text(encoding="utf-8")

    def complaints(self) -> list[str]:
        """Lines that are no plain news."""
        return [line for line in self.text().splitlines() if COMPLAINT.search(line)]

    def health(self) -> int:
        """Status of /healthz, 0 while nobody answers."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            return int(answer.status)
        return 0

    def family(self) -> dict[int, str]:
        """The processes below the parent, with their command lines."""
        found: dict[int, str] = {}
        parents = {self.process.pid}
        for _ in range(3):
            for pid, parent, line in processes():
                if parent in parents:
                    found[pid] = line
            parents |= set(found)
        return found


def processes() -> Iterator[tuple[int, int, str]]:
    """Id, parent and command line of every living process."""
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                yield int(folder.name), int(parent), (folder / "cmdline").read_text().replace("\0", " ")


def eventually(condition, seconds: float = 40.0) -> bool:  # type: ignore[no-untyped-def]
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def alive(pids: set[int]) -> set[int]:
    """Which of these still run."""
    return {pid for pid, _, _ in processes()} & pids


@pytest.fixture
def running(tmp_path: Path, storage: Database) -> Iterator[Running]:
    """The system, up."""
    made = Running(tmp_path, storage.another())
    assert eventually(lambda: made.health() == 200), made.text()
    yield made
    if made.process.poll() is None:
        made.process.terminate()
    made.process.wait(30)
    made.log.close()


def test_sigterm_ends_web_and_scheduler_and_frees_the_port(running: Running) -> None:
    assert eventually(lambda: "Lotsen: http://127.0.0.1" in running.text()), running.text()
    assert running.complaints() == []
    family = running.family()
    assert sum("gunicorn" in line for line in family.values()) >= 2, family
    assert sum("lotsen scheduler" in line for line in family.values()) == 1, family
    busy = running.command("serve")
    assert busy.returncode == 1 and "Cannot listen" in busy.stderr
    assert running.command("tick").returncode == 0, "a tick beside a running scheduler"
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0, running.text()
    assert alive(set(family)) == set()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", running.port))


def test_a_child_that_dies_is_started_anew(running: Running) -> None:
    (scheduler,) = [pid for pid, line in running.family().items() if "lotsen scheduler" in line]
    os.kill(scheduler, signal.SIGKILL)
    assert eventually(
        lambda: any("lotsen scheduler" in line and pid != scheduler for pid, line in running.family().items())
    ), running.text()
    assert running.health() == 200


def test_when_the_parent_is_killed_nobody_is_left_behind(running: Running) -> None:
    family = set(running.family())
    assert len(family) >= 3
    running.process.kill()
    running.process.wait(10)
    assert eventually(lambda: not alive(family)), running.text()
