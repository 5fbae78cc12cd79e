"""The real system, started as a person would start it: own folder, own port, a real mail server, a clock to move."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from lotsen import create_app
from lotsen.cli import main
from lotsen.core import clock
from lotsen.core.clock import WorkingCalendar
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from tests.demo_town import FILE
from tests.smtp_sink import Sink, free_port

ROOT = Path(__file__).resolve().parents[2]
BERLIN = ZoneInfo("Europe/Berlin")
PASSWORD = "drei-gruene-Birnen-7"
COORDINATOR = "karin@rathaus.example"
ADMINISTRATOR = "adam@rathaus.example"
PATIENCE = 40.0


def clear_spring(today: date) -> datetime:
    """The second Tuesday of next February, 10 o'clock: an office day, far from Christmas and the summer holidays."""
    first = date(today.year + 1, 2, 8)
    return datetime.combine(first + timedelta(days=(1 - first.weekday()) % 7), datetime.min.time()).replace(hour=10)


class Town:
    """One installation. ``at`` is the local time of its clock, as far as the test has moved it."""

    def __init__(self, *, demo: bool = False) -> None:
        self.demo = demo
        self.folder = Path(tempfile.mkdtemp(prefix="lotsen-journey-"))
        self.sink = Sink()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.calendar = WorkingCalendar()
        self.at = clear_spring(datetime.now(BERLIN).date())
        self._log = (self.folder / "serve.log").open("wb")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Town":
        """Prepare the database, move the clock, serve; the demo town is loaded by ``run`` itself."""
        self.sink.start()
        if not self.demo:
            self.command("migrate")
            for email, name, role in (
                (COORDINATOR, "Karin Koordination", "coordinator"),
                (ADMINISTRATOR, "Adam Verwaltung", "administrator"),
            ):
                self.command("user", "add", email, "--name", name, "--role", role, "--stdin", say=PASSWORD)
            with self.inside(), transaction():
                clock.set_demo_clock(self.at.replace(tzinfo=BERLIN))  # where nobody is, there are no days to play
        command = [sys.executable, "-m", "lotsen", "run" if self.demo else "serve"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=self._log, stderr=self._log, start_new_session=True
        )
        self._wait_until_it_answers(900.0 if self.demo else 120.0)
        return self

    def moves_in(self, loaded: Path, at: datetime) -> None:
        """Take over a town that was loaded at an instant, instead of loading one."""
        shutil.copy(loaded / FILE, self.folder / "lotsen.sqlite")
        with self.inside(), transaction():
            clock.set_demo_clock(at)

    def stop(self) -> None:
        """End what was started, in order."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        self._log.close()
        self.sink.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """Where this town's commands find it; nothing of the machine's own settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LOTSEN_")}
        mine = {
            "LOTSEN_MODE": "demo",
            "LOTSEN_INSTANCE": str(self.folder),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "LOTSEN_WORKERS": "1",
        }
        return {**kept, **mine, "LOTSEN_MAIL_URL": "" if self.demo else self.sink.url}

    def command(self, *words: str, say: str = "") -> str:
        """Run ``python -m lotsen …`` as an operator does, without a new process each time; returns what it says."""
        done = CliRunner().invoke(main, words, env=self.environment, input=say)
        assert done.exit_code == 0, f"{' '.join(words)}: {done.output}"
        return done.output

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Within the town's own app, for what has no page and no command."""
        app = create_app(mode="demo", instance=str(self.folder), url=self.url, mail_url=self.sink.url)
        with app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()

    def go(self, at: datetime) -> None:
        """Move the clock; everything that becomes due until then happens, in its order."""
        self.at = at
        self.command("tick", "--at", at.isoformat())

    def forward(self, **delta: float) -> None:
        """``town.forward(minutes=30)``."""
        self.go(self.at + timedelta(**delta))

    def go_to(self, day: date, hour: int = 10) -> None:
        """Move the clock to an hour of a day."""
        self.go(datetime.combine(day, datetime.min.time()).replace(hour=hour))

    def working_day(self, n: int) -> date:
        """The nth working day from today."""
        return self.calendar.nth_working_day(self.at.date(), n)

    def mails(self, address: str) -> list[EmailMessage]:
        """What arrived for an address."""
        return self.sink.to(address)

    def mail(self, address: str, subject: str) -> EmailMessage:
        """The newest mail to an address with these words in its subject; waits until the scheduler has sent it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for mail in reversed(self.mails(address)):
                if subject in str(mail["Subject"]):
                    return mail
            time.sleep(0.1)
        got = [f"{mail['To']}: {mail['Subject']}" for mail in self.sink.mails]
        raise AssertionError(f"no mail {subject!r} to {address}; there are {got}\n{self.log()}")

    def link(self, address: str, subject: str) -> str:
        """The link in that mail's text."""
        return link_of(self.mail(address, subject), self.url)

    def log(self) -> str:
        """What the processes wrote last."""
        self._log.flush()
        return (self.folder / "serve.log").read_text(errors="replace")[-3000:]

    def _wait_until_it_answers(self, patience: float) -> None:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            assert self._process is not None
            assert self._process.poll() is None, self.log()
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError(f"no answer within {patience:.0f} s\n{self.log()}")


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_of(mail: EmailMessage, base: str) -> str:
    """The one link to the town in a mail's text."""
    found = list(dict.fromkeys(re.findall(rf"{re.escape(base)}/\S+", text_of(mail))))
    assert len(found) == 1, (mail["Subject"], found)
    return found[0]
