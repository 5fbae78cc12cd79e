"""What is out of order is noticed, told once, and told again when it is over - also when the scheduler is dead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from lotsen import create_app
from lotsen.admin import jobs, service
from lotsen.admin.models import Incident
from lotsen.admin.queries import alarms as measuring
from lotsen.admin.queries.words import JOBS
from lotsen.admin.rules import Alarm, Facts, alarms
from lotsen.core import clock, lease
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun, Lease
from lotsen.outbox import service as service_of_mails
from lotsen.outbox.jobs import deliver
from lotsen.outbox.models import OutboxMessage
from lotsen.scheduler import TIMETABLE, watch
from tests import factories
from tests.conftest import Time
from tests.page import PageClient
from tests.smtp_sink import Sink, free_port

from .conftest import Command

FINE = Facts(
    mail_waits=None,
    sending_held=False,
    scheduler_silent=timedelta(0),
    disk_total=100 * 2**30,
    disk_free=50 * 2**30,
    backup_age=timedelta(hours=12),
    backup_within=timedelta(hours=24),
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, set()),
        ({"mail_waits": timedelta(minutes=10)}, set()),
        ({"mail_waits": timedelta(minutes=10, seconds=1)}, {(Alarm.MAILS, "")}),
        ({"mail_waits": timedelta(hours=1), "sending_held": True}, set()),
        ({"scheduler_silent": timedelta(minutes=2)}, set()),
        ({"scheduler_silent": timedelta(minutes=2, seconds=1)}, {(Alarm.SCHEDULER, "")}),
        ({"scheduler_silent": None}, {(Alarm.SCHEDULER, "")}),
        ({"disk_free": 4 * 2**30}, {(Alarm.DISK, "")}),
        ({"disk_total": 2**30, "disk_free": 400 * 2**20}, {(Alarm.DISK, "")}),
        ({"backup_age": timedelta(hours=24, seconds=1)}, {(Alarm.BACKUP, "")}),
        ({"backup_age": None}, {(Alarm.BACKUP, "")}),
        ({"backup_age": None, "backup_within": None}, set()),
        ({"failed_jobs": ("a", "b")}, {(Alarm.JOB, "a"), (Alarm.JOB, "b")}),
    ],
)
def test_what_is_an_alarm(change: dict[str, Any], found: set[tuple[Alarm, str]]) -> None:
    assert alarms(replace(FINE, **change)) == found


@pytest.fixture
def scheduler_works(app: Flask) -> None:
    """The scheduler holds its lease."""
    with transaction():
        lease.acquire("scheduler", "test", 60)


def silent_for(minutes: float) -> None:
    """The scheduler gave its last sign so long ago."""
    with transaction():
        db.session.merge(Lease(name="scheduler", holder="dead", until=clock.real_now() - timedelta(minutes=minutes)))


def mails(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(OutboxMessage.kind == kind)) or 0


def test_an_incident_is_told_once_and_its_end_once_to_every_administrator(
    app: Flask, at: datetime, scheduler_works: None, browser: Any
) -> None:
    people = [factories.administrator(), factories.administrator(), factories.administrator(active=False)]
    with transaction():
        db.session.add(JobRun(name="outbox.deliver", started_at=at, failed_at=at, error="secret trace", rows=0, runs=1))
    assert [jobs.watch(at + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    assert mails("admin.alarm") == 2
    page = browser(people[0]).get_path("/verwaltung/zustand")
    assert "Eine Aufgabe des Zeitplans bricht ab: E-Mails versenden" in page.text
    assert "bricht ab: E-Mails versenden" in browser(people[0]).get_path("/verwaltung").text
    assert "secret trace" not in page.html and "outbox.deliver" not in page.html
    with transaction():
        db.session.get_one(JobRun, "outbox.deliver").finished_at = at + timedelta(minutes=3)
    assert [jobs.watch(at + timedelta(minutes=n)) for n in (4, 5)] == [1, 0]
    assert (mails("admin.alarm"), mails("admin.alarm_over")) == (2, 2)
    assert "behoben" in browser(people[0]).get_path("/verwaltung/zustand").text
    with transaction():
        service.note({(Alarm.JOB, "outbox.deliver")}, at=at + timedelta(days=1))
    assert mails("admin.alarm") == 4, "the next one is an incident of its own"


def test_an_incident_that_is_over_before_its_mail_could_leave_is_told_once(app: Flask, at: datetime) -> None:
    factories.administrator()
    for found in ({(Alarm.MAILS, "")}, set()):
        with transaction():
            service.note(found, at=at)
    rows = db.session.execute(select(OutboxMessage.kind, OutboxMessage.state).order_by(OutboxMessage.id)).all()
    assert [(kind, state.value) for kind, state in rows] == [
        ("admin.alarm", "recalled"),
        ("admin.alarm_over", "waiting"),
    ]


def test_two_who_notice_the_same_open_one_incident(app: Flask, at: datetime) -> None:
    factories.administrator()
    with transaction():
        assert service._open(Alarm.DISK, "", at) and not service._open(Alarm.DISK, "", at)
    assert mails("admin.alarm") == 1


def test_a_mail_that_waits_too_long_is_an_incident(
    app: Flask, time: Time, scheduler_works: None, enqueue: Callable[..., OutboxMessage]
) -> None:
    enqueue()
    jobs.watch(time.forward(minutes=9))
    assert db.session.scalars(select(Incident.kind)).all() == []
    jobs.watch(time.forward(minutes=2))
    assert db.session.scalars(select(Incident.kind)).all() == [Alarm.MAILS]


def test_a_mail_server_that_does_not_answer_is_an_incident_though_each_try_puts_the_mail_off(
    app: Flask, time: Time, at: datetime, scheduler_works: None, enqueue: Callable[..., OutboxMessage], monkeypatch: Any
) -> None:
    nobody = replace(app.config["LOTSEN"], mail_url=f"smtp://127.0.0.1:{free_port()}")
    monkeypatch.setitem(app.config, "LOTSEN", nobody)
    row, changed = enqueue(), []
    for _ in range(8):
        assert deliver(time.set(max(time.at, row.due_at))) == 0
        db.session.expire_all()
        changed.append(jobs.watch(time.at))
        if sum(changed) == 1 and changed[-1]:
            noticed = time.at - at
    assert changed == [0, 0, 0, 0, 1, 0, 0, 0], "one incident, however often it is tried"
    assert timedelta(minutes=7) < noticed < timedelta(minutes=23), "about ten minutes, as the pauses fall"


def test_a_dead_scheduler_is_noticed_by_the_web_process_which_sends_the_mail_itself(
    app: Flask, sink: Sink, enqueue: Callable[..., OutboxMessage], at: datetime
) -> None:
    administrator = factories.administrator(email="technik@example.org")
    enqueue()
    silent_for(1.9)
    assert not watch.look(app, "web 1"), "a pause is no alarm"
    silent_for(2.1)
    assert watch.look(app, "web 1")
    assert not watch.look(app, "web 2"), "one of the workers is enough"
    (mail,) = [mail for mail in sink.mails if "Zeitplan" in mail["Subject"]]
    assert "technik@example.org" in mail["To"] and "Der Zeitplan läuft nicht" in mail["Subject"]
    assert administrator.id
    silent_for(-1)
    with transaction():
        db.session.delete(db.session.get_one(Lease, "watch"))
    assert not watch.look(app, "web 1")
    jobs.watch(at)  # the scheduler, which is back
    db.session.rollback()
    ended = select(Incident.closed_at).where(Incident.kind == Alarm.SCHEDULER)
    assert db.session.scalar(ended) is not None


def test_a_timer_notices_it_too_and_fails_while_it_lasts(app: Flask, command: Command, sink: Sink) -> None:
    factories.administrator(email="technik@example.org")
    silent_for(3)
    first = command("check", "--alarm", status=1, mail_url=sink.url)
    assert "1 incident(s) open" in first.output
    command("check", "--alarm", status=1, mail_url=sink.url)
    assert [mail["To"].addresses[0].addr_spec for mail in sink.mails] == ["technik@example.org"]
    silent_for(-1)
    command("check", "--alarm", mail_url=sink.url)
    assert "Behoben" in sink.mails[1]["Subject"]


def test_ready_says_what_is_not(
    app: Flask, as_visitor: PageClient, time: Time, enqueue: Callable[..., OutboxMessage], tmp_path: Any
) -> None:
    def ready() -> tuple[int, dict[str, Any]]:
        answer = as_visitor.client.get("/readyz")
        return answer.status_code, answer.get_json()

    status, found = ready()
    assert (status, found["failing"]) == (503, ["scheduler"])
    silent_for(-1)
    assert ready()[0] == 200
    silent_for(3)
    row = enqueue(factories.user(name="Geheime Person", email="geheim@example.org"))
    time.forward(minutes=20)
    status, found = ready()
    assert (status, found["failing"]) == (503, ["scheduler", "mails"])
    assert found["oldest_due_mail_seconds"] == 1200 and found["scheduler_silent_seconds"] >= 180
    assert "geheim" not in str(found).lower() and row.message_id not in str(found)
    with transaction():
        service_of_mails.hold(by=SYSTEM, at=time.at)
    assert ready()[1]["failing"] == ["scheduler"], "what is held by hand is no failure"
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    status, found = ready()
    assert (status, found["failing"]) == (503, ["migration"]) and found["migration"].startswith("0008, expected")
    broken = create_app(mode="test", instance=str(tmp_path), database_url=f"sqlite:///{tmp_path}/no/such.sqlite")
    answer = broken.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["failing"]) == (503, ["database"])
    empty = create_app(mode="test", instance=str(tmp_path), database_url=f"sqlite:///{tmp_path}/empty.sqlite")
    answer = empty.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["failing"]) == (503, ["migration"])


def test_the_health_page_speaks_plain_words(app: Flask, as_administrator: PageClient, at: datetime) -> None:
    with transaction():
        for job in TIMETABLE:
            db.session.add(JobRun(name=job.name, started_at=at, finished_at=at, rows=0, runs=1))
    page = as_administrator.get_path("/verwaltung/zustand")
    assert "E-Mails versenden" in page.text and "Freier Speicherplatz" in page.text
    assert "Das Impressum ist leer" in page.text and "LOTSEN_" not in page.html
    assert [job.name for job in TIMETABLE if job.name in page.text.split()] == []
    assert measuring.failed_jobs() == ()


def test_every_job_of_the_timetable_has_plain_words() -> None:
    assert [job.name for job in TIMETABLE if job.name not in JOBS] == [], "add words to lotsen/admin/queries/words.py"
