"""Several hats: one account, the page decides in which role somebody acts."""

import pytest

from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.organisations import service as organisations
from lotsen.proposals import jobs as proposal_jobs
from lotsen.proposals import service as proposals
from lotsen.proposals.queries import suggestions
from lotsen.proposals.rules import State as ProposalState
from tests import factories


def rows(page):
    """The words of the menu's main row and of the row "Für mich selbst"."""
    menu = page.soup.select_one(".site-menu__wide")
    return [[a.get_text(strip=True) for a in part.select("a")] for part in menu.select(":scope > *")]


def test_own_affairs_stand_in_a_row_of_their_own_beside_the_office(app, time, browser):
    member = factories.user(Role.COORDINATOR, Role.PILOT, Role.MEMBER)
    office, own = rows(browser(member).get("home.start"))
    assert office[1:4] == ["Anfragen", "Vorschläge", "Begleitungen"] and "Mein Profil" not in office
    assert own == ["Meine Anfragen", "Meine Begleitungen", "Das könnte ich", "Mein Profil"]


def test_without_the_office_the_menu_is_one_row(app, time, browser):
    (main,) = rows(browser(factories.user(Role.PILOT, Role.MEMBER)).get("home.start"))
    assert main == ["Start", "Anfragen", "Begleitungen", "Das könnte ich", "Mein Profil", "Mein Konto"]


def test_only_the_page_that_is_shown_is_marked(app, time, browser):
    page = browser(factories.user(Role.COORDINATOR, Role.MEMBER)).get("help_requests.own")
    marked = page.soup.select(".site-menu__wide [aria-current]")
    assert [a.get_text(strip=True) for a in marked] == ["Meine Anfragen"]


def test_a_coordinator_acts_for_the_own_club_as_its_contact_person(app, time, browser):
    request = factories.help_request(State.SUBMITTED)
    other = factories.help_request(State.SUBMITTED)
    both = factories.user(Role.COORDINATOR, Role.MEMBER)
    factories.member(request.organisation, person=both)
    client = browser(both)
    assert client.get("help_requests.own").links(request.title)
    own = client.get("help_requests.own_detail", request_id=request.id)
    assert own.form_with("Anfrage zurückziehen") and "Anders entscheiden" not in own.text
    desk = client.get("help_requests.detail", request_id=request.id)
    assert "Anders entscheiden" in desk.text and desk.links("Als Ansprechperson ansehen") == [own.path]
    assert not client.get("help_requests.detail", request_id=other.id).links("Als Ansprechperson ansehen")
    client.get("help_requests.own_detail", request_id=other.id, status=404)


def test_own_engagements_are_apart_from_those_of_the_office(app, time, browser):
    case = factories.engagement()
    both = factories.user(Role.COORDINATOR, Role.MEMBER)
    client = browser(both)
    assert case.help_request.organisation_name in client.get("engagements.overview").text
    assert case.help_request.organisation_name not in client.get("engagements.own").text
    factories.member(case.help_request.organisation, person=both)
    assert case.help_request.title in client.get("engagements.own").text


@pytest.fixture
def at_home(app, time):
    """A request, and a pilot who is a contact person of the organisation that asks."""
    request = factories.help_request()
    both = factories.pilot(user=factories.user(Role.PILOT, Role.MEMBER, name="Vera Beides"))
    factories.member(request.organisation, person=both.user)
    return request, both


def test_a_contact_person_cannot_be_put_on_the_list_of_the_own_organisation_by_hand(at_home, as_coordinator):
    request, both = at_home
    as_coordinator.get("proposals.candidates", request_id=request.id)
    page = as_coordinator.post("proposals.suggest_by_hand", request_id=request.id, data={"wer": both.id})
    assert "Wer für die Organisation spricht, hilft ihr nicht selbst." in page.text
    assert "Vera Beides" not in page.text


def test_whoever_became_a_contact_person_meanwhile_is_not_approved_nor_asked(at_home, time, coordinator):
    request, both = at_home
    stale = factories.proposal(of=request, pilot=both)
    with pytest.raises(InvalidInput) as refused, transaction():
        proposals.approve_ladder(request, [stale], by=coordinator, at=time.at)
    assert refused.value.code == "own_organisation"
    first = factories.proposal(of=request)
    other = factories.proposal(of=request)
    with transaction():
        ladder = proposals.approve_ladder(request, [first, other], by=coordinator, at=time.at)
    factories.member(request.organisation, person=other.pilot.user)
    with transaction():
        proposals.expire(db.session.merge(first), by=coordinator, at=time.at, reason="not_reached")
    db.session.expire_all()
    assert (other.state, db.session.merge(ladder).closed_at) == (ProposalState.SKIPPED, time.at)


def test_nobody_brings_the_own_organisation_along(app, time, browser, as_coordinator):
    pilot = factories.pilot(name="Lore Lotsin", phone="05721 5")
    words = {"organisation_name": "Bäckerei Krume", "what": "Sie wollen ihre Liste in ein Programm übernehmen."}
    page = browser(pilot.user).get("help_requests.bring_along")
    page = page.submit("Melden", status=400, contact=pilot.user.email, **words)
    assert "Das ist Ihre eigene Adresse." in page.text
    request = factories.help_request(State.SUBMITTED, brought_by_id=pilot.id, task="brought")
    factories.member(request.organisation, person=pilot.user)
    page = as_coordinator.get("help_requests.detail", request_id=request.id).submit("Freigeben: Lore Lotsin fängt an")
    assert "Wer für die Organisation spricht, hilft ihr nicht selbst." in page.text
    db.session.expire_all()
    assert db.session.get(HelpRequest, request.id).state is State.SUBMITTED


def test_who_becomes_a_contact_person_is_no_suggestion_there_any_more(app, time, coordinator):
    request = factories.help_request(description="Unsere Homepage ist alt. Wer kann sie erneuern?")
    pilot = factories.pilot()
    proposal_jobs.run_sweep(time.at)
    assert [row.pilot_id for row in suggestions(request.id)] == [pilot.id]
    with transaction():
        member = organisations.join_known(
            db.session.merge(request.organisation), person=pilot.user, by=coordinator, at=time.at
        )
    proposal_jobs.run_sweep(time.at)
    assert suggestions(request.id) == []
    with transaction():
        organisations.leave(db.session.merge(member), by=coordinator, at=time.at)
    proposal_jobs.run_sweep(time.at)
    assert [row.pilot_id for row in suggestions(request.id)] == [pilot.id]
