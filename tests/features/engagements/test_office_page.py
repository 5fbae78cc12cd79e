"""The page of an engagement at the desk: one next step, and by name whose word is missing."""

import pytest

from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.engagements import queries, service
from lotsen.engagements.rules import Outcome, Side, State
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import EndReason
from tests import factories

from .scene import case_in, do


@pytest.mark.parametrize(("language", "words"), [("de", "Rückmeldung von"), ("en", "feedback of")])
def test_at_the_end_the_office_reads_whose_word_is_missing(app, time, language, words):
    case = case_in(State.CLOSING)
    with speaking(language):
        both = queries.next_step(case, None, time.at)
        assert words in both and all(queries.name_of(case, side) in both for side in Side)
        do(service.give_feedback, case, Side.PILOT, Outcome.SOLVED, by=case.pilot.user, at=time.at)
        one = queries.next_step(case, None, time.at)
    assert queries.name_of(case, Side.MEMBER) in one and queries.name_of(case, Side.PILOT) not in one


def test_where_somebody_must_be_called_no_other_next_step_stands_beside_it(as_coordinator, time):
    case = case_in(State.RUNNING)
    calm = queries.next_step(case, None, time.at)
    assert calm in as_coordinator.get("engagements.detail", engagement_id=case.id).text
    do(service.needs_office, case, Side.MEMBER, "stuck", at=time.at)
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    assert "Es hakt" in page.text and calm not in page.text


def test_whose_word_is_missing_is_read_for_a_whole_page_at_once(app, time, as_coordinator, statements):
    taken = []
    for _ in range(2):
        for _ in range(3):
            case_in(State.CLOSING)
        db.session.remove()  # what this test has loaded would be read again
        as_coordinator.get("engagements.overview")
        statements.clear()
        page = as_coordinator.get("engagements.overview")
        taken.append(len(statements))
    assert page.text.count("Es fehlt noch die Rückmeldung von") == 6
    assert taken[0] == taken[1] <= 6, statements


def test_of_a_pilot_who_has_died_the_office_reads_it_and_is_sent_to_the_organisation(as_coordinator, coordinator, time):
    case = case_in(State.RUNNING, pilot=factories.pilot(phone="05721 998877"))
    name, phone, club = case.pilot.user.name, case.pilot.user.phone, case.help_request.organisation_name
    do(service.needs_office, case, Side.MEMBER, "silent", at=time.at)
    do(pilots.end, case.pilot, EndReason.DECEASED, by=coordinator, at=time.at)
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    assert f"{name} ist verstorben." in page.text and phone not in page.text
    assert f"{name} ist verstorben: bitte mit {club} sprechen" in page.text
    assert "Rufen Sie bitte die Organisation an" in page.text
    assert f"– sagt {name}" not in page.text and f"– sagt {queries.name_of(case, Side.MEMBER)}" in page.text
    with speaking("en"):
        assert "has died" in queries.task_title(case)


def test_nobody_enters_a_word_of_a_pilot_who_has_died(as_coordinator, coordinator, time):
    case = case_in(State.RUNNING)
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    do(pilots.end, case.pilot, EndReason.DECEASED, by=coordinator, at=time.at)
    page.submit(f"Ist schon erledigt – sagt {queries.name_of(case, Side.PILOT)}", status=400)
    db.session.rollback()
    assert db.session.get(type(case), case.id).state is State.RUNNING


def test_who_rings_from_the_number_of_somebody_who_has_died_is_no_surprise(as_coordinator, coordinator, time):
    pilot = factories.pilot(name="Lore Lotsin", phone="05721 998877")
    do(pilots.end, pilot, EndReason.DECEASED, by=coordinator, at=time.at)
    found = as_coordinator.get("home.search", suche="998877")
    assert "Lore Lotsin" in found.text and "verstorben" in found.text
    page = as_coordinator.get("home.person", user_id=pilot.user_id)
    assert "verstorben" in page.text and "05721 998877" not in page.text
