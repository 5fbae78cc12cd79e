"""What may be passed on is said by an act: nothing is ticked beforehand, and nothing ticked passes nothing on."""

from lotsen.core import tokens
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.tokens import Purpose
from lotsen.help_requests.rules import State
from lotsen.pilots import service as pilots
from lotsen.proposals.rules import State as ProposalState
from tests import factories

from .test_asking import only_request, to_review

WISHES = {"releases", "hide_name", "release_phone", "release_email", "show_full_name"}
BOXES = WISHES | {"privacy", "consent"}


def ticked(page):
    """Names of the boxes that are ticked on a fresh page."""
    boxes = page.soup.find("main").find_all("input", type="checkbox")
    assert any(box["name"] in BOXES for box in boxes), page.path
    return [box["name"] for box in boxes if box.has_attr("checked") and box["name"] in BOXES]


def test_nothing_is_ticked_for_who_asks(as_visitor, at):
    page = to_review(as_visitor, contact_phone="05721 4711")
    contact = as_visitor.get("help_requests.step", key=page.path.split("/")[3], slug="kontakt")
    assert set(ticked(contact)) <= {"privacy"}, "only what was ticked by hand"
    assert (
        "nichts – wir rufen an und bringen Sie beide zusammen" in page.text
        and "jede Person, die wir fragen, liest ihn" in page.text
    )
    page.submit("Stimmt so, weiter")
    row = only_request()
    assert (row.release_phone, row.release_email, row.name_may_be_shown) == (False, False, True)


def test_who_ticks_releases_and_who_objects_is_not_named(as_visitor, at):
    to_review(as_visitor, releases=["phone"], hide_name="y", contact_phone="05721 4711").submit("Stimmt so, weiter")
    row = only_request()
    assert (row.release_phone, row.release_email, row.name_may_be_shown) == (True, False, False)


def test_a_number_that_was_not_given_cannot_be_passed_on(as_visitor, at):
    page = to_review(as_visitor, contact_phone="05721 4711")
    contact = as_visitor.get("help_requests.step", key=page.path.split("/")[3], slug="kontakt")
    again = contact.submit("Weiter", status=400, contact_phone="", releases=["phone"])
    assert "Tragen Sie die Nummer ein" in again.text


def test_nothing_is_ticked_for_a_pilot(app, time, browser):
    person = factories.user(Role.PILOT)
    with transaction():
        pilots.apply(person, "Ich kenne mich mit Websites aus.", by=person, at=time.at)
    assert ticked(browser(person).get("pilots.own_section", section="kontakt")) == []


def test_nothing_is_ticked_on_the_telephone(as_coordinator):
    assert ticked(as_coordinator.get("help_requests.record")) == []


def test_nobody_is_asked_to_release_what_was_never_given(app, time, as_visitor):
    person = factories.user(name="Vera Brandt", phone="")
    request = factories.help_request(State.ASKING, contact=person, contact_phone="")
    proposal = factories.proposal(ProposalState.ACCEPTED, of=request)
    with transaction():
        raw = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", proposal.id, at=time.at, user_id=person.id)
    page = as_visitor.get("engagements.confirm", token=raw)
    names = {box["name"] for box in page.soup.find_all("input", type="checkbox")}
    assert names == {"email"}
