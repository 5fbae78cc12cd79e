"""Notes, calls and Wiedervorlagen on people, organisations and cases."""

from datetime import date

import pytest
from sqlalchemy import select

from lotsen.audit.queries import events_of
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.notes import service
from lotsen.notes.models import Note
from lotsen.notes.rules import Kind
from tests import factories


def notes():
    return list(db.session.scalars(select(Note).order_by(Note.id)))


def rows():
    """One row of each kind that may be noted about, with its page."""
    case = factories.engagement()
    request = case.help_request
    return {
        "user": ("home.person", {"user_id": request.contact_id}, request.contact_id),
        "pilot": ("pilots.detail", {"pilot_id": case.pilot_id}, case.pilot_id),
        "organisation": ("organisations.detail", {"organisation_id": request.organisation_id}, request.organisation_id),
        "help_request": ("help_requests.detail", {"request_id": request.id}, request.id),
        "engagement": ("engagements.detail", {"engagement_id": case.id}, case.id),
    }


def test_a_note_is_written_and_read_on_every_person_organisation_and_case(app, time, as_coordinator, coordinator):
    for entity, (endpoint, values, row_id) in rows().items():
        page = as_coordinator.get(endpoint, **values)
        page = page.submit("Notieren", **{"notiz-text": f"Ruft lieber abends an ({entity})."})
        assert f"Ruft lieber abends an ({entity})." in page.text and "Karin Koordination" in page.text
        note = notes()[-1]
        assert (note.about_entity, note.about_id, note.kind) == (entity, row_id, Kind.NOTE)
        assert [e.action for e in events_of("note", note.id)] == ["note.written"]


def test_a_call_that_reached_nobody_needs_no_words_but_a_note_does(app, time, as_coordinator):
    pilot = factories.pilot()
    page = as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    assert "angerufen, nicht erreicht" in page.submit("Nicht erreicht").text
    page = page.submit("Erreicht", status=400)
    assert "Schreiben Sie ein, zwei Worte." in page.text
    assert [note.kind for note in notes()] == [Kind.NOT_REACHED]


def test_a_wiedervorlage_becomes_a_task_on_its_day_and_is_done_in_one_tap(app, time, as_coordinator, coordinator):
    request = factories.help_request("running")
    page = as_coordinator.get("help_requests.detail", request_id=request.id)
    page.submit("Nicht erreicht", **{"notiz-text": "Nach dem Vorstand fragen", "notiz-again": "week"})
    assert notes()[0].due_on == date(2026, 12, 1)
    assert "Wiedervorlage" not in as_coordinator.get("home.start").text
    time.forward(days=7)
    start = as_coordinator.get("home.start")
    title = f"Wiedervorlage: {request.organisation_name}"
    assert title in start.text and "Nach dem Vorstand fragen" in start.text
    start = start.submit(f"Erledigt – {title}")
    assert title not in start.text and "erledigt" in start.text
    note = notes()[0]
    assert (note.done_at, note.done_by) == (time.at, coordinator.id)
    assert [e.action for e in events_of("note", note.id)] == ["note.done", "note.written"]


@pytest.mark.parametrize(("again", "day"), [("office", date(2026, 11, 26)), ("month", date(2026, 12, 22))])
def test_the_day_to_look_again_is_chosen_with_one_tap(app, time, as_coordinator, again, day):
    page = as_coordinator.get("organisations.detail", organisation_id=factories.organisation().id)
    page.submit("Notieren", **{"notiz-text": "Nachfragen", "notiz-again": again})
    assert notes()[0].due_on == day


def test_a_day_of_ones_own_is_typed_and_must_not_be_past(app, time, as_coordinator):
    page = as_coordinator.get("pilots.detail", pilot_id=factories.pilot().id)
    values = {"notiz-text": "Im Advent anrufen", "notiz-again": "day"}
    assert "Geben Sie den Tag der Wiedervorlage ein." in page.submit("Notieren", status=400, **values).text
    typed = {"notiz-due_on-tag": "14", "notiz-due_on-monat": "12"}
    page.submit("Notieren", status=400, **values, **typed, **{"notiz-due_on-jahr": "2025"})
    page.submit("Notieren", **values, **typed, **{"notiz-due_on-jahr": "2026"})
    assert [note.due_on for note in notes()] == [date(2026, 12, 14)]


def test_the_service_refuses_a_past_day(app, time, coordinator):
    with pytest.raises(InvalidInput), transaction():
        service.write("user", 1, Kind.NOTE, "x", by=coordinator, at=time.at, due_on=date(2026, 11, 23))


def test_pressed_twice_is_one_note(app, time, as_coordinator):
    page = as_coordinator.get("pilots.detail", pilot_id=factories.pilot().id)
    for _ in range(2):
        page.submit("Notieren", **{"notiz-text": "Hat ein neues Telefon."})
    assert len(notes()) == 1


def test_the_page_shows_the_newest_three_and_leads_to_all(app, time, as_coordinator, coordinator):
    pilot = factories.pilot()
    for number in range(5):
        with transaction():
            service.write("pilot", pilot.id, Kind.NOTE, f"Wort {number}", by=coordinator, at=time.forward(hours=1))
    page = as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    assert "Wort 4" in page.text and "Wort 1" not in page.text
    everything = page.click("Alle 5 zeigen")
    assert everything.text.index("Wort 4") < everything.text.index("Wort 0")


def test_notes_about_oneself_are_hidden(app, time, browser, coordinator):
    with transaction():
        second = factories.user(Role.COORDINATOR, Role.PILOT, Role.MEMBER, name="Zwei Hüte")
        pilot = factories.pilot(user=second)
        member = factories.member(person=second)
        for entity, row_id in (("pilot", pilot.id), ("organisation", member.organisation_id), ("user", second.id)):
            service.write(entity, row_id, Kind.NOTE, "Vorsicht", by=coordinator, at=time.at, due_on=date(2026, 11, 24))
        request = factories.help_request("running", by=member)
        service.write("help_request", request.id, Kind.NOTE, "Vorsicht", by=coordinator, at=time.at)
    own, other = browser(second), browser(coordinator)
    pages = (
        ("pilots.detail", {"pilot_id": pilot.id}),
        ("organisations.detail", {"organisation_id": member.organisation_id}),
        ("home.person", {"user_id": second.id}),
        ("help_requests.detail", {"request_id": request.id}),
    )
    for endpoint, values in pages:
        assert "Vorsicht" in other.get(endpoint, **values).text
        assert "Vorsicht" not in own.get(endpoint, **values).text
    assert "Vorsicht" in other.get("home.start").text
    assert "Vorsicht" not in own.get("home.start").text
    note = notes()[0]
    own.get("notes.overview", entity="pilot", about_id=pilot.id, status=404)
    own.get("notes.again", note_id=note.id, status=404)
    own.post("notes.done", note_id=note.id, status=404)
    own.post("notes.write", {"notiz-text": "Ich bin nett"}, entity="pilot", about_id=pilot.id, status=404)
    assert notes()[0].done_at is None and len(notes()) == 4


def test_nobody_but_coordinators_reads_or_writes_notes(app, time, as_administrator, as_pilot, coordinator):
    case = factories.engagement()
    with transaction():
        service.write("engagement", case.id, Kind.NOTE, "Vertraulich", by=coordinator, at=time.at)
    assert "Vertraulich" not in as_administrator.get("engagements.detail", engagement_id=case.id).text
    for client in (as_administrator, as_pilot):
        client.get("notes.overview", entity="engagement", about_id=case.id, status=403)
        client.post("notes.write", entity="engagement", about_id=case.id, status=403)


def test_an_unknown_kind_of_row_is_not_there(app, time, as_coordinator):
    as_coordinator.get("notes.overview", entity="setting", about_id=1, status=404)
    as_coordinator.get("notes.overview", entity="pilot", about_id=4711, status=404)
