"""``python -m tests.drills.alarms [sqlite|postgresql] [PART...]``: what an alarm is about, really brought about.

A file system that is nearly full (a small one, mounted in a name space of its own), a backup older than a day, a mail
that nobody takes, a scheduler that was killed. Each must be one incident: on the health page, mailed once when it
begins and once when it is over. Takes about five minutes a database: a scheduler is silent after two.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from flask import Flask

from lotsen import create_app
from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.admin.queries.words import alarm_title
from lotsen.admin.rules import DISK_FREE_BYTES, Alarm
from lotsen.cli import copying
from lotsen.core import lease
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun
from lotsen.outbox.models import OutboxMessage
from tests import factories
from tests.smtp_sink import Sink, free_port

from .ground import Figures, Ground, chosen, ground
from .kills import enqueue
from .schedulers import Scheduler, at_work, until
from .web import ROOT, Web

SEEN, MISSED = "alarms seen, mailed once, and over", "alarms not as they should be"
ADDRESS, OVER = "technik@example.org", "Behoben: "
ROOM, TOO_MUCH = 600 * 2**20, 600 * 2**20 - DISK_FREE_BYTES + 20 * 2**20
PATIENCE = 600.0


def settings(folder: Path, url: str, mail_url: str, **more: str) -> dict[str, str]:
    """The environment of a command on this town."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("LOTSEN_")}
    own = {"MODE": "test", "INSTANCE": str(folder), "DATABASE_URL": url, "MAIL_URL": mail_url} | more
    return known | {f"LOTSEN_{name}": value for name, value in own.items()}


def check(environment: dict[str, str], *command: str) -> int:
    """Run a command (``check --alarm``), as a timer does. Returns its status."""
    words = [sys.executable, "-m", "lotsen", *(command or ("check", "--alarm"))]
    return subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False).returncode


def on_the_page(app: Flask, kind: Alarm) -> bool:
    """Whether an administrator reads the alarm on the health page."""
    client = app.test_client()
    with transaction():
        person = db.session.scalars(db.select(User).where(User.email == ADDRESS)).one()
        token = sessions.start(person, strong=True)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return str(alarm_title(kind, "")) in client.get("/verwaltung/zustand").get_data(as_text=True)


def told(sink: Sink, kind: Alarm, *, over: bool = False) -> int:
    """How many mails told the administrator."""
    title = str(alarm_title(kind, ""))
    found = [str(mail["Subject"]) for mail in sink.to(ADDRESS)]
    return sum(title in subject and subject.startswith(OVER) is over for subject in found)


def judge(figures: Figures, sink: Sink, kind: Alarm, facts: dict[str, bool]) -> None:
    """Count it, and name what is not as it should be. While no mail leaves, only the end can be told."""
    began = told(sink, kind)
    facts["mailed once"] = began == 1 or (kind is Alarm.MAILS and began == 0)
    facts["its end mailed once"] = told(sink, kind, over=True) == 1
    wrong = [name for name, holds in facts.items() if not holds]
    figures.count(MISSED if wrong else SEEN)
    print(f"  {kind.value}: {'NOT ' + ', '.join(wrong) if wrong else ', '.join(facts)}")
    sys.stdout.flush()


def disk(at: Ground, figures: Figures) -> None:
    """In a name space of its own, which root may make, and whoever else where the kernel lets users have one."""
    folder = at.folder / "small"
    folder.mkdir()
    alone = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    inside = [sys.executable, "-m", "tests.drills.alarms", "--inside", str(folder), at.url, at.sink.url]
    done = subprocess.run([*alone, *inside], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"no small file system here: {done.stderr[-1000:]}")
    judge(figures, at.sink, Alarm.DISK, json.loads(done.stdout.splitlines()[-1]))


def inside(folder: Path, url: str, mail_url: str) -> None:
    """Data on a file system of 600 MB: room, then too little, then room again."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)], check=True)
    if url.startswith("sqlite"):
        copying.save(url, folder / "town.sqlite")
        url = f"sqlite:///{folder / 'town.sqlite'}"
    environment = settings(folder, url, mail_url)
    app = create_app(mode="test", instance=str(folder), database_url=url, url="http://localhost", mail_url=mail_url)
    facts = {"quiet before": check(environment) == 0}
    with (folder / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, TOO_MUCH)
    facts["noticed"] = check(environment) == check(environment) == 1
    with app.app_context():
        facts["on the health page"] = on_the_page(app, Alarm.DISK)
    (folder / "ballast").unlink()
    facts["over"] = check(environment) == 0
    print(json.dumps(facts))


def backup(at: Ground, figures: Figures) -> None:
    """A real backup; a day and an hour later there is no other."""
    real = settings(at.folder, at.url, at.sink.url, MODE="production", SECRET="x" * 40, URL="https://lotsen.example")
    facts = {"made": check(real, "backup") == 0, "quiet before": check(real) == 0}
    with transaction():
        made = db.session.get_one(JobRun, "backup")
        assert made.finished_at is not None
        made.finished_at -= timedelta(hours=25)
    facts["noticed"] = check(real) == check(real) == 1
    facts["on the health page"] = on_the_page(at.app, Alarm.BACKUP)
    time.sleep(1)  # its name has seconds
    facts["over"] = check(real, "backup") == 0 and check(real) == 0
    judge(figures, at.sink, Alarm.BACKUP, facts)


def mails(at: Ground, figures: Figures) -> None:
    """A mail has been due for eleven minutes and no server takes it; then there is one again."""
    nobody = settings(at.folder, at.url, f"smtp://127.0.0.1:{free_port()}")
    somebody = settings(at.folder, at.url, at.sink.url)
    facts = {"quiet before": check(somebody) == 0}
    ids = enqueue(factories.user().id, 1)
    with transaction():
        row = db.session.scalars(db.select(OutboxMessage).where(OutboxMessage.message_id.in_(ids))).one()
        row.due_at -= timedelta(minutes=11)
    facts["noticed"] = check(nobody) == 1 and check(somebody) == 1
    facts["on the health page"] = on_the_page(at.app, Alarm.MAILS)
    check(somebody, "outbox", "send", "--once")
    facts["over"] = until(lambda: check(somebody) == 0, 120)
    judge(figures, at.sink, Alarm.MAILS, facts)


def scheduler(at: Ground, figures: Figures) -> None:
    """Killed; the web process notices, mails it by itself, and a new scheduler ends it."""
    with ExitStack() as stack:
        first = stack.enter_context(Scheduler(at))
        assert until(at_work, PATIENCE)
        stack.callback(Web(at, mail_url=at.sink.url).close)
        facts = {"quiet before": not told(at.sink, Alarm.SCHEDULER)}
        first.process.kill()
        first.process.wait()
        facts["noticed"] = until(lambda: told(at.sink, Alarm.SCHEDULER), PATIENCE)
        facts["on the health page"] = on_the_page(at.app, Alarm.SCHEDULER)
        stack.enter_context(Scheduler(at))
        facts["over"] = until(lambda: told(at.sink, Alarm.SCHEDULER, over=True), PATIENCE)
    judge(figures, at.sink, Alarm.SCHEDULER, facts)


PARTS = {"disk": disk, "backup": backup, "mails": mails, "scheduler": scheduler}


def play(at: Ground, figures: Figures) -> None:
    """One after the other; but for the last, somebody holds the scheduler's lease: its silence is no alarm yet."""
    factories.administrator(email=ADDRESS)
    named = [name for name in PARTS if name in sys.argv] or list(PARTS)
    for name in named:
        with transaction():
            if name == "scheduler":
                lease.release("scheduler", "drill")
            else:
                lease.acquire("scheduler", "drill", 3600)
        db.session.remove()
        PARTS[name](at, figures)
        db.session.rollback()


def main() -> int:
    """On each database."""
    failed = 0
    for name in chosen():
        figures = Figures(none=(MISSED,))
        with ground(name) as at:
            play(at, figures)
        failed |= figures.report(f"alarms on {name}")
    return failed


if __name__ == "__main__":
    if "--inside" in sys.argv:
        inside(Path(sys.argv[2]), *sys.argv[3:5])
        sys.exit(0)
    sys.exit(main())
