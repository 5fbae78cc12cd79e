"""What a coordinator checks before somebody is asked: advice not execution, the town's own IT."""

from lotsen.core import clock
from lotsen.core.extensions import db
from lotsen.help_requests.rules import State
from lotsen.proposals import queries, sweep
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
