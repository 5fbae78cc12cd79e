"""The talk, the conditions, the title."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.audit.queries.own_cases import own_cases
from lotsen.core import clock
from lotsen.core.access import Role
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.pilots import service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from tests import factories
from tests.conftest import Time
from tests.features.pilots.conftest import again, kinds
from tests.page import Page, PageClient

CONDITIONS = {
    "talk_held_on-tag": "23",
    "talk_held_on-monat": "11",
    "talk_held_on-jahr": "2026",
    "duties_signed_on-tag": "23",
    "duties_signed_on-monat": "11",
    "duties_signed_on-jahr": "2026",
    "cover_explained": "y",
}


@pytest.fixture
def applicant(app: object, time: Time) -> Pilot:
    """Somebody with a complete profile, in a talk."""
    return factories.pilot(State.INTERVIEW, name="Ida Neu", phone="05721 4711")


def award_page(browser: PageClient, pilot_id: int) -> Page:
    return browser.get("pilots.act", pilot_id=pilot_id, action="titel")


def test_the_talk_gets_a_date_and_the_person_a_mail(as_coordinator: PageClient, mails: Callable[..., list]) -> None:
    pilot_id = factories.pilot(State.SUBMITTED).id
    page = as_coordinator.get("pilots.act", pilot_id=pilot_id, action="gespraech")
    after = page.submit("Termin eintragen", **{"day-tag": "1", "day-monat": "12", "day-jahr": "2026", "clock": "15:30"})
    assert "Dienstag, 1. Dezember 2026, 15:30 Uhr" in after.text and "im Gespräch" in after.text
    assert "Dienstag, 1. Dezember 2026, 15:30 Uhr" in " ".join(mails("pilots.talk_date")[0].text.split())


def test_a_talk_in_the_past_is_refused_and_what_was_typed_stays(as_coordinator: PageClient, app: object) -> None:
    pilot_id = factories.pilot(State.SUBMITTED).id
    page = as_coordinator.get("pilots.act", pilot_id=pilot_id, action="gespraech")
    past = page.submit("Termin eintragen", **{"day-tag": "1", "day-monat": "11", "day-jahr": "2026"})
    assert past.errors == ["Geben Sie heute oder einen späteren Tag ein."]
    assert past.soup.find("input", attrs={"name": "day-monat"})["value"] == "11"
    today = page.submit("Termin eintragen", **{"day-tag": "24", "day-monat": "11", "day-jahr": "2026", "clock": "8:00"})
    assert today.errors == ["Das liegt in der Vergangenheit. Geben Sie einen späteren Zeitpunkt ein."]
    assert db.session.get_one(Pilot, pilot_id).state is State.SUBMITTED


def test_the_title_is_awarded_when_everything_holds(
    as_coordinator: PageClient, applicant: Pilot, coordinator: User, mails: Callable[..., list]
) -> None:
    person = applicant.user_id
    page = award_page(as_coordinator, applicant.id).submit("Titel verleihen", **CONDITIONS)
    assert "dabei" in page.text
    pilot = again(applicant)
    assert pilot.state is State.AWARDED and pilot.awarded_on == local_date(clock.now())
    assert pilot.duties_seen_by == coordinator.id and pilot.user_id == person
    assert Role.PILOT in pilot.user.roles
    assert [mail.kind for mail in mails()] == ["pilots.awarded"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "pilot.awarded")).one()
    assert (event.before, event.after, event.actor_id) == ("interview", "awarded", coordinator.id)


def test_what_is_missing_is_named_and_nothing_is_awarded(as_coordinator: PageClient, app: object, time: Time) -> None:
    pilot = factories.pilot(State.INTERVIEW, headline="", topics={})
    page = award_page(as_coordinator, pilot.id).submit("Titel verleihen")
    for words in (
        "nicht eingetragen, wann das Gespräch war",
        "Im Profil fehlt",
        "nicht eingetragen, dass die Pflichten unterschrieben sind",
        "nicht angekreuzt, dass die Versicherung erklärt ist",
    ):
        assert words in page.text
    assert again(pilot).state is State.INTERVIEW


def test_the_day_of_the_talk_is_known_once_it_is_over(as_coordinator: PageClient, time: Time) -> None:
    pilot = factories.pilot(State.INTERVIEW, talk_at=time.at)
    time.forward(days=1)
    days = [field["value"] for field in award_page(as_coordinator, pilot.id).soup.select("#talk_held_on input")]
    assert days == ["24", "11", "2026"]


def test_conditions_can_be_kept_one_by_one(as_coordinator: PageClient, applicant: Pilot) -> None:
    award_page(as_coordinator, applicant.id).submit("Nur speichern", cover_explained="y")
    pilot = again(applicant)
    assert pilot.cover_explained and pilot.state is State.INTERVIEW
    page = as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    assert "Für den Titel fehlt noch" in page.text and "dass die Versicherung erklärt ist" not in page.text


def test_duties_signed_in_the_future_are_refused(as_coordinator: PageClient, applicant: Pilot) -> None:
    page = award_page(as_coordinator, applicant.id).submit(
        "Titel verleihen", **{**CONDITIONS, "duties_signed_on-jahr": "2027"}
    )
    assert page.errors == ["Geben Sie heute oder einen früheren Tag ein."]


def test_the_button_pressed_twice_shows_the_success_page_and_sends_one_mail(
    as_coordinator: PageClient, applicant: Pilot, mails: Callable[..., list]
) -> None:
    page = award_page(as_coordinator, applicant.id)
    first = page.submit("Titel verleihen", **CONDITIONS)
    second = page.submit("Titel verleihen", **CONDITIONS, status=200)
    assert first.path == second.path
    assert len(mails("pilots.awarded")) == 1


def test_two_coordinators_at_once_the_second_reads_what_happened(
    as_coordinator: PageClient, browser: Callable[..., PageClient], applicant: Pilot, mails: Callable[..., list]
) -> None:
    other = browser(factories.coordinator(name="Kurt Kollege"))
    page = award_page(other, applicant.id)
    award_page(as_coordinator, applicant.id).submit("Titel verleihen", **CONDITIONS)
    late = page.submit("Titel verleihen", **CONDITIONS, status=409)
    assert "Karin Koordination" in late.text
    assert len(mails("pilots.awarded")) == 1


def test_two_opposite_decisions_at_once_only_the_first_counts(
    as_coordinator: PageClient, browser: Callable[..., PageClient], applicant: Pilot
) -> None:
    reject = browser(factories.coordinator()).get("pilots.act", pilot_id=applicant.id, action="nicht-aufnehmen")
    award_page(as_coordinator, applicant.id).submit("Titel verleihen", **CONDITIONS)
    reject.submit("Nicht aufnehmen", status=409)
    assert again(applicant).state is State.AWARDED


def test_nobody_awards_the_own_title(browser: Callable[..., PageClient], app: object, time: Time) -> None:
    both = factories.user(Role.COORDINATOR, Role.PILOT)
    pilot = factories.pilot(State.INTERVIEW, user=both)
    deputy = factories.coordinator(name="Dora Deputy")
    page = award_page(browser(both), pilot.id).submit("Titel verleihen", **CONDITIONS)
    assert "Bitte lassen Sie ihn jemand anderen entscheiden: Dora Deputy." in page.text
    assert "öffnet dafür" not in page.text
    assert again(pilot).state is State.INTERVIEW
    office = factories.administrator(name="Anna Amt")
    with transaction():
        db.session.get_one(User, deputy.id).active = False
    page = award_page(browser(both), pilot.id).submit("Titel verleihen", **CONDITIONS)
    assert "entscheiden: Anna Amt. Wer verwaltet, öffnet dafür diese Seite und übernimmt dort" in page.text
    with transaction():
        db.session.get_one(User, office.id).active = False
    page = award_page(browser(both), pilot.id).submit("Titel verleihen", **CONDITIONS)
    assert "Bitte nennen Sie den Grund." in page.text and again(pilot).state is State.INTERVIEW
    page.submit("Titel verleihen", own_case_reason="Sonst ist niemand da.")
    assert again(pilot).state is State.AWARDED and own_cases(clock.now()) == 1


def test_the_service_refuses_by_itself(applicant: Pilot, coordinator: User, run: Callable[..., object]) -> None:
    at = clock.now()
    with pytest.raises(InvalidInput, match="talk,duties,cover"):
        run(service.award, applicant, by=coordinator, at=at)
    with pytest.raises(InvalidInput, match="Karin Koordination"):
        run(service.award, applicant, by=applicant.user, at=at)


def test_not_taking_somebody_on_needs_a_reason_from_the_list_and_sends_no_mail(
    as_coordinator: PageClient, applicant: Pilot, mails: Callable[..., list]
) -> None:
    page = as_coordinator.get("pilots.act", pilot_id=applicant.id, action="nicht-aufnehmen")
    after = page.submit("Nicht aufnehmen", reason="sells")
    assert "nicht aufgenommen: Möchte vor allem verkaufen" in after.text
    assert not mails() and Role.PILOT not in again(applicant).user.roles


def test_the_applicant_withdraws_by_the_own_profile(browser: Callable[..., PageClient], applicant: Pilot) -> None:
    page = browser(applicant.user).get("pilots.own", action="zurueckziehen")
    page.submit("Bewerbung zurückziehen")
    assert again(applicant).state is State.WITHDRAWN


def test_two_working_days_after_the_talk_its_result_is_a_task(
    app: Flask, applicant: Pilot, coordinator: User, run: Callable[..., object], days_pass: Callable[[float], object]
) -> None:
    run(service.arrange_talk, applicant, clock.now() + timedelta(days=1), by=coordinator, at=clock.now())
    days_pass(1)
    assert kinds(app) == []
    days_pass(2)  # Wednesday's talk, Friday's question
    assert kinds(app) == ["pilot.ask_result"]


def test_a_talk_without_date_becomes_a_task_after_ten_working_days(
    app: Flask, applicant: Pilot, coordinator: User, run: Callable[..., object], days_pass: Callable[[float], object]
) -> None:
    run(service.arrange_talk, applicant, None, by=coordinator, at=clock.now())
    days_pass(13)
    assert kinds(app) == []
    days_pass(1)
    assert kinds(app) == ["pilot.no_date"]


def test_on_the_own_page_there_is_no_button_for_what_a_second_person_does(
    browser: Callable[..., PageClient], app: object, time: Time
) -> None:
    both = factories.user(Role.COORDINATOR, Role.PILOT)
    pilot = factories.pilot(State.INTERVIEW, user=both)
    page = browser(both).get("pilots.detail", pilot_id=pilot.id)
    assert page.links("Titel verleihen") and not page.links("Führungszeugnis gesehen"), "nobody else is there"
    factories.administrator()
    page = browser(both).get("pilots.detail", pilot_id=pilot.id)
    assert not page.links("Titel verleihen") and not page.links("Führungszeugnis gesehen")
