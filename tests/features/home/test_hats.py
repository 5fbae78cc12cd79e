"""Several hats: one account, the page decides in which role somebody acts."""

from lotsen.core.access import Role
from lotsen.help_requests.rules import State
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
