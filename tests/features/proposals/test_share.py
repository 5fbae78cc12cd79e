"""The share of all open requests: a dry run that shows what a wish costs and changes nothing."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.proposals import queries, sweep
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.page import PageClient


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    sweep.index.forget()


@pytest.fixture
def two(app: Flask, at: datetime) -> list[HelpRequest]:
    """Two requests for a website; one pilot with a single place who is best for both, and a second one."""
    factories.pilot(name="Wiebke Web", capacity=1)
    factories.pilot(name="Willi Web", capacity=1, topics={"website": 2})
    made = [factories.help_request(RequestState.OPEN), factories.help_request(RequestState.OPEN)]
    sweep.run(at=at)
    return made


def test_nobody_is_placed_twice_when_there_is_room_for_one(two: list[HelpRequest], at: datetime) -> None:
    found = sweep.share(at=at)
    placed = [row.proposal.pilot.user.name for row in found.rows if row.proposal]
    assert sorted(placed) == ["Wiebke Web", "Willi Web"]
    assert found.alone == 0 and found.cost_percent == 0


def test_a_wish_is_kept_and_its_cost_shown_and_nothing_is_stored(
    as_coordinator: PageClient, two: list[HelpRequest], at: datetime
) -> None:
    before = db.session.scalar(select(func.count()).select_from(Proposal).where(Proposal.state != State.SUGGESTED))
    best = sweep.share(at=at)
    moved = best.rows[0].others[0]
    page = as_coordinator.get("proposals.share", fest=f"{two[0].id}-{moved.pilot_id}")
    assert "Ihre Wünsche sind eingerechnet" in page.text and "Ihr Wunsch" in page.text
    found = sweep.share(forced=[(two[0].id, moved.pilot_id)], at=at)
    assert found.rows[0].proposal is not None and found.rows[0].proposal.pilot_id == moved.pilot_id
    assert found.worth <= best.worth + 1e-9
    after = db.session.scalar(select(func.count()).select_from(Proposal).where(Proposal.state != State.SUGGESTED))
    assert before == after == 0


def test_wishes_that_cannot_be_kept_are_taken_back_with_a_sentence(
    as_coordinator: PageClient, two: list[HelpRequest]
) -> None:
    pilot_id = queries.suggestions(two[0].id)[0].pilot_id
    wishes = [f"{row.id}-{pilot_id}" for row in two]
    page = as_coordinator.get("proposals.share", fest=wishes)
    assert "So geht es nicht auf" in page.text


@pytest.mark.parametrize("wish", ["", "x", "1-", "-1", "9999999999-1", "1-2-3", "🙂-1", "999-999"])
def test_a_wish_that_makes_no_sense_is_left_out(as_coordinator: PageClient, two: list[HelpRequest], wish: str) -> None:
    page = as_coordinator.get("proposals.share", fest=wish)
    assert "Hier würde" in page.text


def test_a_wish_for_somebody_whom_nobody_suggests_there_is_left_out(
    as_coordinator: PageClient, two: list[HelpRequest], at: datetime
) -> None:
    book = factories.pilot(name="Berta Buch", topics={"accounting-invoicing": 3}, headline="Bücher", about="Rechnungen")
    other = factories.help_request(
        RequestState.OPEN, title="Rechnungen schreiben", description="Wir schreiben Rechnungen."
    )
    sweep.run(at=at)
    for pilot_id, row in ((queries.suggestions(two[0].id)[0].pilot_id, other), (book.id, two[0])):
        with transaction():
            db.session.execute(
                delete(Proposal).where(Proposal.pilot_id == pilot_id, Proposal.help_request_id == row.id)
            )
        assert "Hier würde" in as_coordinator.get("proposals.share", fest=f"{row.id}-{pilot_id}").text


def test_without_requests_the_page_says_what_comes_next(as_coordinator: PageClient, app: Flask) -> None:
    assert "Gerade sucht niemand" in as_coordinator.get("proposals.share").text


def test_the_link_of_a_place_puts_that_person_first(as_coordinator: PageClient, two: list[HelpRequest]) -> None:
    second = queries.suggestions(two[0].id)[1]
    page = as_coordinator.get("proposals.candidates", request_id=two[0].id, zuerst=second.id)
    selects = page.soup.select("select[name^=place-]")
    first = [field["name"] for field in selects if field.select_one("option[selected]")["value"] == "1"]
    assert first == [f"place-{second.id}"]
