"""The same person presses twice and reads that it is done; who comes second reads who was first, as far as they may."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_login import login_user

from lotsen.accounts.models import User
from lotsen.accounts.service import sessions
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.errors import Change
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.home.queries import changes
from lotsen.proposals.rules import State
from tests import factories
from tests.conftest import Time
from tests.page import Page, PageClient

Browser = Callable[[User | None], PageClient]
PARTS = {
    "text_1": "Ein Verein braucht Hilfe mit seiner Homepage.",
    "text_2": "Die Mitgliederliste soll in ein Programm, das alle verstehen.",
}


def asked() -> tuple[int, int]:
    """A request that is asked for, and the proposal that is asked."""
    row = factories.proposal(State.ASKED, of=factories.help_request(RequestState.ASKING))
    return row.help_request_id, row.id


def recalled(of: PageClient, status: int, request_id: int, proposal_id: int) -> Page:
    return of.post("proposals.recall_ask", request_id=request_id, proposal_id=proposal_id, status=status)


def stopped(of: PageClient, status: int, request_id: int, _proposal_id: int) -> Page:
    return of.post("proposals.stop_asking", request_id=request_id, status=status)


@pytest.mark.parametrize("press", [recalled, stopped])
def test_a_coordinator_reads_that_it_is_done_and_another_one_who_was_first(
    app: Flask, browser: Browser, press: Callable[..., Page]
) -> None:
    first, second = browser(factories.coordinator(name="Erna Erste")), browser(factories.coordinator())
    ids = asked()
    press(first, 200, *ids)
    press(first, 200, *ids)
    page = press(second, 409, *ids)
    assert "Erna Erste" in page.text and page.links("Den neuen Stand ansehen")


def test_a_request_that_was_opened_but_never_asked_for_was_not_stopped(
    browser: Browser, coordinator: User, time: Time
) -> None:
    values = {"short_text": "Ein Verein braucht Hilfe.", "short_text_cleared_at": time.at}
    request = factories.help_request(RequestState.SUBMITTED, by=factories.member(), **values)
    with transaction():
        help_requests.open_request(request, by=coordinator, at=time.at)
    assert "angehalten" not in stopped(browser(coordinator), 409, request.id, 0).text


def test_who_goes_on_along_an_order_does_it_once(app: Flask, browser: Browser) -> None:
    first, second = browser(factories.coordinator(name="Erna Erste")), browser(factories.coordinator())
    request_id, proposal_id = asked()
    recalled(first, 200, request_id, proposal_id)
    for _ in range(2):
        first.post("proposals.ask_next", request_id=request_id, status=200)
    assert "Erna Erste" in second.post("proposals.ask_next", request_id=request_id, status=409).text


def test_a_request_is_split_once(app: Flask, browser: Browser) -> None:
    first, second = browser(factories.coordinator(name="Erna Erste")), browser(factories.coordinator())
    row = factories.help_request()
    data, request_id = {**PARTS, "version": row.version}, row.id
    for _ in range(2):
        assert "sind 2 geworden" in first.post("help_requests.split", data, request_id=request_id, status=200).text
    assert "Erna Erste" in second.post("help_requests.split", data, request_id=request_id, status=409).text


def test_what_stands_already_is_saved_already(as_administrator: PageClient, as_coordinator: PageClient) -> None:
    of = factories.organisation()
    person = factories.user(Role.COORDINATOR)
    for page, changed in (
        (as_administrator.get_path("/verwaltung/kommune"), {"phone": "05721 9999"}),
        (as_administrator.get("admin.person", user_id=person.id), {"staff_roles": []}),
        (as_administrator.get_path("/verwaltung/fristen"), {}),
    ):
        for _ in range(2):
            assert "Gespeichert" in page.submit("Speichern", status=200, **changed).text
    page = as_coordinator.get("organisations.detail", organisation_id=of.id)
    for _ in range(2):
        page.submit("Änderung speichern", name="Neuer Name", status=200)


def test_nobody_outside_the_office_reads_a_name_on_the_page_for_the_second(app: Flask, browser: Browser) -> None:
    coordinator, pilot = factories.coordinator(name="Erna Erste"), factories.pilot(name="Lore Geheim")
    row = factories.help_request()
    browser(coordinator).post("help_requests.decide", {"version": row.version}, request_id=row.id, verb="vormerken")

    def read(person: User | None, entity: str = "help_request") -> list[Change]:
        with app.test_request_context():
            if person is not None:
                with transaction():
                    person.session_token = sessions.start(person, strong=True)
                login_user(person)
            return changes(entity, row.id)

    assert read(coordinator)[0].who == "Erna Erste"
    assert [change.who for change in read(pilot.user)] == ["die Koordination"]
    assert [change.who for change in read(None)] == ["die Koordination"]
    assert read(pilot.user, "proposal") == []
