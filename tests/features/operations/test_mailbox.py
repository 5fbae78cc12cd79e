"""A mail that came back is found in a real mailbox, and so is a person's answer."""

import imaplib
import subprocess
import sys
import time as wall
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from shutil import which

import pytest
from flask import Flask

from lotsen.core.extensions import db
from lotsen.outbox import queries, service
from lotsen.outbox.jobs import deliver
from lotsen.outbox.jobs import mailbox as job
from lotsen.outbox.mailbox import Kind, MailboxUnreachable, recognise
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from tests import factories
from tests.page import PageClient
from tests.smtp_sink import Sink, free_port

OPENSSL = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"


class Postbox:
    """A real IMAP server (pymap) with one mailbox, speaking TLS."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.certificate = folder / "certificate.pem"
        names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", self.certificate]
        subprocess.run([*OPENSSL.split(), *names], check=True, capture_output=True)
        program = Path(sys.executable).with_name("pymap")
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--cert", self.certificate]
        options += ["--key", folder / "key.pem", "dict", "--demo-user", "postfach", "--demo-password", "ge/heim"]
        self.process = subprocess.Popen(
            [program, "--no-service", "managesieve", "--no-service", "admin", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def url(self) -> str:
        """For LOTSEN_IMAP_URL."""
        return f"imap+starttls://postfach:ge%2Fheim@localhost:{self.port}/INBOX"

    def open(self) -> imaplib.IMAP4:
        """As a mail program does it."""
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        imap.starttls()
        imap.login("postfach", "ge/heim")
        return imap

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(200):
            with suppress(OSError):
                return self.open().logout() and None
            wall.sleep(0.05)
        raise RuntimeError("the IMAP server did not start")

    def put(self, *mails: Message) -> None:
        """Mails arrive."""
        imap = self.open()
        for mail in mails:
            imap.append("INBOX", "", imaplib.Time2Internaldate(wall.time()), mail.as_bytes())
        imap.logout()

    def unread(self) -> int:
        """How many mails nobody read."""
        imap = self.open()
        imap.select("INBOX", readonly=True)
        (found,) = imap.search(None, "UNSEEN")[1]
        imap.logout()
        return len(found.split())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postbox]:
    """The server."""
    assert which("openssl"), "apt-get install openssl"
    made = Postbox(tmp_path_factory.mktemp("imap"))
    made.wait()
    yield made
    made.process.terminate()
    made.process.wait(10)


@pytest.fixture
def postbox(app: Flask, sink: Sink, server: Postbox, monkeypatch: pytest.MonkeyPatch) -> Postbox:
    """The programme's mailbox; its certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    app.config["LOTSEN"] = replace(app.config["LOTSEN"], imap_url=server.url)
    job._unreachable_since.clear()
    return server


def report(about: str, *, action: str = "failed", headers_only: bool = False) -> Message:
    """A delivery report as mail servers write it (RFC 3464)."""
    mail = MIMEMultipart("report", report_type="delivery-status")
    mail["From"], mail["Subject"] = "MAILER-DAEMON@mail.example", "Undelivered Mail Returned to Sender"
    mail.attach(MIMEText("Ihre Nachricht konnte nicht zugestellt werden.", _charset="utf-8"))
    status = MIMEBase("message", "delivery-status")
    block = Message()
    block["Final-Recipient"], block["Action"], block["Status"] = "rfc822; weg@example.org", action, "5.1.1"
    status.set_payload([Message(), block])
    mail.attach(status)
    returned = Message()
    returned["Message-ID"], returned["Subject"] = about, "Eine Nachricht"
    if headers_only:
        part = MIMEBase("text", "rfc822-headers")
        part.set_payload(returned.as_string())
    else:
        part = MIMEBase("message", "rfc822")
        part.set_payload([returned])
    mail.attach(part)
    return mail


def reply(about: str, **headers: str) -> Message:
    """An answer of a person."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["In-Reply-To"] = "Opa <opa@example.org>", "Re: Eine Nachricht", about
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Ja, gern! Aber erst im Januar.")
    return mail


def test_what_a_mail_is() -> None:
    ours = "<1@example.org>"
    assert recognise(report(ours)) == (Kind.BOUNCE, (ours,))
    assert recognise(report(ours, headers_only=True)) == (Kind.BOUNCE, (ours,))
    assert recognise(report(ours, action="delayed")) == (Kind.OTHER, ())
    assert recognise(report(ours, action="delivered")) == (Kind.OTHER, ())
    assert recognise(reply(ours)) == (Kind.REPLY, (ours,))
    assert recognise(reply(ours, Auto_Submitted="auto-replied")) == (Kind.OTHER, ())
    assert recognise(reply(ours, Precedence="bulk")) == (Kind.OTHER, ())
    assert recognise(EmailMessage()) == (Kind.OTHER, ())
    broken = Message()
    broken["Content-Type"] = 'multipart/report; boundary="x"; report-type=delivery-status'
    broken.set_payload("\udcff no parts")
    assert recognise(broken) == (Kind.OTHER, ())


def test_what_came_back_stops_the_clock_and_what_was_answered_becomes_a_task(
    app: Flask, postbox: Postbox, enqueue: Callable[..., OutboxMessage], at: datetime, as_coordinator: PageClient
) -> None:
    lost = enqueue(factories.user(name="Umgezogen"))
    answered = enqueue(factories.user(name="Opa Schröder"), subject="[2026-0017] Haben Sie Zeit?")
    deliver(at)
    told: list[int] = []
    holiday = reply(answered.message_id, Auto_Submitted="auto-replied")
    reports = [report(about) for about in ("<stranger@example.net>", lost.message_id, lost.message_id)]
    postbox.put(*reports, reply(answered.message_id), holiday)
    before = postbox.unread()

    def tell(message: OutboxMessage, at: datetime) -> None:
        told.append(message.id)

    with service.undeliverable.connected_to(tell):
        assert job.read(at) == 2
        assert job.read(at) == 0, "every mail is looked at once"
    assert told == [lost.id]
    assert postbox.unread() == before - 1, "the report is read; what people wrote stays unread, for people"
    db.session.rollback()
    assert db.session.get_one(OutboxMessage, lost.id, populate_existing=True).state is State.FAILED
    with app.test_request_context():
        titles = [task.title for task in queries.tasks(at)]
    assert "Antwort per Mail von Opa Schröder" in titles
    page = as_coordinator.get_path(f"/postausgang/{answered.id}")
    assert "Zum Vorgang 2026-0017" in page.text and "im Januar" not in page.html
    page.submit("Gelesen und eingetragen")
    with app.test_request_context():
        assert [task.kind for task in queries.tasks(at)] == ["outbox.failed"]
    postbox.put(reply(answered.message_id))
    assert job.read(at.replace(year=2027)) == 1, "a second answer is a second task"


def test_a_mailbox_that_does_not_answer_is_waited_for_before_it_is_a_failure(
    app: Flask, postbox: Postbox, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = postbox.url.replace("ge%2Fheim", "wrong")
    app.config["LOTSEN"] = replace(app.config["LOTSEN"], imap_url=wrong)
    assert job.read(at) == 0
    job._unreachable_since[0] -= job.PATIENCE
    with pytest.raises(MailboxUnreachable):
        job.read(at)
    app.config["LOTSEN"] = replace(app.config["LOTSEN"], imap_url=postbox.url)
    monkeypatch.delenv("SSL_CERT_FILE")
    job._unreachable_since.clear()
    assert job.read(at) == 0 and job._unreachable_since, "a certificate nobody knows is not trusted"


def test_without_a_mailbox_nothing_is_read(app: Flask, at: datetime) -> None:
    assert job.read(at) == 0
