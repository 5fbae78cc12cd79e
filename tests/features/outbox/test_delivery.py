"""What becomes of a mail: handed over, tried again, given up; always told to whom it concerns."""

import socket
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from lotsen.core.access import SYSTEM
from lotsen.core.db import is_postgresql, transaction
from lotsen.core.extensions import db
from lotsen.outbox import queries, service, transport
from lotsen.outbox.jobs import deliver, leases, next_due
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import MAX_TRIES, State
from tests import factories
from tests.features.outbox.conftest import Enqueue, again, listening
from tests.smtp_sink import Sink


def test_a_mail_arrives_as_text_and_html_with_its_fixed_message_id(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    person = factories.user(name="Ärna Ößter", email="aerna@example.org")
    row = enqueue(person, subject="[2026-0017] Wer hilft – und wann?")
    assert deliver(at) == 1
    (mail,) = sink.to("aerna@example.org")
    row = again(row)
    assert mail["Message-ID"] == row.message_id
    assert mail["Subject"] == "[2026-0017] Wer hilft – und wann?"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "digitallotsen@stadthagen.example"
    assert "Digitallotsen Stadthagen" in mail["From"]
    assert "Ärna Ößter" in mail["To"]
    assert parsedate_to_datetime(mail["Date"]) == at
    assert mail.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "mit Umlaut: ä" in text and "https://x.example/l/1" in text
    assert "<html" in html and "https://x.example/l/1" in html
    assert (row.state, row.sent_at) == (State.SENT, at)


def test_the_body_is_erased_after_sending_but_stays_readable_in_the_demo_town(
    app: Flask, sink: Sink, enqueue: Enqueue, at: datetime
) -> None:
    real = enqueue()
    deliver(at)
    assert (again(real).text, again(real).html) == ("", "")
    app.config["LOTSEN"] = replace(app.config["LOTSEN"], mode="demo")
    demo = enqueue()
    deliver(at)
    assert "mit Umlaut" in again(demo).text
    assert len(sink.mails) == 2


def test_a_server_that_drips_holds_nobody_longer_than_the_lease(
    enqueue: Enqueue, at: datetime, sink: Sink, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]

    def drip(door: socket.socket) -> None:
        client, _address = door.accept()
        with client, suppress(OSError):  # whoever waits in vain hangs up
            client.sendall(b"220 here\r\n")
            client.recv(100)
            for _ in range(7):
                clock[0] += 10  # seconds, each answer being quick enough
                client.sendall(b"250-and another thing\r\n")
            while client.recv(100):
                pass

    row = enqueue()
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings = replace(app.config["LOTSEN"], mail_url=f"smtp://127.0.0.1:{door.getsockname()[1]}")
        monkeypatch.setitem(app.config, "LOTSEN", settings)
        for module in (transport.ways, transport.connecting):
            monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
        server = threading.Thread(target=drip, args=(door,))
        server.start()
        assert deliver(at) == 0
        server.join()
    row = again(row)
    assert (row.state, row.tries) == (State.WAITING, 1) and "took too long" in row.error


def test_a_server_that_says_later_gets_the_same_mail_later(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    row = enqueue()
    sink.answers.append("451 4.7.1 greylisted, come back later")
    assert deliver(at) == 0
    row = again(row)
    assert (row.state, row.tries, row.lease_token) == (State.WAITING, 1, "")
    assert "451" in row.error
    assert timedelta(seconds=30) <= row.due_at - at <= timedelta(seconds=90)
    assert deliver(at) == 0, "not before the pause is over"
    assert deliver(row.due_at) == 1
    assert sink.message_ids == {row.message_id: 1}


def test_an_unknown_mailbox_is_told_to_the_feature_and_the_coordinator_and_stops_nobody_else(
    sink: Sink, enqueue: Enqueue, at: datetime, app: Flask
) -> None:
    sink.unknown.add("weg@example.org")
    lost, kept = enqueue(factories.user(name="Weg", email="weg@example.org")), enqueue()
    told: list[int] = []
    with listening(service.undeliverable, lambda message, _: told.append(message.id)):
        assert deliver(at) == 1
    assert told == [lost.id]
    assert again(kept).state is State.SENT
    lost = again(lost)
    assert lost.state is State.FAILED and "550" in lost.error and lost.text
    with app.test_request_context():
        (task,) = queries.tasks(at)
    assert task.urgent and "Weg" in task.title


def test_a_failed_mail_can_be_sent_again(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    sink.unknown.add("weg@example.org")
    row = enqueue(factories.user(email="weg@example.org"))
    deliver(at)
    sink.unknown.clear()
    with transaction():
        service.send_again(again(row), by=SYSTEM, at=at)
    assert deliver(at) == 1
    assert sink.message_ids == {row.message_id: 1}


def test_while_the_server_is_gone_every_mail_waits_and_then_arrives(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    rows = [enqueue() for _ in range(3)]
    sink.stop()
    assert deliver(at) == 0
    rows = [again(row) for row in rows]
    assert [(r.state, r.tries, r.lease_token) for r in rows] == [(State.WAITING, 1, "")] * 3
    sink.start()
    assert deliver(at + timedelta(minutes=2)) == 3
    assert sorted(sink.message_ids.values()) == [1, 1, 1]


def test_after_twelve_tries_a_mail_counts_as_refused(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    row = enqueue()
    sink.answers.extend(["450 4.2.1 busy"] * MAX_TRIES)
    told: list[int] = []
    with listening(service.undeliverable, lambda message, _: told.append(message.id)):
        for _ in range(MAX_TRIES):
            assert told == []
            deliver(again(row).due_at)
    assert told == [row.id]
    assert (again(row).state, again(row).tries) == (State.FAILED, MAX_TRIES)


def test_one_connection_serves_many_mails_and_a_new_one_is_made_after_an_error(
    sink: Sink, enqueue: Enqueue, at: datetime
) -> None:
    for _ in range(4):
        enqueue()
    assert deliver(at) == 4
    assert sink.greetings == 1
    sink.answers.append("451 4.3.0 oops")
    for _ in range(3):
        enqueue()
    assert deliver(at) == 2
    assert sink.greetings == 3


def test_a_mail_costs_one_commit_and_few_statements(
    app: Flask, sink: Sink, enqueue: Enqueue, at: datetime, statements: list[str]
) -> None:
    """It says that the mail is sent and renews the lease on the next; 300 mails a second leave 3 ms for each."""
    commits: list[object] = []

    def note(connection: object) -> None:
        commits.append(connection)

    event.listen(db.engine, "commit", note)
    costs = []
    for many in (2, 12):
        for _ in range(many):
            enqueue()
        statements.clear()
        commits.clear()
        assert deliver(at) == many
        costs.append((len(statements), len(commits)))
    event.remove(db.engine, "commit", note)
    (few, few_commits), (more, more_commits) = costs
    assert (more_commits - few_commits) / 10 == 1
    assert (more - few) / 10 <= 5, [words[:60] for words in statements[-12:]]


def test_who_holds_sending_while_a_mail_is_on_its_way_stops_the_next(
    sink: Sink, enqueue: Enqueue, at: datetime
) -> None:
    rows = [enqueue(), enqueue()]

    def hold() -> None:
        service.hold(by=SYSTEM, at=at)

    with listening(service.delivered, lambda *_: hold()):
        assert deliver(at) == 1
    assert [again(row).state for row in rows] == [State.SENT, State.WAITING]
    assert again(rows[1]).lease_token == ""


def test_what_fails_on_the_next_mail_is_not_said_of_this_one(
    sink: Sink, enqueue: Enqueue, at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rows, renew, calls = [enqueue(), enqueue()], leases.renew, []

    def once(row_id: int, token: str) -> Any:
        calls.append(row_id)
        if len(calls) == 2:
            raise RuntimeError("the row of the next")
        return renew(row_id, token)

    monkeypatch.setattr(leases, "renew", once)
    assert deliver(at) == 2
    assert [again(row).state for row in rows] == [State.SENT, State.SENT]
    assert "its lease was not renewed" in caplog.text and "what follows from" not in caplog.text


def test_what_follows_from_a_delivery_is_kept_with_it(sink: Sink, enqueue: Enqueue, at: datetime) -> None:
    person = factories.user(name="Vorher")
    row = enqueue(person)

    def rename(message: OutboxMessage, when: datetime) -> None:
        assert message.state is State.SENT
        person.name = f"Nachher {when.isoformat()}"

    with listening(service.delivered, rename):
        deliver(at)
    db.session.expire_all()
    assert person.name == f"Nachher {at.isoformat()}"
    assert again(row).state is State.SENT


def test_when_what_follows_fails_the_mail_is_not_sent_twice_and_the_rest_is_done_later(
    sink: Sink, enqueue: Enqueue, at: datetime
) -> None:
    row = enqueue()
    seen: list[Any] = []

    def stumble(message: OutboxMessage, when: datetime) -> None:
        seen.append(when)
        if len(seen) == 1:
            raise RuntimeError("a mistake in a feature")

    with listening(service.delivered, stumble):
        deliver(at)
        assert again(row).state is State.SENT
        assert next_due() == at + timedelta(minutes=5)
        deliver(at + timedelta(minutes=5))
        deliver(at + timedelta(minutes=30))
    assert seen == [at, at], "told again, with the instant of the delivery, and then no more"
    assert sink.message_ids == {row.message_id: 1}


def test_who_looks_for_due_mails_does_not_read_every_mail_ever_sent(app: Flask) -> None:
    """It is asked every second; tens of thousands of sent mails took a tenth of a second each time."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    next_due()
    event.remove(db.engine, "before_cursor_execute", note)
    statement, values = asked[-1]
    connection = db.session.connection()
    if is_postgresql():  # whose planner reads a table of no rows as a whole
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN " if is_postgresql() else "EXPLAIN QUERY PLAN "
    plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, values))
    assert "ix_outbox_messages_state_due_at" in plan and "ix_outbox_messages_lease_token" in plan, plan
