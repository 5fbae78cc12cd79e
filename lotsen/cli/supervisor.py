"""One parent, two children: the web server and the scheduler. Both end with the parent, however it ends."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lotsen.core.process import end_with_parent

log = logging.getLogger(__name__)

GRACE_SECONDS = 15.0
LOOK_EVERY = 0.1
TOO_MANY_DEATHS = 4
WITHIN_SECONDS = 60.0
WEB = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "lotsen:create_app()"]


@dataclass
class Child:
    """A process that is started anew when it dies, unless it dies again and again."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start in a session of its own: Ctrl-C reaches the parent only, which then ends the children in order."""
        parent = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603 # nosec B603 - our own commands
            self.command,
            env=dict(self.environment),
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(parent),
        )

    def died(self) -> bool:
        """Whether it ended; what it left behind in its session is ended too."""
        if self.process is None or self.process.poll() is None:
            return False
        log.error("%s ended with status %s", self.name, self.process.returncode)
        self.signal_session(signal.SIGKILL)
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < WITHIN_SECONDS] + [now]
        return True

    def signal_session(self, number: int) -> None:
        """Send a signal to the process and all it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return  # nobody is left


class Supervisor:
    """Starts the children, watches them, ends them."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self._told = threading.Event()
        self._signals = 0

    def run(self, is_up: Callable[[], bool], when_up: Callable[[], None]) -> int:
        """Watch until a signal comes (status 0) or a child keeps dying (status 1)."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        announced = False
        try:
            for child in self.children:
                child.start()
            while not self._told.wait(LOOK_EVERY):
                if not announced and is_up():
                    announced = True
                    when_up()
                if not self._restart_the_dead():
                    return 1
            return 0
        finally:
            self._end_all()

    def _stop(self, *_: object) -> None:
        self._signals += 1
        self._told.set()

    def _restart_the_dead(self) -> bool:
        for child in self.children:
            if child.died():
                if len(child.deaths) >= TOO_MANY_DEATHS:
                    log.error("%s died %d times within a minute; giving up", child.name, len(child.deaths))
                    return False
                self._told.wait(len(child.deaths) - 0.5)
                if not self._told.is_set():
                    child.start()
        return True

    def _end_all(self) -> None:
        """Ask politely, wait, then insist; a second signal insists at once."""
        running = [c for c in self.children if c.process is not None]
        for child in running:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while any(c.process is not None and c.process.poll() is None for c in running):
            if time.monotonic() > deadline or self._signals > 1:
                break
            time.sleep(LOOK_EVERY / 2)
        for child in running:
            child.signal_session(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def children(host: str, port: int) -> list[Child]:
    """The web server and the scheduler of this installation."""
    environment = {**os.environ, "HOST": host, "PORT": str(port)}
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")  # many small matrices: threads only get into each other's way
    return [
        Child("web", WEB, environment),
        Child("scheduler", [sys.executable, "-m", "lotsen", "scheduler"], environment),
    ]


def answers(url: str) -> bool:
    """Whether ``/healthz`` says that web and database answer."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as response:  # noqa: S310 # nosec B310 - our own http address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
