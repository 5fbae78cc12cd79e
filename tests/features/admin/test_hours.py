"""The hours of the programme are the town's: when asks and reminders leave, when the office's morning begins."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.home import jobs as home
from lotsen.municipality import service as municipality
from lotsen.municipality.models import Setting
from lotsen.municipality.queries import calendar, town
from lotsen.outbox.models import OutboxMessage
from lotsen.proposals import service as proposals
from lotsen.scheduler import runner
from lotsen.scheduler.timetable import get_job
from tests import factories
from tests.conftest import Time
from tests.page import PageClient

THURSDAY = date(2026, 11, 26)
HOURS = {"sending_days": ["0", "1"], "sending_from": "9 Uhr", "sending_until": "12.30", "morning_at": "6:45"}


def change(**values: Any) -> None:
    with transaction():
        for name, value in values.items():
            municipality.change(name, value, by=SYSTEM, at=datetime(2026, 11, 24, tzinfo=UTC))


def test_the_administrator_types_the_hours_as_people_write_them(as_administrator: PageClient) -> None:
    page = as_administrator.get("admin.settings", group="ablauf")
    assert page.soup.find(id="morning_at")["value"] == "07:30"
    page.submit("Speichern", **HOURS)
    settings = town()
    assert (settings.sending_from, settings.sending_until, settings.morning_at) == ("09:00", "12:30", "06:45")
    assert settings.sending_days == (0, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"sending_until": "8:00"}, "Bitten können nur hinausgehen, wenn „bis“ nach „ab“ liegt."),
        ({"morning_at": "18:00"}, "„Bis“ muss nach der E-Mail am Morgen liegen."),
        ({"morning_at": "halb acht"}, "Geben Sie die Uhrzeit so ein: 15:30."),
        ({"sending_from": ""}, "Geben Sie die Uhrzeit so ein: 15:30."),
        ({"sending_days": []}, "Wählen Sie mindestens einen Tag."),
    ],
)
def test_hours_in_which_nothing_could_leave_are_refused_beside_their_field(
    as_administrator: PageClient, typed: dict[str, Any], said: str
) -> None:
    told = as_administrator.get("admin.settings", group="ablauf").submit("Speichern", **typed)
    assert any(said in error for error in told.errors)
    db.session.rollback()
    assert (town().sending_from, town().sending_until, town().morning_at) == ("08:00", "18:00", "07:30")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sending_from", "18:00"),
        ("sending_until", "07:30"),
        ("morning_at", "7 Uhr"),
        ("morning_at", "25:00"),
        ("sending_days", []),
        ("office_days", [5]),
    ],
)
def test_the_command_line_refuses_them_too(app: Flask, name: str, value: Any) -> None:
    with pytest.raises(InvalidInput):
        change(**{name: value})


def test_both_ends_move_together_past_where_they_stood(as_administrator: PageClient) -> None:
    page = as_administrator.get("admin.settings", group="ablauf")
    page.submit("Speichern", sending_from="19:00", sending_until="21:00")
    assert (town().sending_from, town().sending_until) == ("19:00", "21:00")


@pytest.mark.parametrize(
    ("own", "leaves"),
    [
        ({}, datetime(2026, 11, 26, 7, 5, tzinfo=UTC)),
        ({"sending_from": "09:30"}, datetime(2026, 11, 26, 8, 30, tzinfo=UTC)),
        ({"sending_days": [0, 1]}, datetime(2026, 11, 30, 7, 0, tzinfo=UTC)),
        ({"sending_from": "07:00", "sending_until": "08:00"}, datetime(2026, 11, 27, 6, 0, tzinfo=UTC)),
    ],
)
def test_an_ask_leaves_on_the_days_and_in_the_hours_that_the_town_set(
    app: Flask, time: Time, coordinator: Any, own: dict[str, Any], leaves: datetime
) -> None:
    change(**own)
    time.set(datetime(2026, 11, 26, 6, 55, tzinfo=UTC))  # five to eight; it is held for ten minutes
    request = factories.help_request()
    with transaction():
        proposals.approve_ladder(request, [factories.proposal(of=request)], by=coordinator, at=time.at)
    ask = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask")).one()
    assert ask.due_at == leaves


def test_the_running_scheduler_reads_a_changed_morning_at_its_next_look(app: Flask, time: Time) -> None:
    job = get_job(home.NAME)
    time.set(datetime(2026, 11, 26, 5, 0, tzinfo=UTC))
    assert runner.next_due(app, job) == datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
    change(morning_at="06:45")
    assert runner.next_due(app, job) == datetime(2026, 11, 26, 5, 45, tzinfo=UTC)
    runner.run(app, job, time.set(datetime(2026, 11, 26, 5, 45, tzinfo=UTC)))
    change(morning_at="09:00")
    assert runner.next_due(app, job) == datetime(2026, 11, 27, 8, 0, tzinfo=UTC), "once a day"


def test_a_morning_made_up_for_in_the_evening_wakes_nobody(app: Flask, time: Time, coordinator: Any) -> None:
    factories.help_request()
    change(sending_until="12:00")
    home.morning(time.set(datetime(2026, 11, 26, 17, 30, tzinfo=UTC)))
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_hours_kept_on_another_way_stop_nothing(app: Flask, time: Time) -> None:
    with transaction():
        for name, value in (("sending_from", "19:00"), ("morning_at", "halb acht")):
            db.session.add(Setting(name=name, value=value, version=1, changed_at=time.at))
    with app.app_context():
        assert town().morning_at == "07:30"
        evening = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
        assert calendar().send_time(datetime(2026, 11, 26, 9, 0, tzinfo=UTC)) == evening
        assert calendar().next_office_day(THURSDAY) == date(2026, 12, 1)
