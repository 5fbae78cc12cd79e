"""The telephone rings: one field finds people, organisations and cases, and what is open for them."""

import pytest

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import service as outbox
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.features.outbox.conftest import note


@pytest.fixture
def town(app, time):
    """A club with its treasurer, a pilot who is asked, and others."""
    club = factories.organisation(name="Schützenverein Bückeburg e. V.")
    treasurer = factories.user(
        "member", name="Jörg Müller-Weiß", phone="+49 5721 / 98 76-54", email="kasse@example.org"
    )
    member = factories.member(club, person=treasurer)
    request = factories.help_request("asking", by=member, title="Beitragsliste in Excel")
    pilot = factories.pilot(name="Lore Überall", phone="05722 123456")
    asked = factories.proposal("asked", of=request, pilot=pilot)
    factories.pilot(name="Ganz Anders", phone="05000 1")
    return {"request": request, "asked": asked, "treasurer": treasurer, "club": club}


def test_a_person_is_found_by_any_spelling_of_the_name(town, as_coordinator):
    for typed in ("Müller", "mueller", "MULLER weiss", "joerg", "Jörg M", "kasse@example.org"):
        page = as_coordinator.get("home.search", suche=typed)
        assert "Jörg Müller-Weiß" in page.text and "Ganz Anders" not in page.text, typed


def test_a_person_is_found_by_any_spelling_of_the_number_and_by_its_end(town, as_coordinator):
    for typed in ("05721 987654", "+49 5721 987654", "0049 (5721) 98 76 54", "05721/9876-54", "7654"):
        page = as_coordinator.get("home.search", suche=typed)
        assert "Jörg Müller-Weiß" in page.text and "Ganz Anders" not in page.text, typed
        assert page.links("+49 5721 / 98 76-54")[0].startswith("tel:")


def test_a_club_is_found_with_its_people_and_cases(town, as_coordinator):
    page = as_coordinator.get("home.search", suche="schuetzen bückeb")
    assert "Schützenverein Bückeburg" in page.text and "Jörg Müller-Weiß" in page.text
    assert "Beitragsliste in Excel" in page.text


def test_a_case_is_found_by_its_number(town, as_coordinator):
    request = town["request"]
    for typed in (request.case_number, f"[{request.case_number}]", str(request.id)):
        assert "Beitragsliste in Excel" in as_coordinator.get("home.search", suche=typed).text


def test_the_answer_of_who_rings_is_recorded_from_the_search(town, as_coordinator, coordinator):
    page = as_coordinator.get("home.search", suche="überall")
    assert "ist gefragt, die Antwort steht aus" in page.text
    label = f"Anfrage {town['request'].case_number}: Beitragsliste in Excel"
    page.submit(f"Hat Ja gesagt – Lore Überall, {label}")
    assert db.session.get(Proposal, town["asked"].id).state is State.ACCEPTED


def test_the_page_of_a_person_shows_everything_that_is_open(town, as_coordinator, time):
    page = as_coordinator.get("home.search", suche="Müller").click("Jörg Müller-Weiß")
    assert "Beitragsliste in Excel" in page.text and "Ansprechperson von Schützenverein" in page.text
    assert page.links("Ansprechperson von Schützenverein Bückeburg e. V.")


def test_nothing_found_leads_to_a_new_request_by_telephone(town, as_coordinator):
    page = as_coordinator.get("home.search", suche="Niemand Hier")
    assert page.links("Neue Anfrage am Telefon aufnehmen")
    assert "Tippen Sie oben ein" in as_coordinator.get("home.search").text


def test_the_field_stands_on_every_page_of_a_coordinator_only(town, as_coordinator, as_pilot):
    assert as_coordinator.get("proposals.queue").soup.select("form.ringing input[name=suche]")
    assert not as_pilot.get("home.start").soup.select("form.ringing")
    as_pilot.get("home.search", suche="Müller", status=403)


def test_whatever_is_typed_breaks_nothing(town, as_coordinator):
    for typed in ("%", "_", "'; DROP TABLE users", "\u202e", "1" * 120, "a b c d e f g h", "()"):
        as_coordinator.get("home.search", suche=typed)


def test_the_search_takes_the_same_number_of_statements_however_much_it_finds(app, time, as_coordinator, statements):
    def count():
        as_coordinator.get("home.search", suche="Beispiel")
        statements.clear()
        as_coordinator.get("home.search", suche="Beispiel")
        return len([s for s in statements if not s.startswith(("BEGIN", "PRAGMA"))])

    factories.help_request(by=factories.member(person=factories.user("member")))
    few = count()
    for _ in range(6):
        factories.help_request(by=factories.member(person=factories.user("member")))
        pilot = factories.pilot(user=factories.user("pilot"))
        factories.proposal("asked", of=factories.help_request("asking"), pilot=pilot)
    assert count() <= few <= 16


def test_a_call_that_is_still_to_be_made_is_shown(app, time, as_coordinator):
    person = factories.user(name="Opa Ohnemail", email=None, phone="05721 99")

    with transaction():
        outbox.enqueue(note, "Können Sie helfen?", to=person, about=person, step="x", at=time.at)
    page = as_coordinator.get("home.search", suche="ohnemail")
    assert "am Telefon zu sagen" in page.text and page.links("Können Sie helfen?")
