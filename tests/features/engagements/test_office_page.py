"""The page of an engagement at the desk: one next step, and by name whose word is missing."""

import pytest

from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.engagements import queries, service
from lotsen.engagements.rules import Outcome, Side, State

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
