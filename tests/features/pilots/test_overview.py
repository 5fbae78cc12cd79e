"""The coordinator's list and page."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lotsen.accounts.models import User
from lotsen.core import clock
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.pilots import queries, service
from lotsen.pilots.rules import State
from tests import factories
from tests.conftest import Time
from tests.page import PageClient


def names(page: object) -> list[str]:
    return [a.get_text().strip() for a in page.soup.select("main th[scope=row] a")]  # type: ignore[attr-defined]


def test_a_page_of_two_hundred_pilots_takes_seven_statements(
    as_coordinator: PageClient, app: object, statements: list[str]
) -> None:
    with factories.base.writing():
        for n in range(200):
            factories.pilot(topics={"website": 2, "it-security": 1}, name=f"Person {n:03}")
    as_coordinator.get("pilots.overview")
    db.session.remove()
    statements.clear()
    page = as_coordinator.get("pilots.overview", seite=3)
    assert len(names(page)) == 20 and "200 Personen" in page.text
    assert len([s for s in statements if s.startswith("SELECT")]) <= 7, "\n".join(statements)


def test_the_list_is_filtered_by_state_free_places_and_not_asked(as_coordinator: PageClient, time: Time) -> None:
    long_ago = clock.local_date(time.at - timedelta(days=90))
    factories.pilot(name="Frei Vergessen", awarded_on=long_ago)
    factories.pilot(name="Voll Gefragt", capacity=1, reserved=1, last_asked_at=time.at, awarded_on=long_ago)
    factories.pilot(name="Neu Dabei")
    factories.pilot(State.PAUSED, name="Paul Pause")
    factories.pilot(State.REJECTED, name="Nie Da")
    assert "Nie Da" not in names(as_coordinator.get("pilots.overview"))
    assert names(as_coordinator.get("pilots.overview", stand="paused")) == ["Paul Pause"]
    assert names(as_coordinator.get("pilots.overview", frei=1)) == ["Frei Vergessen", "Neu Dabei"]
    assert names(as_coordinator.get("pilots.overview", vergessen=1)) == ["Frei Vergessen"]


@pytest.mark.parametrize("typed", ["özdemir", "ÖZDEMIR", "Özd", "05721 99"])
def test_a_person_is_found_by_name_or_telephone(as_coordinator: PageClient, app: object, typed: str) -> None:
    person = factories.user(name="Aylin Özdemir", phone="05721 99887", phone_digits="0572199887")
    factories.pilot(user=person)
    factories.pilot(name="Jemand Anderes")
    assert names(as_coordinator.get("pilots.overview", suche=typed)) == ["Aylin Özdemir"]


def test_signs_with_a_meaning_in_sql_are_searched_as_typed(as_coordinator: PageClient, app: object) -> None:
    factories.pilot(name="Jemand")
    page = as_coordinator.get("pilots.overview", suche="%")
    assert names(page) == [] and "Hier passt niemand." in page.text


def test_an_empty_list_says_what_comes_next(as_coordinator: PageClient) -> None:
    assert "Sobald sich jemand bewirbt" in as_coordinator.get("pilots.overview").text


def test_the_page_of_a_pilot_tells_the_history_in_words(
    as_coordinator: PageClient, coordinator: User, run: Callable[..., object]
) -> None:
    pilot = factories.pilot()
    run(service.suspend, pilot, "Beschwerde", by=coordinator, at=clock.now())
    beside_the_state = as_coordinator.get("pilots.detail", pilot_id=pilot.id).soup.select_one("main p .kern-badge")
    assert "seit Dienstag, 24. November 2026: Beschwerde" in beside_the_state.parent.get_text()  # type: ignore[union-attr]
    run(service.reinstate, pilot, by=coordinator, at=clock.now())
    page = as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    assert "gesperrt: Beschwerde – Karin Koordination" in page.text and "wieder dabei" in page.text


def test_asks_of_this_month_are_counted_and_those_taken_back_are_not(
    app: object, time: Time, coordinator: User
) -> None:
    from lotsen.outbox import service as outbox
    from lotsen.proposals import mails as proposal_mails

    pilot = factories.pilot()
    first = factories.proposal(pilot=pilot)
    second = factories.proposal(pilot=pilot, of=factories.help_request())
    with transaction():
        for row in (first, second):
            row = db.session.merge(row)
            outbox.enqueue(
                proposal_mails.ask, row, "http://localhost/x", to=row.pilot.user, about=row, step="ask", at=time.at
            )
        outbox.recall(db.session.merge(second), by=coordinator, at=time.at)
    assert queries.asks_this_month([db.session.merge(pilot)], time.at) == {pilot.id: 1}
    assert queries.asks_this_month([db.session.merge(pilot)], time.at + timedelta(days=10)) == {}
