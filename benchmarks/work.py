"""What takes longer than a page: writing, logging in, an export, the outbox, a tick with 1,000 due rows, the start."""

import multiprocessing
import re
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import insert, select, update

from benchmarks.measuring import Budget, line, times
from benchmarks.served import Browser
from lotsen.accounts.models import User, UserRole
from lotsen.accounts.service import passwords, sessions
from lotsen.audit.models import AuditEvent
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.jobs import run_due
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.outbox import service as outbox
from lotsen.outbox.jobs import deliver
from lotsen.outbox.service import Mail

PASSWORD = "ein langes Wort 1"
MAILS, ROWS, EXPORTED = 1000, 1000, 5000
numbers = count(1)


def main(app: Flask) -> None:
    """Measure and print."""
    with app.app_context():
        people = _people(40)
    log_in = times(lambda: _log_in(app, people), 30)
    line("log-in (form and password)", log_in, Budget(40, 80))
    print(f"log-ins a second and core: {1000 / log_in.cpu:.0f}, p95 {log_in.p95:.0f} ms")
    _export(app)
    _outbox(app)
    _tick(app)
    _start(app)


def _token(html: bytes) -> dict[str, str]:
    return {name: value for name, value in re.findall(r'name="([^"]*csrf_token)"[^>]*value="([^"]+)"', html.decode())}


_kept: dict[Browser, dict[str, str]] = {}


def note(browser: Browser, pilot_id: int) -> None:
    """Write a note about a pilot; the form is fetched once."""
    path = f"/notizen/pilot/{pilot_id}"
    token = _kept.get(browser) or _kept.setdefault(browser, _token(browser.get(path)))
    fields = {"kind": "note", "notiz-again": "never", "notiz-text": f"Notiz {next(numbers)}"}
    browser.post(path, {**token, **fields})


def _people(many: int) -> list[str]:
    """Accounts with a password."""
    found = db.session.scalars(select(User).order_by(User.id).limit(many)).all()
    hashed = passwords.hashed(PASSWORD)
    with transaction():
        db.session.execute(update(User).where(User.id.in_([row.id for row in found])).values(password_hash=hashed))
    return [row.email or "" for row in found]


def _log_in(app: Flask, people: list[str]) -> None:
    email = people[next(numbers) % len(people)]
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"10.0.{next(numbers) % 250}.{next(numbers) % 250}"
    token = _token(client.get("/anmelden").data)
    answer = client.post("/anmelden", data={**token, "email": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.status_code


def _export(app: Flask) -> None:
    """5,000 rows of the log, read as the administrator's file is."""
    with app.test_request_context():
        at = clock.now()
        values = {"at": at, "action": "bench.row", "entity": "bench", "details": {}}
        values |= {"before": "", "after": "", "reason": ""}
        with transaction():
            db.session.execute(insert(AuditEvent), [{**values, "entity_id": n} for n in range(EXPORTED)])
        with transaction():
            person = db.session.scalars(select(User).order_by(User.id).limit(1)).one()
            db.session.add(UserRole(user_id=person.id, role="administrator", granted_at=at))
            token = sessions.start(person)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    start = time.perf_counter()
    answer = client.get("/verwaltung/protokoll.csv")
    how = "streamed" if answer.is_streamed else "in one piece"  # asked before ``data``, which gathers it
    size, seconds = len(answer.data), time.perf_counter() - start
    rows = answer.data.count(b"\n")
    print(f"export of {rows} rows: {1000 * seconds:.0f} ms, {size / 1024:.0f} KiB, {how} (budget 300 ms)")


def _sink(port: Any) -> None:
    class Taking:
        async def handle_DATA(self, *_: Any) -> str:  # noqa: N802
            return "250 OK"

    controller = Controller(Taking(), hostname="127.0.0.1", port=port.value)
    controller.start()
    while True:
        time.sleep(60)


def _mail(number: int) -> Mail:
    return Mail("bench.mail", f"Nachricht {number}", ("Ein Absatz.", "Noch einer."))


def _outbox(app: Flask) -> None:
    """1,000 mails to a server in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    port = multiprocessing.get_context("spawn").Value("i", number)
    sink = multiprocessing.get_context("spawn").Process(target=_sink, args=(port,), daemon=True)
    sink.start()
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                break
        time.sleep(0.1)
    before = app.config["LOTSEN"]
    app.config["LOTSEN"] = replace(before, mail_url=f"smtp://127.0.0.1:{number}", mode="production")
    with app.app_context():
        at = clock.real_now()
        with transaction():
            person = db.session.scalars(select(User).order_by(User.id).limit(1)).one()
            for n in range(MAILS):
                outbox.enqueue(_mail, n, to=person, about=person, step="bench", at=at, at_once=True, nonce=str(n))
        start = time.perf_counter()
        sent = deliver(at)
        seconds = time.perf_counter() - start
        commit = _commit(person.id)
    app.config["LOTSEN"] = before
    sink.terminate()
    most = f"a commit alone takes {1000 * commit:.1f} ms on this disk: {1 / commit:.0f} a second at most"
    print(f"outbox: {sent} mails in {seconds:.1f} s, {sent / seconds:.0f} a second (budget 300; {most})")


def _commit(user_id: int) -> float:
    """Seconds for a transaction that writes one row: every mail needs one, and the disk says when it is kept."""

    def write() -> None:
        with transaction(guarded=True):
            db.session.execute(update(User).where(User.id == user_id).values(phone=f"0{next(numbers)}"))

    return times(write, 100).p50 / 1000


def _tick(app: Flask) -> None:
    """1,000 open requests whose contact persons are told how it stands: a mail each."""
    with app.app_context():
        at = clock.now()
        open_ids = select(HelpRequest.id).where(HelpRequest.state == State.OPEN).limit(ROWS)
        with transaction():
            db.session.execute(
                update(HelpRequest)
                .where(HelpRequest.id.in_(open_ids))
                .values(due_at=at - timedelta(minutes=1), due_step="tell")
                .execution_options(synchronize_session=False)
            )
        start, used = time.perf_counter(), time.process_time()
        done = run_due(at)
        seconds, cpu = time.perf_counter() - start, time.process_time() - used
    print(f"tick with {done} due rows: {seconds:.1f} s, {1000 * seconds / max(1, done):.1f} ms a row (CPU {cpu:.1f} s)")


def _start(app: Flask) -> None:
    """How long a web process takes before it serves."""
    code = "import lotsen; lotsen.create_app(); print(open('/proc/self/status').read())"
    environment = {
        "LOTSEN_MODE": "test",
        "LOTSEN_INSTANCE": app.instance_path,
        "LOTSEN_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "PATH": "/usr/bin:/bin",
    }
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    memory = int(done.stdout.partition("VmHWM:")[2].split()[0]) / 1024  # ru_maxrss would be this process's own
    print(f"start of the web process: {seconds:.1f} s (budget 3), {memory:.0f} MiB (budget 200)")
