"""Being a process among processes: ending when told to, and never outliving the parent."""

import ctypes
import os
import signal
import sys
import threading

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
