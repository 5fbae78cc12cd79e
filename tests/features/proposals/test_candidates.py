"""The coordinator's queue and the one page for each request."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.queries import happened
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import COOKIE, plain_datetime
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import queries, sweep
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.page import PageClient


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    sweep.index.forget()


@pytest.fixture
def request_(app: Flask, at: datetime) -> HelpRequest:
    """A submitted request of an unverified club, scored among a website pilot, a bookkeeper and two who cannot."""
    factories.pilot(name="Wiebke Web")
    factories.pilot(
        name="Berta Buch",
        topics={"accounting-invoicing": 3},
        headline="Buchhaltung und Rechnungen",
        about="Ich mache seit Jahren die Buchhaltung und schreibe Rechnungen.",
    )
    factories.pilot(name="Paul Pause", state=PilotState.PAUSED)
    factories.pilot(name="Fritz Fern", postcode="80331", remote=False)
    made = factories.help_request(RequestState.SUBMITTED)
    sweep.run(at=at)
    return made


def test_the_sweep_ranks_the_one_who_can_first_with_reasons_that_add_up(request_: HelpRequest) -> None:
    rows = queries.suggestions(request_.id)
    assert rows[0].pilot.user.name == "Wiebke Web"
    for row in rows:
        assert abs(sum(share["value"] for share in row.shares) - row.score) < 1e-6
    assert rows[0].reasons["coordinator"]["de"], "no reason in words"
    assert "Fritz Fern" not in {row.pilot.user.name for row in rows}
    assert queries.matching_of(request_.id).removed == {"distance": 1}


def test_a_second_sweep_changes_nothing_and_a_changed_request_is_scored_again(
    request_: HelpRequest, at: datetime
) -> None:
    before = {row.id for row in queries.suggestions(request_.id)}
    assert sweep.run(at=at) == 0
    with transaction():
        request_.description = "Wir brauchen Hilfe mit Rechnungen und Buchhaltung im Verein."
        request_.title = "Rechnungen schreiben"
        request_.revision += 1
    assert sweep.run(at=at) == 1
    rows = queries.suggestions(request_.id)
    assert rows[0].pilot.user.name == "Berta Buch"
    assert {row.id for row in rows} == before


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Für „Lochkartenleser“ haben wir niemanden gefunden."), ("en", "We found nobody for “Lochkartenleser”.")],
)
def test_a_word_that_nobody_knows_is_named_where_the_ranking_is_in_doubt(
    request_: HelpRequest, as_coordinator: PageClient, at: datetime, language: str, words: str
) -> None:
    as_coordinator.client.set_cookie(COOKIE, language)
    assert words not in as_coordinator.get("proposals.candidates", request_id=request_.id).text
    with transaction():
        request_.title, request_.description = "Lochkartenleser", "Das Gerät brummt und keiner weiß Rat."
        request_.revision += 1
    sweep.run(at=at)
    assert words in as_coordinator.get("proposals.candidates", request_id=request_.id).text


def test_a_changed_pilot_is_scored_again(request_: HelpRequest, at: datetime) -> None:
    away = queries.suggestions(request_.id)[0].pilot
    with transaction():
        away.remote, away.on_site, away.radius_km, away.postcode = False, True, 5, "80331"
        away.revision += 1
    assert sweep.run(at=at) == 1
    assert away.id not in {row.pilot_id for row in queries.suggestions(request_.id)}


def test_suggestions_go_with_the_request(request_: HelpRequest, at: datetime, coordinator: User) -> None:
    from lotsen.help_requests import service as help_requests

    with transaction():
        help_requests.withdraw(request_, by=coordinator, at=at)
    sweep.run(at=at)
    assert db.session.scalars(select(Proposal)).all() == []


def test_the_queue_shows_who_is_ahead(request_: HelpRequest, as_coordinator: PageClient) -> None:
    page = as_coordinator.get("proposals.queue")
    assert "Wiebke Web" in page.text
    assert request_.case_number in page.text


def test_one_page_checks_clears_and_approves_in_one_go(request_: HelpRequest, as_coordinator: PageClient) -> None:
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    for words in ("Wiebke Web", "Kurztext", "Paul Pause", "macht gerade Pause", "wohnt zu weit weg"):
        assert words in page.text
    first = queries.suggestions(request_.id)[0]
    values = {f"place-{row.id}": "0" for row in queries.suggestions(request_.id)} | {f"place-{first.id}": "1"}
    done = page.submit("Reihenfolge freigeben", short_text="Ein Verein sucht Hilfe.", verify="y", **values)
    assert (
        f"Die Reihenfolge ist freigegeben. Zuerst fragen wir {first.pilot.user.name}, die E-Mail geht hinaus:"
        in done.text
    )
    assert (request_.state, first.state) == (RequestState.ASKING, State.ASKED)
    assert request_.short_text == "Ein Verein sucht Hilfe."
    again = page.submit("Reihenfolge freigeben", short_text="Ein Verein sucht Hilfe.", verify="y", **values)
    assert "Die Reihenfolge ist freigegeben." in again.text
    leaves = plain_datetime(queries.ask_leaves_at(first))
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    assert f"wird gefragt: {leaves}" in page.text and "ist gefragt" not in page.text
    assert f"Lotsin oder Lotse, wird gefragt: {leaves}" in as_coordinator.get("home.start").text
    called = as_coordinator.get("home.search", suche=first.pilot.user.name)
    assert f"wird gefragt: {leaves}" in called.text and "ist gefragt" not in called.text


def test_another_order_sent_later_is_not_called_approved(request_: HelpRequest, as_coordinator: PageClient) -> None:
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    rows = queries.suggestions(request_.id)
    nobody = {f"place-{row.id}": "0" for row in rows}
    page.submit("Reihenfolge freigeben", verify="y", **(nobody | {f"place-{rows[0].id}": "1"}))
    both = nobody | {f"place-{rows[0].id}": "1", f"place-{rows[1].id}": "2"}
    page.submit("Reihenfolge freigeben", verify="y", status=409, **both)


def test_a_short_text_does_not_name_an_organisation_that_does_not_want_it(
    request_: HelpRequest, as_coordinator: PageClient
) -> None:
    with transaction():
        request_.name_may_be_shown = False
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    assert "Der Name der Organisation wird nicht gezeigt." in page.text
    rows = queries.suggestions(request_.id)
    values = {f"place-{row.id}": "0" for row in rows} | {f"place-{rows[0].id}": "1"}
    text = f"Wir sind {request_.organisation_name} und haben eine Frage."
    answer = page.submit("Reihenfolge freigeben", short_text=text, verify="y", status=400, **values)
    assert "Die Organisation möchte nicht genannt werden." in answer.text and text in answer.html
    assert queries.latest_ladder(request_.id) is None


@pytest.mark.parametrize("given", ["contact_name", "contact_email", "contact_phone"])
def test_a_short_text_that_says_who_asks_is_not_sent(
    request_: HelpRequest, as_coordinator: PageClient, given: str
) -> None:
    with transaction():
        request_.contact_name, request_.contact_phone = "Gerda Möller", "0172/1234567"
        request_.contact_email = "gerda@example.org"
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    rows = queries.suggestions(request_.id)
    values = {f"place-{row.id}": "0" for row in rows} | {f"place-{rows[0].id}": "1"}
    text = f"Bitte {getattr(request_, given)} fragen, es geht um die Kasse."
    answer = page.submit("Reihenfolge freigeben", short_text=text, verify="y", status=400, **values)
    assert "Nehmen Sie Namen, Telefonnummern und E-Mail-Adressen" in answer.text
    assert request_.state is RequestState.SUBMITTED


def test_a_name_behind_frau_is_asked_about_and_may_be_kept_by_a_tick(
    request_: HelpRequest, as_coordinator: PageClient
) -> None:
    with transaction():
        request_.contact_name = "Gerda Möller"
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    assert "darf im Kurztext stehen" not in page.text
    rows = queries.suggestions(request_.id)
    values = {f"place-{row.id}": "0" for row in rows} | {f"place-{rows[0].id}": "1", "verify": "y"}
    own = "Die Liste von Frau Moeller stimmt nicht."
    page.submit("Reihenfolge freigeben", short_text=own, name_is_fine="y", status=400, **values)
    text = "Wir proben Frau Holle und brauchen eine Website."
    asked = page.submit("Reihenfolge freigeben", short_text=text, status=400, **values)
    assert "Im Kurztext steht wohl ein Name." in asked.text and "darf im Kurztext stehen" in asked.text
    assert request_.state is RequestState.SUBMITTED
    asked.submit("Reihenfolge freigeben", short_text=text, name_is_fine="y", **values)
    assert (request_.state, request_.short_text) == (RequestState.ASKING, text)
    assert happened(request_.entity, request_.id, "help_request.name_stays")


def test_the_second_coordinator_reads_what_happened_meanwhile(
    request_: HelpRequest, as_coordinator: PageClient, browser: object
) -> None:
    other = browser(factories.coordinator(name="Otto Office"))  # type: ignore[operator]
    mine = as_coordinator.get("proposals.candidates", request_id=request_.id)
    theirs = other.get("proposals.candidates", request_id=request_.id)
    first = queries.suggestions(request_.id)[0]
    chosen = {f"place-{row.id}": "0" for row in queries.suggestions(request_.id)} | {f"place-{first.id}": "1"}
    theirs.submit("Reihenfolge freigeben", verify="y", **chosen)
    page = mine.submit("Reihenfolge freigeben", verify="y", status=409, **chosen)
    assert "Otto Office" in page.text


@pytest.mark.parametrize(
    ("places", "words"),
    [([], "Wählen Sie mindestens eine Person"), (["1", "1"], "eigenen Platz")],
)
def test_a_wrong_order_is_explained_and_the_typed_text_stays(
    request_: HelpRequest, as_coordinator: PageClient, places: list[str], words: str
) -> None:
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    rows = queries.suggestions(request_.id)
    chosen = {f"place-{row.id}": "0" for row in rows}
    chosen |= {f"place-{row.id}": place for row, place in zip(rows, places, strict=False)}
    answer = page.submit("Reihenfolge freigeben", status=400, short_text="Mein Kurztext steht noch da.", **chosen)
    assert words in answer.text
    assert "Mein Kurztext steht noch da." in answer.html
    assert request_.state is RequestState.SUBMITTED


def test_an_unverified_organisation_cannot_be_opened_without_the_tick(
    request_: HelpRequest, as_coordinator: PageClient
) -> None:
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    answer = page.submit("Reihenfolge freigeben", status=400)
    assert "setzen Sie dann den Haken" in answer.text
    assert "eigener Fall" not in answer.text
    assert request_.state is RequestState.SUBMITTED


def test_not_this_one_needs_a_reason_and_takes_the_suggestion_off(
    request_: HelpRequest, as_coordinator: PageClient, at: datetime
) -> None:
    first = queries.suggestions(request_.id)[0]
    as_coordinator.post("proposals.not_this_one", {"reason": "expertise"}, request_id=request_.id, proposal_id=first.id)
    assert first.state is State.NOT_CHOSEN
    as_coordinator.post(
        "proposals.not_this_one", {"reason": "made_up"}, status=400, request_id=request_.id, proposal_id=first.id
    )
    sweep.run(at=at)
    assert first.pilot_id not in {row.pilot_id for row in queries.suggestions(request_.id)}


def test_why_not_names_the_rule_and_anybody_can_be_put_on_the_list(
    request_: HelpRequest, as_coordinator: PageClient
) -> None:
    page = as_coordinator.get("proposals.candidates", request_id=request_.id, wer="fern")
    assert "Fritz Fern fehlt hier: wohnt zu weit weg." in page.text
    page = as_coordinator.get("proposals.candidates", request_id=request_.id, wer="Niemand Nirgends")
    assert "Niemand im Programm heißt so." in page.text
    page = as_coordinator.get("proposals.candidates", request_id=request_.id, wer="Berta")
    page = page.submit("Trotzdem vorschlagen – Berta Buch")
    assert "Berta Buch" in page.text


@pytest.mark.parametrize("role", ["as_member", "as_pilot", "as_administrator"])
def test_only_coordinators_see_candidates(request_: HelpRequest, request: pytest.FixtureRequest, role: str) -> None:
    client: PageClient = request.getfixturevalue(role)
    client.get("proposals.queue", status=403)
    client.get("proposals.candidates", status=403, request_id=request_.id)
    client.post("proposals.approve_ladder", status=403, request_id=request_.id)


def test_a_request_that_does_not_exist_is_404(as_coordinator: PageClient, request_: HelpRequest) -> None:
    as_coordinator.get("proposals.candidates", status=404, request_id=999)
    foreign = factories.proposal()
    as_coordinator.post("proposals.recall_ask", status=404, request_id=request_.id, proposal_id=foreign.id)


def test_the_page_takes_few_statements_and_stays_small(
    request_: HelpRequest, as_coordinator: PageClient, statements: list[str], at: datetime
) -> None:
    for _ in range(12):
        factories.pilot()
    sweep.run(at=at)
    number = request_.id
    as_coordinator.get("proposals.candidates", request_id=number)  # that it was read is written down once a day
    db.session.remove()  # what this test has loaded would be read again
    statements.clear()
    page = as_coordinator.get("proposals.candidates", request_id=number)
    reads = [s for s in statements if not s.startswith(("BEGIN", "PRAGMA"))]
    assert len(reads) <= 15, [x[:60] + x[x.find("FROM") :][:90] for x in reads]
    assert len(page.html) < 100 * 1024


def test_the_list_of_a_request_that_was_changed_is_not_offered_until_it_is_found_anew(
    request_: HelpRequest, as_coordinator: PageClient, coordinator: User, at: datetime
) -> None:
    with transaction():
        help_requests.clear_short_text(request_, "Eine Homepage ist alt.", by=coordinator, at=at)
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    assert "Wiebke Web" in page.text and "Der Kurztext ist älter" not in page.text
    later = at + timedelta(minutes=1)
    with transaction():
        row = db.session.get_one(HelpRequest, request_.id)
        help_requests.edit(row, {"title": "Rechnungen", "topics": ["accounting-invoicing"]}, by=coordinator, at=later)
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    assert "die Vorschläge werden neu berechnet" in page.text
    assert "Wiebke Web" not in page.text and "Reihenfolge freigeben" not in page.text
    sweep.run(at=later)
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    assert "Berta Buch" in page.text and "Reihenfolge freigeben" in page.text
    assert "Der Kurztext ist älter als die Anfrage." in page.text


def test_who_approves_somebody_who_is_not_free_is_told_so_at_once(
    request_: HelpRequest, as_coordinator: PageClient
) -> None:
    rows = queries.suggestions(request_.id)
    with transaction():
        busy = db.session.merge(rows[0].pilot)
        busy.reserved = busy.capacity
    page = as_coordinator.get("proposals.candidates", request_id=request_.id)
    values = {f"place-{row.id}": "0" for row in rows} | {f"place-{rows[0].id}": "1"}
    done = page.submit("Reihenfolge freigeben", short_text="Ein Verein sucht Hilfe.", verify="y", **values)
    assert "Aus dieser Reihenfolge ist zurzeit niemand frei." in done.text
    assert "Gerade nicht frei: Wiebke Web (hat gerade genug zu tun)." in done.text
