"""The coordinator's list and page, and what each decision does."""

import pytest
from sqlalchemy import select

from lotsen.audit.queries import events_of
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.help_requests import queries, service
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.outbox.models import OutboxMessage
from lotsen.proposals.sweep.index import need
from tests import factories


def again(row: HelpRequest) -> HelpRequest:
    db.session.rollback()
    return db.session.get_one(HelpRequest, row.id)


def kinds() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def test_opening_is_refused_until_organisation_and_text_are_seen(as_coordinator):
    row = factories.help_request(State.SUBMITTED)
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    page = page.submit("Suche beginnen", status=400)
    assert "Prüfen Sie zuerst die Organisation und diese Ansprechperson." in page.text
    page = page.submit("Organisation und Ansprechperson sind geprüft")
    page = page.submit("Suche beginnen", status=400)
    assert "Geben Sie zuerst den Kurztext frei." in page.text
    page = page.submit("Kurztext freigeben", short_text="Ein Verein braucht Hilfe mit der Website.")
    page = page.submit("Suche beginnen")
    assert "Die Suche läuft." in page.text
    assert again(row).state is State.OPEN


def test_a_name_behind_herr_is_asked_about_before_the_text_is_cleared(as_coordinator):
    row = factories.help_request(State.SUBMITTED)
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    text = "Unser Theater spielt Herr Bello und braucht eine Website."
    page = page.submit("Kurztext freigeben", short_text=text, status=400)
    assert "Im Kurztext steht wohl ein Name." in page.text and again(row).short_text_cleared_at is None
    page = page.submit("Kurztext freigeben", short_text=text, name_is_fine="y")
    assert again(row).short_text == text
    assert "help_request.name_stays" in [event.action for event in events_of("help_request", row.id)]
    assert "einen Namen im Kurztext stehen lassen" in page.text
    page.submit("Kurztext freigeben", short_text="Unser Theater braucht eine Website.", name_is_fine="y")
    assert [event.action for event in events_of("help_request", row.id)].count("help_request.name_stays") == 1


def test_who_called_it_urgent_and_when_stands_beside_it(as_coordinator, coordinator, at):
    row = factories.help_request(State.OPEN)
    assert "Dringend" not in as_coordinator.get("help_requests.detail", request_id=row.id).text
    edit = as_coordinator.get("help_requests.edit", request_id=row.id)
    assert "Dringend heißt: Sie rufen gleich an" in edit.text
    page = edit.submit("Änderung speichern", urgency="high")
    assert f"Dringend, eingetragen von {coordinator.name} am" in page.text
    assert "dringend (so eingetragen von der Koordination)" in as_coordinator.get("home.start").text


def test_a_further_contact_person_is_verified_likewise(coordinator, at):
    member = factories.member()
    second = factories.member(member.organisation, person=factories.user(), verified=False)
    row = factories.help_request(State.SUBMITTED, by=second, short_text="Kurz", short_text_cleared_at=at)
    with pytest.raises(InvalidInput, match="not_verified"), transaction():
        service.open_request(db.session.get_one(HelpRequest, row.id), by=coordinator, at=at)


@pytest.mark.parametrize(
    ("button", "typed", "state", "mail"),
    [
        ("Frage senden", {"query_text": "Welches System nutzen Sie?"}, State.QUERY, "help_requests.query"),
        ("Antwort senden", {"answer_text": "Nehmen Sie Chrome."}, State.ANSWERED, "help_requests.answered"),
        ("Hinweis senden", {"referred_to": "Verbraucherzentrale"}, State.REFERRED, "help_requests.referred"),
        ("Nachricht senden", {"reject_reason": "legal_advice"}, State.REJECTED, "help_requests.not_for_us"),
        ("Vormerken", {}, State.WAITING, "help_requests.nobody_free"),
        ("Zurückziehen", {}, State.WITHDRAWN, "help_requests.withdrawn"),
    ],
)
def test_each_decision_moves_once_and_writes_one_mail(as_coordinator, coordinator, button, typed, state, mail):
    row = factories.help_request(State.OPEN)
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    page.submit(button, **typed)
    page.submit(button, **typed)  # pressed twice: the success page
    assert again(row).state is state
    assert kinds() == [mail]
    (event,) = events_of("help_request", row.id)
    assert (event.after, event.actor_id) == (state.value, coordinator.id)


def test_letting_it_rest_needs_a_day_in_the_future(as_coordinator):
    row = factories.help_request(State.OPEN)
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    day = {"until-tag": "20", "until-monat": "11", "until-jahr": "2026"}
    page = page.submit("Ruhen lassen", status=400, **day)
    assert again(row).state is State.OPEN
    page = page.submit("Ruhen lassen", **{**day, "until-jahr": "2027"})
    assert again(row).state is State.ON_HOLD
    page.submit("Es geht weiter")
    assert again(row).state is State.OPEN


def test_two_coordinators_at_once_get_one_decision_and_one_409(as_coordinator, browser):
    row = factories.help_request(State.OPEN)
    mine = as_coordinator.get("help_requests.detail", request_id=row.id)
    other = browser(factories.coordinator(name="Olaf Ober")).get("help_requests.detail", request_id=row.id)
    mine.submit("Antwort senden", answer_text="Ja, das geht.")
    page = other.submit("Frage senden", status=409, query_text="Wie alt ist sie?")
    assert "Karin Koordination" in page.text
    assert again(row).state is State.ANSWERED


def test_an_empty_form_names_what_is_missing(as_coordinator):
    row = factories.help_request(State.OPEN)
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    assert page.submit("Frage senden", status=400, query_text=" ").errors == ["Schreiben Sie Ihre Frage."]


def test_a_request_by_telephone_is_submitted_at_once_with_the_consent_recorded(as_coordinator, coordinator):
    page = as_coordinator.get("help_requests.record")
    typed = {
        "description": "Der Drucker im Vereinsheim druckt nicht mehr.",
        "organisation_name": "Schützenverein",
        "org_kind": "club",
        "postcode": "31655",
        "contact_name": "Otto Alt",
        "contact_phone": "05721 1234",
        "with_children": "nein",
    }
    bad = page.submit("Anfrage aufnehmen", status=400, **typed)
    assert "Ohne die Zustimmung am Telefon" in bad.errors[0]
    page = bad.submit("Anfrage aufnehmen", consent="y")
    assert bad.submit("Anfrage aufnehmen", consent="y").path == page.path
    assert page.h1 == "Der Drucker im Vereinsheim druckt nicht mehr"
    row = db.session.scalars(select(HelpRequest)).one()
    assert row.state is State.SUBMITTED and row.contact is not None and row.contact.email is None
    event = events_of("help_request", row.id)[0]
    assert (event.actor_id, event.on_behalf_of) == (coordinator.id, row.contact_id)
    assert not kinds()


def test_who_rings_is_not_asked_again_what_is_known(as_coordinator):
    member = factories.member()
    page = as_coordinator.get("home.person", user_id=member.user_id).click("Anfrage am Telefon aufnehmen")
    typed = {
        field["name"]: field.get("value") for field in page.soup.select("main input[type=text], main input[type=tel]")
    }
    assert "E-Mail-Adresse – freiwillig" in page.text and "Dringlichkeit – freiwillig" not in page.text
    assert typed["contact_name"] == member.user.name and typed["contact_phone"] == member.user.phone
    assert (typed["organisation_name"], typed["postcode"]) == (member.organisation.name, member.organisation.postcode)
    said = {"description": "Der Drucker im Vereinsheim druckt nicht mehr.", "with_children": "nein"}
    page.submit("Anfrage aufnehmen", consent="y", **said)
    row = db.session.scalars(select(HelpRequest)).one()
    assert (row.contact_id, row.organisation_id) == (member.user_id, member.organisation_id)


def test_a_draft_without_mail_becomes_a_task_the_next_working_day(as_visitor, as_coordinator, app, time):
    row = factories.help_request(State.DRAFT, contact_email="")
    with app.test_request_context():
        assert not queries.tasks(time.at)
        (task,) = queries.tasks(time.forward(days=1))
    assert task.title == "Unbestätigt, bitte anrufen: Vera Verein, TSV Beispiel"
    page = as_coordinator.get_path(task.url)
    page.submit("Anfrage einreichen", consent="y")
    assert again(row).state is State.SUBMITTED


def test_a_coordinator_edits_on_behalf(as_coordinator):
    row = factories.help_request(State.OPEN, slots=["tue-evening"])
    revision = row.revision
    page = as_coordinator.get("help_requests.edit", request_id=row.id)
    page = page.submit("Änderung speichern", urgency="high")
    assert "geändert: Dringlichkeit – Karin Koordination für Vera Verein" in page.text
    row = again(row)
    assert row.urgency == "high" and row.slots == ["tue-evening"] and row.revision == revision + 1


def test_the_list_finds_words_numbers_and_names_with_few_statements(as_coordinator, statements):
    for number in range(25):
        factories.help_request(State.OPEN, title=f"Kasse {number}")
    row = factories.help_request(State.SUBMITTED, title="Bäckerei-Homepage ÜBERALL", contact_phone="05721 99887")
    statements.clear()
    page = as_coordinator.get("help_requests.overview")
    assert len(statements) <= 6, statements
    assert len(page.soup.select("tbody tr")) == 20 and "26 Anfragen" in page.text
    for text in ("überall", row.case_number, "99887", "bäckerei überall", "0572199887"):
        page = as_coordinator.get("help_requests.overview", suche=text)
        assert len(page.soup.select("tbody tr")) == 1, text
    assert "Dazu gibt es keine Anfrage." in as_coordinator.get("help_requests.overview", suche="100%").text
    assert "zu prüfen" in as_coordinator.get("help_requests.overview", stand="pruefen").text


def test_who_is_neither_coordinator_nor_member_is_refused(as_pilot, as_administrator):
    row = factories.help_request(State.OPEN)
    for client in (as_pilot, as_administrator):
        client.get("help_requests.overview", status=403)
        client.get("help_requests.detail", request_id=row.id, status=403)
        client.post("help_requests.decide", request_id=row.id, verb="vormerken", status=403)
        client.get("help_requests.record", status=403)


def test_a_member_decides_nothing_of_the_coordinator(as_member):
    row = factories.help_request(State.OPEN)
    as_member.post("help_requests.decide", request_id=row.id, verb="vormerken", status=403)
    as_member.get("help_requests.record", status=403)
    as_member.get("organisations.overview", status=403)


def test_a_foreign_request_does_not_exist_for_a_member(as_member):
    row = factories.help_request(State.OPEN)
    as_member.get("help_requests.detail", request_id=row.id, status=404)
    as_member.get("help_requests.edit", request_id=row.id, status=404)
    as_member.post("help_requests.edit", request_id=row.id, status=404)
    as_member.post("help_requests.own_act", request_id=row.id, verb="zurueckziehen", status=404)
    assert again(row).state is State.OPEN
    as_member.get("help_requests.detail", request_id=9999, status=404)


def test_the_last_of_the_ladder_gives_the_request_back_with_a_task(app, at, coordinator):
    row = factories.help_request(State.ASKING)
    with transaction():
        service.back_to_open(db.session.get_one(HelpRequest, row.id), task="exhausted", by=SYSTEM, at=at)
    with app.test_request_context():
        (task,) = queries.tasks(at)
    assert task.title.startswith("Bisher hat niemand zugesagt") and task.url == f"/vorschlaege/{row.id}"


def test_a_withdrawn_request_is_not_reopened_from_above(app, at):
    row = factories.help_request(State.WITHDRAWN)
    with transaction():
        service.back_to_open(db.session.get_one(HelpRequest, row.id), task="broken_off", by=SYSTEM, at=at)
    assert again(row).state is State.WITHDRAWN


def test_the_second_of_two_moves_at_once_conflicts(at, coordinator):
    row = factories.help_request(State.OPEN)
    with transaction():
        stale = db.session.get_one(HelpRequest, row.id)
        db.session.execute(HelpRequest.__table__.update().values(visit=7))
        with pytest.raises(Conflict):
            service.wait(stale, by=coordinator, at=at)
        db.session.rollback()


def test_a_first_name_or_surname_alone_is_asked_about_and_may_stay(as_coordinator) -> None:
    row = factories.help_request(State.SUBMITTED, contact_name="Herbert Möller")
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    page = page.submit("Kurztext freigeben", short_text="Tischler Moeller will Angebote schreiben.", status=400)
    assert "Im Kurztext steht wohl ein Name." in page.text and again(row).short_text_cleared_at is None
    page.submit("Kurztext freigeben", name_is_fine="y")
    assert again(row).short_text == "Tischler Moeller will Angebote schreiben."


def test_the_draft_names_nobody_and_the_matcher_reads_no_way_to_be_reached(as_coordinator) -> None:
    text = "die kasse spinnt sagt inge. erreichbar 05721 443322 abens. danke lg inge"
    row = factories.help_request(State.SUBMITTED, contact_name="Inge Wiegmann", description=text)
    field = as_coordinator.get("help_requests.detail", request_id=row.id).soup.find(
        "textarea", attrs={"name": "short_text"}
    )
    assert field.text.strip() == "Die kasse spinnt sagt …."
    assert need(row).description == "die kasse spinnt sagt inge."


def test_the_form_of_the_telephone_speaks_of_who_rings_and_not_to_her(as_coordinator) -> None:
    page = as_coordinator.get("help_requests.record").submit("Anfrage aufnehmen", contact_name="", status=400)
    assert "Geben Sie den Namen der Person ein." in page.text and "Geben Sie die Postleitzahl ein." in page.text
    assert "Ihren Namen" not in page.text and "Ihre Postleitzahl" not in page.text


def test_nobody_is_to_be_checked_for_a_request_that_is_over(as_coordinator, time):
    row = factories.help_request(State.SUBMITTED)
    words = "ist noch nicht geprüft. Erst danach wird jemand gefragt."
    assert words in as_coordinator.get("help_requests.detail", request_id=row.id).text
    with transaction():
        row = db.session.merge(row)
        service.withdraw(row, by=row.contact, at=time.at)
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    assert words not in page.text and "sind geprüft" not in page.text
