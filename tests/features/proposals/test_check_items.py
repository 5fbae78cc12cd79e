"""What a coordinator checks before somebody is asked: advice not execution, the town's own IT."""

from lotsen.audit.queries import events_of
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State
from lotsen.organisations.rules import Kind
from lotsen.pilots import service as pilots
from lotsen.proposals import queries, sweep
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import DeclineReason
from lotsen.proposals.rules import State as ProposalState
from tests import factories


def candidates_of(browser, **organisation):
    request = factories.help_request(by=factories.member(factories.organisation(**organisation)))
    pilot = factories.pilot()
    sweep.index.forget()
    sweep.run(at=clock.now())
    proposal = queries.live_pair(request.id, pilot.id)
    return request, proposal, browser.get("proposals.candidates", request_id=request.id)


def test_an_institution_of_the_town_is_helped_when_its_own_it_was_asked(app, time, as_coordinator):
    request, proposal, page = candidates_of(as_coordinator, municipal=True)
    place = {f"place-{proposal.id}": "1"}
    page = page.submit("Reihenfolge freigeben", status=400, **place)
    assert "Fragen Sie zuerst die IT der Kommune" in page.text
    page.submit("Reihenfolge freigeben", it_asked="y", **place)
    db.session.expire_all()
    assert request.state is State.ASKING and request.it_department_asked


def test_others_are_not_held_up_by_the_towns_it_and_the_page_says_what_is_no_task_of_the_programme(
    app, time, as_coordinator
):
    request, proposal, page = candidates_of(as_coordinator)
    assert "setzen aber nicht um" in page.text and "Die IT der Kommune" not in page.text
    page.submit("Reihenfolge freigeben", **{f"place-{proposal.id}": "1"})
    db.session.expire_all()
    assert request.state is State.ASKING


def test_whether_a_business_wants_advice_is_ticked_once_and_kept(app, time, as_coordinator):
    request, proposal, page = candidates_of(as_coordinator, kind=Kind.BUSINESS)
    place = {f"place-{proposal.id}": "1"}
    page = page.submit("Reihenfolge freigeben", status=400, **place)
    assert "Prüfen Sie, ob es um Rat geht" in page.text
    page.submit("Reihenfolge freigeben", advice="y", **place)
    db.session.expire_all()
    assert request.state is State.ASKING
    assert len([event for event in events_of("help_request", request.id) if event.action.endswith("is_advice")]) == 1
    with transaction():
        proposals.stop_asking(request, by=factories.coordinator(), at=time.at)
    assert "fertige Arbeit" not in as_coordinator.get("proposals.candidates", request_id=request.id).text


def test_blocks_stand_on_the_page_of_the_request_and_are_lifted_there(app, time, as_coordinator):
    request = factories.help_request()
    ask = factories.proposal(ProposalState.ASKED, of=request, pilot=factories.pilot(name="Lore Leise"))
    helped = factories.help_request()
    other = factories.proposal(ProposalState.ASKED, of=helped, pilot=factories.pilot(name="Olga Organ"))
    with transaction():
        proposals.decline(ask, DeclineReason.NOT_MY_FIELD, by=ask.pilot.user, at=time.at)
        pilots.exclude_organisation(
            other.pilot, request.organisation, "conflict", until=None, by=other.pilot.user, at=time.at
        )
    page = as_coordinator.get("help_requests.detail", request_id=request.id)
    assert "Lore Leise" in page.text and "nur diese Anfrage" in page.text and "Olga Organ" in page.text
    page = page.submit("Aufheben – Lore Leise")
    assert "nur diese Anfrage" not in page.text and "Olga Organ" in page.text
    page = page.submit("Aufheben – Olga Organ")
    assert "Hier zurzeit nicht dabei" not in page.text
