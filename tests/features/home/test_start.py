"""The start page for each hat."""

from lotsen.core.db import transaction
from lotsen.engagements import service
from lotsen.engagements.rules import Side
from lotsen.followups import service as followups
from lotsen.followups.rules import Kind
from lotsen.help_requests import queries as help_requests
from lotsen.help_requests.rules import State as RequestState
from tests import factories


def test_a_pilot_sees_open_asks_and_questions(app, time, browser):
    proposal = factories.proposal("asked", of=factories.help_request("asking"))
    page = browser(proposal.pilot.user).get("home.start")
    assert "Ein Verein braucht Hilfe" in page.text
    assert page.links(f"Ansehen und antworten – {proposal.help_request.case_number}")


def test_a_member_sees_the_yes_that_waits_once_and_each_other_request_in_a_sentence(app, time, browser):
    member = factories.member()
    proposal = factories.proposal("accepted", of=factories.help_request("asking", by=member))
    other = factories.help_request(by=member, title="Noch eine Sache")
    page = browser(member.user).get("home.start")
    assert "möchte Ihnen helfen" in page.text and page.text.count(proposal.help_request.title) == 1
    assert other.title in page.text and help_requests.status_sentence(other, time.at) in page.text


def test_the_start_page_counts_every_task_and_leads_to_all_of_them(app, time, as_coordinator):
    verified = factories.member()
    for number in range(63):
        factories.help_request(RequestState.OPEN, by=verified, title=f"Kasse {number}")
    last = factories.help_request(RequestState.OPEN, by=verified, task="overdue", state_since=time.at)
    page = as_coordinator.get("home.start")
    assert "64 Aufgaben, davon dringend: 1" in page.text and last.case_number not in page.text
    page = page.click("Alle 64 ansehen")
    assert len(page.soup.select("ul.tasks > li")) == 64 and last.case_number in page.text


def test_a_member_sees_open_questions(app, time, browser):
    case = factories.engagement()
    with transaction():
        followups.ask(case, Kind.DATE_AGREED, Side.MEMBER, at=time.at)
    assert "Haben Sie einen Termin?" in browser(case.help_request.contact).get("home.start").text


def test_the_coordinator_sees_tasks_with_a_few_statements(app, time, as_coordinator, statements):
    case = factories.engagement()
    with transaction():
        service.needs_office(case, Side.MEMBER, "fits_not", by=case.pilot.user, at=time.at)
    for _ in range(5):
        factories.help_request()
    as_coordinator.get("home.start")
    statements.clear()
    page = as_coordinator.get("home.start")
    assert "Es passt nicht" in page.text
    reads = [s for s in statements if not s.startswith(("BEGIN", "PRAGMA"))]
    assert len(reads) <= 11, "\n".join(reads)


def test_a_call_that_was_promised_is_due_that_day_and_stands_first(app, time, as_coordinator):
    for _ in range(25):
        factories.help_request(RequestState.SUBMITTED, urgency="high", created_at=time.at)
    time.forward(days=2)  # a Thursday
    row = factories.help_request(
        RequestState.DRAFT, contact_email="", contact_phone="05721 4711", contact_name="Tilda Ton", created_at=time.at
    )
    assert "Tilda Ton" not in as_coordinator.get("home.start").text
    time.forward(days=1)
    for endpoint in ("home.start", "outbox.calls"):
        assert "Unbestätigt, bitte anrufen: Tilda Ton" in as_coordinator.get(endpoint).text
    page = as_coordinator.get("home.start")
    assert "Tilda Ton" in page.soup.select_one(".tasks li").text
    assert "fällig seit Freitag, 27. November 2026" in page.soup.select_one(".tasks li").text
    assert "versprochen für Freitag, 27. November 2026" in as_coordinator.get("outbox.calls").text
    assert row.state is RequestState.DRAFT


def test_all_tasks_can_be_seen_with_as_few_statements(app, time, as_coordinator, statements):
    for number in range(23):
        factories.help_request(title=f"Anliegen {number}")
    page = as_coordinator.get("home.start")
    assert len(page.soup.select(".tasks > li")) == 20 and "23 Aufgaben" in page.text
    statements.clear()
    whole = page.click("Alle 23 ansehen")
    assert len(whole.soup.select(".tasks > li")) == 23 and "Alle 23 ansehen" not in whole.text
    reads = [s for s in statements if not s.startswith(("BEGIN", "PRAGMA"))]
    assert len(reads) <= 11, "\n".join(reads)


def test_the_administrator_sees_the_health_of_the_mails(app, time, as_administrator):
    assert "Alle E-Mails wurden zugestellt" in as_administrator.get("home.start").text


def test_somebody_without_a_role_is_told_what_is_possible(app, time, browser):
    assert "Willkommen" in browser(factories.user()).get("home.start").text
