"""Several appointments, and what calendars are told of them."""

from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

import pytest
from icalendar import Calendar

from lotsen.core.clock import TZ, at_local, local_date
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.engagements import queries, service
from lotsen.engagements.rules import Side, State
from lotsen.outbox.transport import build

from .scene import case_in, do, link_of, mail_of, mails


def event_of(text):
    cal = Calendar.from_ical(text)
    return cal, cal.walk("VEVENT")[0]


def appoint(case, at, *, days=3, **values):
    return do(service.appoint, case, at + timedelta(days=days), "Vereinsheim", at=at, **values)


def test_the_next_of_several_appointments_stands_on_the_engagement(app, time):
    case = case_in(State.AGREED)
    late = appoint(case, time.at, days=9)
    early = appoint(case, time.at, days=3)
    assert case.state is State.FIRST_CONTACT and case.meeting_at == early.starts_at
    do(service.call_off, early, by=case.pilot.user, at=time.at)
    assert case.meeting_at == late.starts_at and case.due_step == "ask_how_it_was"
    do(service.call_off, late, by=case.pilot.user, at=time.at)
    assert case.meeting_at is None and case.due_step == "ask_again"


def test_the_same_appointment_entered_twice_is_kept_once(app, time):
    case = case_in(State.AGREED)
    assert appoint(case, time.at) is appoint(case, time.at)
    assert len(queries.appointments_of(case.id)) == 1


def test_both_get_an_invitation_when_it_is_wished_and_nobody_else_is_written_to(app, time):
    case = case_in(State.AGREED)
    appoint(case, time.at)
    assert mails() == []
    appoint(case, time.at, days=5, invite=True)
    assert sorted(mails()) == sorted(
        ("engagements.appointment", who) for who in (case.pilot.user_id, case.help_request.contact_id)
    )


def test_an_invitation_says_when_where_and_how_often_it_changed(app, time):
    case = case_in(State.AGREED)
    row = appoint(case, time.at, invite=True)
    cal, event = event_of(mail_of("engagements.appointment").attachment)
    assert cal["method"] == "REQUEST" and event["sequence"] == 0
    assert event["dtstart"].dt == row.starts_at and event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert cal.walk("VTIMEZONE") and event["location"] == "Vereinsheim"
    uid = event["uid"]
    do(service.move_appointment, row, row.starts_at + timedelta(hours=2), "Rathaus", by=case.pilot.user, at=time.at)
    cal, event = event_of(mail_of("engagements.appointment").attachment)
    assert (event["uid"], event["sequence"], event["location"]) == (uid, 1, "Rathaus")
    assert "hat sich geändert" in mail_of("engagements.appointment").text
    do(service.call_off, row, by=case.pilot.user, at=time.at)
    cal, event = event_of(mail_of("engagements.appointment").attachment)
    assert (cal["method"], event["uid"], event["sequence"], event["status"]) == ("CANCEL", uid, 2, "CANCELLED")


def test_the_mail_carries_the_file_with_its_method(app, time):
    case = case_in(State.AGREED)
    appoint(case, time.at, invite=True)
    message = build(mail_of("engagements.appointment"), sender="a@example.org", sender_name="Lotsen", reply_to="")
    (part,) = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST" and part.get_filename() == "termin.ics"
    assert event_of(part.get_payload(decode=True).decode())[1]["summary"].startswith("Digitallotsen: ")


def test_what_people_type_stays_text_in_a_calendar(app, time):
    case = case_in(State.AGREED)
    place = "Halle; Tor 2, links\\rechts\nBEGIN:VALARM"
    do(service.appoint, case, time.at + timedelta(days=2), place, at=time.at)
    text = queries.calendar_file(queries.appointments_of(case.id), at=time.at)
    cal, event = event_of(text)
    assert str(event["location"]) == place and not cal.walk("VALARM")


@pytest.mark.parametrize(
    ("day", "typed", "utc"),
    [
        (date(2027, 3, 28), clock_time(1, 30), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
        (date(2027, 3, 28), clock_time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # 2:30 is not there: 3:30
        (date(2027, 3, 28), clock_time(15, 0), datetime(2027, 3, 28, 13, 0, tzinfo=UTC)),
        (date(2027, 10, 31), clock_time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # the first of the two
        (date(2027, 10, 31), clock_time(3, 30), datetime(2027, 10, 31, 2, 30, tzinfo=UTC)),
        (date(2027, 10, 31), clock_time(15, 0), datetime(2027, 10, 31, 14, 0, tzinfo=UTC)),
    ],
)
def test_in_the_nights_of_the_clock_change_the_calendar_shows_the_same_instant(app, time, day, typed, utc):
    time.set(utc - timedelta(days=20))
    case = case_in(State.AGREED)
    row = do(service.appoint, case, at_local(day, typed), "", at=time.at)
    _cal, event = event_of(queries.calendar_file([row], at=time.at))
    start = event["dtstart"].dt
    assert row.starts_at == utc and start.astimezone(UTC) == utc
    assert event["duration"].dt == timedelta(hours=1)
    assert start.replace(tzinfo=None) == utc.astimezone(TZ).replace(tzinfo=None)


def test_the_question_how_it_was_comes_two_days_after_across_the_clock_change(app, time):
    time.set(datetime(2027, 3, 22, 9, tzinfo=UTC))
    case = case_in(State.AGREED)
    do(service.appoint, case, at_local(date(2027, 3, 25), clock_time(15, 0)), "", at=time.at)
    assert case.due_at == at_local(date(2027, 3, 30), clock_time(8, 0))  # Sunday, then Easter Monday


@pytest.mark.parametrize("days", [-20, 500])
def test_an_appointment_lies_about_now(app, time, days):
    with pytest.raises(InvalidInput):
        appoint(case_in(State.AGREED), time.at, days=days)


def test_both_sides_set_move_and_call_off_an_appointment_by_link(app, time, as_visitor):
    case = case_in(State.AGREED)
    raw = link_of(case, Side.MEMBER, time.at)
    page = as_visitor.get("engagements.by_link", token=raw)
    day = {"termin-day-tag": "1", "termin-day-monat": "12", "termin-day-jahr": "2026", "termin-time": "15:30"}
    page = page.submit("Termin speichern", **day, **{"termin-invite": "y"})
    assert "Dienstag, 1. Dezember 2026, 15:30 Uhr" in page.text
    (row,) = queries.appointments_of(case.id)
    pilot = as_visitor.get("engagements.by_link", token=link_of(case, Side.PILOT, time.at))
    pilot = pilot.submit("Neuen Termin speichern", **{f"termin{row.id}-time": "17"})
    assert "17 Uhr" in pilot.text
    pilot.submit("Dieser Termin fällt aus")
    assert queries.appointments_of(case.id) == []


def test_the_appointments_can_be_downloaded_by_link_and_logged_in(app, time, as_visitor, browser):
    case = case_in(State.AGREED)
    appoint(case, time.at)
    raw = link_of(case, Side.PILOT, time.at)
    for got in (
        as_visitor.get("engagements.calendar_by_link", token=raw),
        browser(case.pilot.user).get("engagements.calendar", engagement_id=case.id),
    ):
        assert got.response.mimetype == "text/calendar"
        assert event_of(got.html)[0]["method"] == "PUBLISH"


def test_an_appointment_of_another_case_is_not_moved(app, time, browser):
    mine, theirs = case_in(State.AGREED), case_in(State.AGREED)
    row = appoint(theirs, time.at)
    verb = f"termin-absagen:{row.id}"
    browser(mine.pilot.user).post("engagements.act", engagement_id=mine.id, verb=verb)
    db.session.expire_all()
    assert row.called_off_at is None


def test_an_appointment_once_past_stays_the_last_one(app, time):
    case = case_in(State.AGREED)
    row = appoint(case, time.at, days=1)
    time.forward(days=2)
    with transaction():
        later = service.appoint(case, time.at + timedelta(days=7), "", by=case.pilot.user, at=time.at)
    assert case.meeting_at == later.starts_at and row.called_off_at is None
    assert case.due_at < later.starts_at  # how the first one was is still asked


def test_the_hours_are_asked_for_the_day_of_the_last_meeting_that_has_none(app, time):
    case = case_in(State.RUNNING)
    today = local_date(time.at)
    assert queries.day_to_enter(case.id, today) == today
    met = local_date(appoint(case, time.at, days=3).starts_at)
    appoint(case, time.at, days=30)
    later = time.forward(days=5)
    assert queries.day_to_enter(case.id, local_date(later)) == met
    do(service.log_hours, case, met, 90, "", by=case.pilot.user, at=later)
    assert queries.day_to_enter(case.id, local_date(later)) == local_date(later)


@pytest.mark.parametrize("side", list(Side))
def test_a_planned_end_is_not_read_once_the_help_has_ended(app, time, as_visitor, as_coordinator, side):
    case = case_in(State.PAUSED, ends_on=date(2027, 1, 2))
    own, words = link_of(case, side, time.at), "2. Januar 2027"
    assert words in as_visitor.get("engagements.by_link", token=own).text
    assert words in as_coordinator.get("engagements.detail", engagement_id=case.id).text
    do(service.done, case, at=time.at)
    assert words not in as_visitor.get("engagements.by_link", token=own).text
    assert words not in as_coordinator.get("engagements.detail", engagement_id=case.id).text
