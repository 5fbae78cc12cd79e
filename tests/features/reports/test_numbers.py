"""The page of numbers: what it counts, what it does not show, its files, and how few statements it takes."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from lotsen.accounts.models import User
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements.models import Appointment, Engagement, HoursEntry
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as EngagementState
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Answer
from lotsen.followups.rules import Kind as Question
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.help_requests.service.intake import set_topics
from lotsen.municipality import service as municipality
from lotsen.organisations.rules import Kind
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import EndReason
from lotsen.pilots.rules import State as PilotState
from lotsen.privacy.service import erasure
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.conftest import Time
from tests.page import Page, PageClient

LAST_YEAR = datetime(2025, 6, 10, 9, 0, tzinfo=UTC)


def requests(number: int, state: State = State.OPEN, kind: Kind = Kind.CLUB, **values: object) -> list[HelpRequest]:
    """So many requests, each of an organisation of its own."""
    made = []
    for _ in range(number):
        of = factories.organisation(kind=kind, postcode=values.get("postcode", "31655"))
        made.append(factories.help_request(state, by=factories.member(of), **values))
    return made


def engagement(state: EngagementState = EngagementState.COMPLETED) -> Engagement:
    """An engagement whose request is completed."""
    request = requests(1, State.COMPLETED)[0]
    return factories.engagement(state, of=factories.proposal(ProposalState.CONFIRMED, of=request))


def keep(*rows: object) -> None:
    """Add rows of the test."""
    with transaction():
        db.session.add_all(rows)


def met(of: Engagement, days: int, at: datetime) -> Appointment:
    """That they met so many days after the request."""
    submitted = of.help_request.submitted_at
    assert submitted is not None
    return Appointment(engagement_id=of.id, starts_at=submitted + timedelta(days=days), created_at=at)


def asked(of: Engagement, answer: Answer | None, at: datetime) -> FollowUp:
    """The last question and what was said to it."""
    said = {"answer": answer, "answered_at": at} if answer else {}
    return FollowUp(engagement_id=of.id, kind=Question.STILL_IN_USE, side=Side.MEMBER, asked_at=at, **said)


def figures(page: Page) -> dict[str, str]:
    """The totals by their words."""
    return {div.dt.get_text(): div.dd.get_text() for div in page.soup.select(".figures div")}


def table(page: Page, title: str) -> dict[str, str]:
    """The lines of one table by their words."""
    for one in page.soup.find_all("table"):
        if one.caption.get_text() == title:
            return {row.th.get_text(): row.td.get_text(strip=True) for row in one.tbody.find_all("tr")}
    return {}


def test_before_the_first_request_the_page_says_what_comes_next(as_visitor: PageClient) -> None:
    page = as_visitor.get("reports.numbers")
    assert "Noch keine Zahlen" in page.text
    assert page.links("Hilfe anfragen")
    as_visitor.get("reports.numbers", jahr="2026", status=404)


def test_the_files_of_an_empty_town_are_there_too(as_coordinator: PageClient) -> None:
    assert as_coordinator.client.get("/zahlen.csv").text.strip("\ufeff") == "Tabelle;Zeile;Zahl\r\n"
    assert "Noch keine Zahlen" in as_coordinator.get("reports.numbers_pdf").text


def test_everybody_finds_the_page_and_its_totals(as_visitor: PageClient, at: datetime) -> None:
    done, running = engagement(), engagement(EngagementState.RUNNING)
    keep(*(HoursEntry(engagement_id=done.id, on=at.date(), minutes=90, created_at=at) for _ in range(3)))
    requests(2)
    page = as_visitor.get("public.landing").click("Alle Zahlen")
    assert running.pilot_id != done.pilot_id
    assert figures(page) == {
        "Anfragen": "4",
        "Begleitungen begonnen": "2",
        "davon zu Ende gebracht": "1",
        "Organisationen geholfen": "1",
        "Lotsinnen und Lotsen": "2",
        "Stunden im Ehrenamt": "4",
    }


def test_what_became_of_the_requests_has_a_line_each_and_kind_words(as_visitor: PageClient) -> None:
    for number, state in enumerate((State.REFERRED, State.ANSWERED, State.REJECTED, State.PUT_ASIDE, State.WAITING), 1):
        requests(number, state)
    for state in (State.DRAFT, State.MERGED, State.SPLIT):
        factories.help_request(state)
    page = as_visitor.get("reports.numbers")
    assert figures(page)["Anfragen"] == "15"
    assert table(page, "Was aus den Anfragen wurde") == {
        "Eine Lotsin oder ein Lotse hat geholfen": "0",
        "Eine Lotsin oder ein Lotse hilft gerade": "0",
        "Direkt beantwortet": "2",
        "An eine andere Stelle vermittelt": "1",
        "Das können wir im Programm nicht leisten": "3",
        "Von der Organisation zurückgezogen": "0",
        "Zur Seite gelegt": "4",
        "Wartet: Es fehlt noch jemand, der passt": "5",
        "In Arbeit": "0",
    }
    assert "abgelehnt" not in page.text.casefold()


def test_a_small_group_cannot_be_computed_from_the_total(as_visitor: PageClient) -> None:
    requests(5, kind=Kind.CLUB)
    requests(4, kind=Kind.BUSINESS)
    requests(1, kind=Kind.INSTITUTION)
    page = as_visitor.get("reports.numbers")
    assert table(page, "Wer gefragt hat") == {"Verein": "5", "Übrige": "5"}
    assert "damit niemand einzelne Personen oder Organisationen erkennt" in page.text


def test_the_smallest_number_is_the_towns(as_visitor: PageClient, at: datetime) -> None:
    requests(5, kind=Kind.CLUB)
    requests(4, kind=Kind.BUSINESS)
    requests(9, kind=Kind.INSTITUTION)
    assert len(table(as_visitor.get("reports.numbers"), "Wer gefragt hat")) == 3
    with transaction():
        municipality.change("smallest_number_shown", 5, by=factories.administrator(), at=at)
    page = as_visitor.get("reports.numbers")
    assert table(page, "Wer gefragt hat") == {"Einrichtung": "9", "Übrige": "9"}
    assert "erst ab 5." in page.text


def test_one_organisation_with_many_requests_is_not_shown_by_itself(as_visitor: PageClient) -> None:
    requests(4, kind=Kind.CLUB)
    requests(3, kind=Kind.BUSINESS)
    kita = factories.member(factories.organisation(kind=Kind.INSTITUTION))
    for _ in range(6):
        factories.help_request(by=kita)
    assert table(as_visitor.get("reports.numbers"), "Wer gefragt hat") == {"Verein": "4", "Übrige": "9"}


def test_a_year_is_chosen_and_another_year_does_not_give_away_a_small_group(as_visitor: PageClient, time: Time) -> None:
    here = time.at
    time.set(LAST_YEAR)
    requests(6, kind=Kind.CLUB)
    requests(5, kind=Kind.BUSINESS)
    requests(4, kind=Kind.INSTITUTION)
    time.set(here)
    requests(7, kind=Kind.CLUB)
    requests(3, kind=Kind.BUSINESS)
    requests(1, kind=Kind.INSTITUTION)
    everything = as_visitor.get("reports.numbers")
    assert table(everything, "Wer gefragt hat") == {"Verein": "13", "Übrige": "13"}
    before = everything.click("2025")
    assert figures(before)["Anfragen"] == "15"
    assert table(before, "Wer gefragt hat") == {"Unternehmen": "5", "Verein": "6", "Einrichtung": "4"}
    assert table(everything.click("2026"), "Wer gefragt hat") == {"Verein": "7", "Übrige": "4"}


def test_a_year_with_too_few_is_left_out_of_all_years_and_named(as_visitor: PageClient, time: Time) -> None:
    here = time.at
    time.set(LAST_YEAR)
    requests(6, kind=Kind.CLUB)
    requests(5, kind=Kind.BUSINESS)
    time.set(here)
    requests(2, kind=Kind.CLUB)
    everything = as_visitor.get("reports.numbers")
    assert figures(everything)["Anfragen"] == "13"
    assert table(everything, "Wer gefragt hat") == {"Unternehmen": "5", "Verein": "6", "Einrichtung": "0"}
    assert "Ohne 2026: Da sind es zu wenige" in everything.text
    this = everything.click("2026")
    assert not table(this, "Wer gefragt hat")
    assert "Noch zu wenige, um sie aufzuteilen." in this.text


def test_the_turn_of_the_year_is_the_towns_not_greenwichs(as_visitor: PageClient, time: Time) -> None:
    here = time.at
    time.set(datetime(2025, 12, 31, 23, 30, tzinfo=UTC))  # half past midnight in Stadthagen
    requests(1)
    time.set(datetime(2025, 12, 31, 22, 30, tzinfo=UTC))
    requests(2)
    time.set(here)
    page = as_visitor.get("reports.numbers")
    assert figures(page.click("2026"))["Anfragen"] == "1"
    assert figures(page.click("2025"))["Anfragen"] == "2"


def test_topics_and_places_are_counted(as_visitor: PageClient) -> None:
    inside, outside = requests(4), requests(3, postcode="31688")
    with transaction():
        for row in inside:
            set_topics(db.session.merge(row), ("website", "it-security"), ())
        for row in outside:
            set_topics(db.session.merge(row), ("website",), ())
    page = as_visitor.get("reports.numbers")
    assert table(page, "Woher die Anfragen kamen") == {"Stadthagen": "4", "außerhalb": "3"}
    assert sorted(table(page, "Worum es ging").values()) == ["4", "7"]


def test_levels_of_the_pilots_of_today(as_visitor: PageClient) -> None:
    for level, number in ((3, 3), (2, 5)):
        for _ in range(number):
            factories.pilot(topics={"website": level, "it-security": 1})
    factories.pilot(PilotState.SUBMITTED, topics={"website": 1})
    page = as_visitor.get("reports.numbers")
    title = "Was Lotsinnen und Lotsen heute können, nach ihrem besten Thema"
    assert table(page, title) == {
        "Kann es anderen beibringen": "3",
        "Macht es selbst": "5",
        "Kennt sich etwas aus": "0",
    }


@pytest.mark.parametrize(
    ("days", "said"), [((2, 9), "noch zu wenige"), ((2, 9, 4), "4 Tage"), ((2, 9, 4, 6), "5 Tage")]
)
def test_the_median_of_the_days_to_the_first_meeting(
    as_visitor: PageClient, time: Time, days: tuple[int, ...], said: str
) -> None:
    at = time.at
    for number in days:
        one = engagement()
        keep(met(one, number, at), met(one, number + 30, at), met(engagement(), 100, at))  # the last is still to come
    called_off = met(engagement(), 1, at)
    called_off.called_off_at = at
    keep(called_off)
    time.forward(days=60)
    assert said in as_visitor.get("reports.numbers").text


def test_whether_it_is_still_in_use_is_said_with_the_share_that_answered(as_visitor: PageClient, at: datetime) -> None:
    said = [Answer.YES] * 5 + [Answer.STUCK] * 4 + [Answer.NO] + [None] * 3
    keep(*(asked(engagement(), answer, at) for answer in said))
    page = as_visitor.get("reports.numbers")
    assert "10 von 13 haben geantwortet" in page.text
    assert table(page, "Nutzen Sie es noch?") == {"Ja": "5", "Übrige": "5"}


def test_who_is_erased_or_has_died_is_counted_still(as_visitor: PageClient, at: datetime, coordinator: User) -> None:
    done = engagement()
    keep(HoursEntry(engagement_id=done.id, on=at.date(), minutes=120, created_at=at))
    gone = factories.pilot()
    before = as_visitor.get("reports.numbers")
    with transaction():
        erasure.erase(db.session.merge(done.help_request.contact), channel="web", by=coordinator, at=at)
        erasure.erase(db.session.merge(done.pilot.user), channel="web", by=coordinator, at=at)
        pilots.end(db.session.merge(gone), EndReason.DECEASED, by=coordinator, at=at)
    after = as_visitor.get("reports.numbers")
    assert figures(after) == figures(before)
    assert table(after, "Was aus den Anfragen wurde") == table(before, "Was aus den Anfragen wurde")


def test_the_office_takes_the_same_numbers_to_the_council(as_coordinator: PageClient, as_visitor: PageClient) -> None:
    requests(5, kind=Kind.CLUB)
    requests(1, kind=Kind.INSTITUTION)
    page = as_coordinator.get("reports.numbers")
    answer = as_coordinator.client.get(page.links("Als Tabelle für Excel (CSV)")[0])
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert ["Insgesamt", "Anfragen", "6"] in lines
    assert ["Was aus den Anfragen wurde", "In Arbeit", "6"] in lines
    assert not [line for line in lines if line[0] == "Wer gefragt hat"]  # one of six would be the rest
    made = as_coordinator.client.get(page.links("Als PDF")[0])
    assert made.mimetype == "application/pdf" and made.data.startswith(b"%PDF")
    assert "Rat" not in as_visitor.get("reports.numbers").text


def test_an_administrator_has_the_files_too_and_a_pilot_has_not(
    as_administrator: PageClient, as_pilot: PageClient
) -> None:
    assert as_administrator.get("reports.numbers").links("Als Tabelle für Excel (CSV)")
    assert not as_pilot.get("reports.numbers").links("Als Tabelle für Excel (CSV)")
    as_pilot.get("reports.numbers_file", status=403)
    as_pilot.get("reports.numbers_pdf", status=403)


@pytest.mark.parametrize("year", ["1999", "2027", "zweitausend", "-1", "2026 ", "９", "2026;"])
def test_a_year_without_numbers_is_no_page(as_visitor: PageClient, year: str) -> None:
    requests(1)
    as_visitor.get("reports.numbers", jahr=year, status=404)


def test_the_page_takes_the_same_few_statements_whatever_there_is(
    as_visitor: PageClient, statements: list[str]
) -> None:
    def taken(**values: object) -> int:
        db.session.remove()
        statements.clear()
        as_visitor.get("reports.numbers", **values)
        return len([s for s in statements if s.startswith(("SELECT", "WITH")) and "sending_holds" not in s])

    requests(1)
    few = taken()
    for _ in range(3):
        engagement()
        requests(4, kind=Kind.BUSINESS)
    assert taken() == taken(jahr=2026) == few
    assert few <= 12  # the settings; the years; ten counts
