"""Whose turn it is. One scheduler works, a second one stays idle, and both wait while a ``tick`` moves the clock.

Two leases by the wall clock: ``scheduler`` is held by whoever works; ``tick`` says that somebody wants to. All of this
only saves work and keeps the demo clock orderly: the jobs themselves are safe side by side.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import OperationalError

from lotsen.core import lease
from lotsen.core.db import transaction

log = logging.getLogger(__name__)

SECONDS = 3.0
WAIT_SECONDS = 90.0


class StillBusy(Exception):
    """The scheduler did not let go of the work in time."""


def holder_name() -> str:
    """A name for this process, unlike any other."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


class Turn:
    """The scheduler's side: may a job start now?"""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.holder = holder_name()
        self._until = 0.0
        self._running = 0
        self._lock = threading.Lock()

    def renew(self) -> None:
        """Take or keep the lease; let go of it when a tick wants it and nothing runs here any more."""
        with self._lock, self.app.app_context(), transaction(guarded=True):
            wanted = lease.is_held("tick")
            if wanted and not self._running:
                lease.release("scheduler", self.holder)
            mine = not (wanted and not self._running) and lease.acquire("scheduler", self.holder, SECONDS)
            self._until = time.monotonic() + SECONDS if mine and not wanted else 0.0

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Whether it is our turn; while inside, nobody else gets it."""
        with self._lock:
            mine = time.monotonic() < self._until
            self._running += mine
        try:
            yield mine
        finally:
            with self._lock:
                self._running -= mine

    def give_up(self) -> None:
        """Let the next scheduler work at once."""
        with self.app.app_context(), transaction(guarded=True):
            lease.release("scheduler", self.holder)


@contextmanager
def exclusive(app: Flask) -> Iterator[None]:
    """The tick's side: work alone, scheduler processes wait meanwhile.

    Raises
    ------
    StillBusy
        After 90 seconds somebody else is still at work.
    """
    holder = holder_name()
    deadline = time.monotonic() + WAIT_SECONDS
    while not _acquire(app, "tick", holder) or not _acquire(app, "scheduler", holder):
        if time.monotonic() > deadline:
            _release(app, holder)
            raise StillBusy
        time.sleep(0.1)
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(app, holder, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        _release(app, holder)


def _keep(app: Flask, holder: str, over: threading.Event) -> None:
    while not over.wait(1.0):
        try:
            _acquire(app, "tick", holder)
            _acquire(app, "scheduler", holder)
        except OperationalError:  # the next second tries again, well within the lease
            log.warning("the lease could not be renewed in time: the database was busy")


def _acquire(app: Flask, name: str, holder: str) -> bool:
    with app.app_context(), transaction(guarded=True):
        return lease.acquire(name, holder, 5 * SECONDS)


def _release(app: Flask, holder: str) -> None:
    with app.app_context(), transaction(guarded=True):
        lease.release("scheduler", holder)
        lease.release("tick", holder)
