"""How a mail is built: headers, addresses, a calendar file; and where it goes without a server."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import transport
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State
from lotsen.outbox.transport import build
from tests import factories
from tests.features.outbox.conftest import Enqueue, again
from tests.smtp_sink import Sink


def test_headers_are_those_of_the_standard_library(enqueue: Enqueue, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        enqueue(factories.user(name=name), subject=subject)
        for name in ('Änne "Öz", die Große', "Eva", "")
        for subject in ("kurz", "sehr lang und mit Ümlauten " * 8)
    ]

    def written() -> list[bytes]:
        mails = [build(row, sender="post@stadt.example", sender_name="Stadt Hägen", reply_to="") for row in 2 * rows]
        return [re.sub(rb"=+[0-9]+==", b"(boundary)", bytes(mail)) for mail in mails]

    found = written()
    monkeypatch.setattr(transport.writing, "_POLICY", policy.SMTP)
    assert found == written()
    assert len(set(found)) == len(rows)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Eva\r\nBcc: opfer@example.org"},
        {"name": 'Eva" <boese@example.org>, "x'},
        {"email": "eva@example.org\r\nBcc: opfer@example.org"},
        {"email": "kein klammeraffe"},
        {"email": "grün@example.org"},
    ],
)
def test_nothing_typed_becomes_a_header_or_another_recipient(
    sink: Sink, enqueue: Enqueue, at: datetime, values: dict[str, str]
) -> None:
    enqueue(factories.user(**values), subject="Hallo\r\nBcc: opfer@example.org\r\n\r\nText")
    other = enqueue()
    deliver(at)
    assert again(other).state is State.SENT
    for mail in sink.mails:
        assert mail["Bcc"] is None
        assert len(mail["To"].addresses) == 1
        assert mail["To"].addresses[0].domain == "example.org"
        assert "opfer" not in mail["To"].addresses[0].addr_spec and "boese" not in mail["To"].addresses[0].addr_spec


def test_an_appointment_travels_as_a_calendar_file(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    row = enqueue()
    with transaction():
        again_row = db.session.get_one(OutboxMessage, row.id)
        again_row.attachment = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    deliver(at)
    (attachment,) = sink.mails[0].iter_attachments()
    assert attachment.get_filename() == "termin.ics"
    assert "BEGIN:VCALENDAR" in attachment.get_content()


def test_without_a_mail_server_mails_are_files(app: Flask, enqueue: Enqueue, at: datetime) -> None:
    row = enqueue(factories.user(email="datei@example.org"))
    assert deliver(at) == 1
    folder: Path = app.config["LOTSEN"].mail_dir
    name = row.message_id.strip("<>").partition("@")[0]
    mail = message_from_bytes((folder / f"{name}.eml").read_bytes(), policy=policy.default)
    assert mail["To"].addresses[0].addr_spec == "datei@example.org"  # type: ignore[attr-defined]
