"""The web server of a drill, as ``python -m lotsen web`` starts it; its door may stay open, as with systemd."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.smtp_sink import free_port

from .ground import Ground

ROOT = Path(__file__).resolve().parents[2]
SECRET = "drill" * 8


class Web:
    """The web server of a town, on a port of its own; with ``door`` on a socket that outlives it."""

    def __init__(self, at: Ground, *, door: bool = False, mail_url: str = "") -> None:
        self.port = free_port()
        self.door = self._open_door() if door else None
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LOTSEN_")},
            "LOTSEN_MODE": "test",
            "LOTSEN_SECRET": SECRET,
            "LOTSEN_INSTANCE": str(at.folder),
            "LOTSEN_DATABASE_URL": at.url,
            "LOTSEN_MAIL_URL": mail_url,
            "LOTSEN_URL": f"http://127.0.0.1:{self.port}",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self.log = (at.folder / "web.log").open("ab")
        self.start()

    def _open_door(self) -> socket.socket:
        door = socket.create_server(("127.0.0.1", self.port), backlog=512)
        door.set_inheritable(True)
        return door

    def start(self) -> None:
        """Begin to serve, and wait until it answers."""
        door = self.door

        def take_the_door() -> None:
            if door is not None:
                os.dup2(door.fileno(), 3)  # systemd's convention: the first socket is number 3
                os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))

        command = [sys.executable, "-m", "lotsen", "web"]
        if door is not None:  # the id is known only in the child: a shell sets it and becomes the server
            command = ["sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", *command]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            close_fds=False,
            preexec_fn=take_the_door,
        )
        end = time.monotonic() + 180  # a machine may be busy with other things
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                raise RuntimeError(Path(self.log.name).read_text(encoding="utf-8")[-2000:])
            time.sleep(0.05)

    def _answers(self) -> bool:
        with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False

    def stop(self) -> None:
        """End it in order."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def kill_a_worker(self) -> None:
        """Kill one of its workers, which the parent then starts anew."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.stop()
        if self.door is not None:
            self.door.close()
        self.log.close()
