"""Being a process among processes: ending when told to, and never outliving the parent."""

import ctypes
import fcntl
import os
import signal
import sys
import threading
from pathlib import Path

stopping = threading.Event()  # set by SIGTERM and SIGINT: long jobs look at it between two rows

_PR_SET_PDEATHSIG = 1


def stop_when_told() -> None:
    """Let SIGTERM and SIGINT set ``stopping`` instead of breaking off in the middle of something."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent dies, even by SIGKILL (Linux; elsewhere nothing happens)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel was asked
        os.kill(os.getpid(), signal.SIGTERM)


class AlreadyRunning(Exception):
    """Web server or scheduler run, or somebody else restores a backup."""


class Running:
    """A note of the kernel that this installation runs: a file lock, gone with the last process that holds it."""

    def __init__(self, instance: str | Path) -> None:
        Path(instance).mkdir(parents=True, exist_ok=True)
        self._file = os.open(Path(instance) / "running.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def begin(self) -> None:
        """Run, beside others who do.

        Raises
        ------
        AlreadyRunning
            A backup is being restored.
        """
        self._lock(fcntl.LOCK_SH)

    def be_alone(self) -> None:
        """Be the only one until the end of this process or `close`.

        Raises
        ------
        AlreadyRunning
            Somebody runs.
        """
        self._lock(fcntl.LOCK_EX)

    def close(self) -> None:
        """Let others run."""
        os.close(self._file)

    def _lock(self, kind: int) -> None:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning from error
