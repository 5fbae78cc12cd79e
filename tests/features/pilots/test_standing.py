"""Pause and back, suspend and reinstate, end."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from lotsen.accounts.models import User
from lotsen.core import clock
from lotsen.core.access import Role
from lotsen.core.errors import Conflict, InvalidInput
from lotsen.core.extensions import db
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import jobs, service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason, State
from tests import factories
from tests.conftest import Time
from tests.features.pilots.conftest import again, kinds
from tests.page import PageClient

TODAY = date(2026, 11, 24)


@pytest.fixture
def pilot(app: object, time: Time) -> Pilot:
    """An awarded pilot."""
    return factories.pilot(name="Lore Lotsin")


def test_a_pilot_pauses_until_a_day_and_comes_back_by_herself(
    browser: Callable[..., PageClient],
    pilot: Pilot,
    mails: Callable[..., list],
    days_pass: Callable[[float], object],
) -> None:
    page = browser(pilot.user).get("pilots.own", action="pause")
    page.submit("Pause eintragen", **{"until-tag": "1", "until-monat": "12", "until-jahr": "2026"})
    assert again(pilot).state is State.PAUSED
    days_pass(6)
    assert again(pilot).state is State.PAUSED
    days_pass(1)
    after = again(pilot)
    assert after.state is State.AWARDED and after.paused_until is None and after.pause_from is None
    assert [mail.kind for mail in mails()] == ["pilots.pause_confirmed", "pilots.welcome_back"]
    assert "Dienstag, 1. Dezember 2026" in " ".join(mails("pilots.pause_confirmed")[0].text.split())


def test_a_pause_that_lies_ahead_begins_by_itself(
    pilot: Pilot, run: Callable[..., object], days_pass: Callable[[float], object], mails: Callable[..., list]
) -> None:
    run(service.pause, pilot, TODAY + timedelta(days=3), None, by=pilot.user, at=clock.now())
    assert again(pilot).state is State.AWARDED
    days_pass(3)
    assert again(pilot).state is State.PAUSED
    assert [mail.kind for mail in mails()] == ["pilots.pause_confirmed"]


def test_a_planned_pause_can_be_called_off(
    browser: Callable[..., PageClient], pilot: Pilot, run: Callable[..., object], days_pass: Callable[[float], object]
) -> None:
    run(service.pause, pilot, TODAY + timedelta(days=3), None, by=pilot.user, at=clock.now())
    browser(again(pilot).user).get("pilots.own", action="wieder-da").submit("Pause beenden")
    days_pass(4)
    assert again(pilot).state is State.AWARDED and again(pilot).pause_from is None


def test_dates_of_a_pause_that_make_no_sense_are_told_and_kept(
    browser: Callable[..., PageClient], pilot: Pilot
) -> None:
    page = browser(pilot.user).get("pilots.own", action="pause")
    past = page.submit("Pause eintragen", **{"start-jahr": "2025"})
    assert past.errors == ["Geben Sie heute oder einen späteren Tag ein."]
    assert past.soup.find("input", attrs={"name": "start-jahr"})["value"] == "2025"
    late = {"start-tag": "24", "start-monat": "12", "until-tag": "1", "until-monat": "12", "until-jahr": "2026"}
    backwards = page.submit("Pause eintragen", **late)
    assert backwards.errors == ["Das Ende liegt vor dem Anfang. Geben Sie einen späteren Tag ein."]
    assert again(pilot).state is State.AWARDED


def test_an_open_pause_is_asked_about_after_eight_weeks_and_then_becomes_a_call(
    app: Flask,
    browser: Callable[..., PageClient],
    pilot: Pilot,
    coordinator: User,
    run: Callable[..., object],
    mails: Callable[..., list],
    days_pass: Callable[[float], object],
) -> None:
    run(service.pause, pilot, TODAY, None, by=pilot.user, at=clock.now())
    days_pass(55)
    assert not mails("pilots.still_paused")
    days_pass(1)
    assert len(mails("pilots.still_paused")) == 1
    assert kinds(app) == []
    days_pass(84)
    assert kinds(app) == ["pilot.call"]
    page = browser(coordinator).get("pilots.detail", pilot_id=pilot.id)
    page.submit("Gesprochen, später wieder erinnern")
    assert kinds(app) == []
    days_pass(85)
    assert kinds(app) == ["pilot.call"]


def test_the_link_of_an_open_pause_works_without_log_in_and_says_later_what_stands(
    as_visitor: PageClient,
    pilot: Pilot,
    run: Callable[..., object],
    mails: Callable[..., list],
    days_pass: Callable[[float], object],
) -> None:
    run(service.pause, pilot, TODAY, None, by=pilot.user, at=clock.now())
    days_pass(56)
    path = next(w for w in mails("pilots.still_paused")[0].text.split() if "/wieder-da/" in w)
    path = path.removeprefix("http://localhost")
    page = as_visitor.get_path(path)
    assert again(pilot).state is State.PAUSED  # opening changes nothing
    done = page.submit("Ich bin wieder da")
    assert again(pilot).state is State.AWARDED and "Jetzt gilt: dabei." in done.text
    assert "Jetzt gilt: dabei." in as_visitor.get_path(path).text
    as_visitor.get_path("/wieder-da/" + "0" * 32, status=404)


def test_a_pause_can_be_extended_and_pressed_twice_is_kept_once(
    pilot: Pilot, run: Callable[..., object], mails: Callable[..., list]
) -> None:
    first, second = TODAY + timedelta(days=7), TODAY + timedelta(days=30)
    for until in (first, first, second):
        run(service.pause, pilot, TODAY, until, by=pilot.user, at=clock.now())
    after = again(pilot)
    assert after.paused_until == second and after.visit == 3
    assert len(mails("pilots.pause_confirmed")) == 2


def test_a_suspended_pilot_cannot_be_asked_and_becomes_a_task_every_ten_working_days(
    app: Flask,
    as_coordinator: PageClient,
    pilot: Pilot,
    days_pass: Callable[[float], object],
) -> None:
    page = as_coordinator.get("pilots.act", pilot_id=pilot.id, action="sperren")
    assert page.submit("Sofort sperren").errors == ["Nennen Sie kurz den Grund."]
    page.submit("Sofort sperren", reason="Beschwerde eines Vereins")
    assert again(pilot).state is State.SUSPENDED
    days_pass(13)
    assert kinds(app) == []
    days_pass(1)
    assert kinds(app) == ["pilot.decide"]
    as_coordinator.get("pilots.act", pilot_id=pilot.id, action="freigeben").submit("Sperre aufheben")
    assert again(pilot).state is State.AWARDED and kinds(app) == []


def test_the_wish_to_end_is_a_task_and_the_thanks_leave_when_the_coordinator_ends_it(
    app: Flask, browser: Callable[..., PageClient], coordinator: User, pilot: Pilot, mails: Callable[..., list]
) -> None:
    browser(pilot.user).get("pilots.own", action="aufhoeren").submit("Ich möchte aufhören")
    assert kinds(app) == ["pilot.wishes_to_end"]
    page = browser(coordinator).get("pilots.act", pilot_id=pilot.id, action="beenden")
    after = page.submit("Beenden", reason="wish", thank="y")
    assert "beendet: Auf eigenen Wunsch" in after.text
    assert [mail.kind for mail in mails()] == ["pilots.thanks"] and kinds(app) == []


def test_thanks_come_by_hand_and_stay_a_task_until_they_were_said(
    app: Flask, as_coordinator: PageClient, pilot: Pilot, mails: Callable[..., list]
) -> None:
    page = as_coordinator.get("pilots.act", pilot_id=pilot.id, action="beenden")
    after = page.submit("Beenden", reason="moved")
    assert again(pilot).state is State.ENDED and not mails() and kinds(app) == ["pilot.thanks"]
    assert "gedankt" in after.submit("Gedankt").text
    assert kinds(app) == []


def test_when_somebody_has_died_every_mail_stops_at_once(
    as_coordinator: PageClient, pilot: Pilot, run: Callable[..., object], mails: Callable[..., list]
) -> None:
    run(service.pause, pilot, TODAY, None, by=pilot.user, at=clock.now())
    asked = as_coordinator.get("pilots.act", pilot_id=pilot.id, action="beenden").submit("Beenden", reason="deceased")
    assert "Noch ist nichts eingetragen" in asked.text and again(pilot).state is State.PAUSED
    page = asked.submit("Ja, verstorben eintragen")
    assert "ist verstorben, eingetragen am" in page.text and "Gespräch verabreden" not in page.text
    person = again(pilot).user
    assert person.mail_stopped and not person.active and Role.PILOT not in person.roles
    assert [mail.state for mail in mails()] == [MailState.RECALLED]


def test_a_death_entered_by_mistake_is_taken_back_on_the_page_of_the_person(
    app: Flask, as_coordinator: PageClient, run: Callable[..., object], coordinator: User
) -> None:
    pilot = factories.pilot(phone="05721 998877")
    run(service.end, pilot, EndReason.DECEASED, by=coordinator, at=clock.now())
    page = as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    phone = again(pilot).user.phone
    assert phone and phone not in page.text and "Themen ändern" not in page.text
    assert "Irrtum: Die Person lebt" in page.text
    as_coordinator.get("pilots.act", pilot_id=pilot.id, action="irrtum").submit("Eintrag zurücknehmen")
    back = again(pilot)
    assert back.state is State.INTERVIEW and not back.user.mail_stopped and Role.PILOT in back.user.roles
    after = as_coordinator.get("pilots.detail", pilot_id=pilot.id)
    assert phone in after.text and "ist verstorben" not in after.text


def test_a_withdrawn_title_takes_the_role_and_sends_nothing(
    as_coordinator: PageClient, pilot: Pilot, mails: Callable[..., list]
) -> None:
    as_coordinator.get("pilots.act", pilot_id=pilot.id, action="beenden").submit("Beenden", reason="title_withdrawn")
    assert Role.PILOT not in again(pilot).user.roles and not mails()


def test_somebody_who_ended_comes_back_through_a_new_talk_and_new_conditions(
    as_coordinator: PageClient, app: object
) -> None:
    ended = factories.pilot(State.ENDED, talk_held_on=TODAY, cover_explained=True, duties_signed_on=TODAY)
    as_coordinator.get("pilots.act", pilot_id=ended.id, action="gespraech").submit("Termin eintragen")
    after = again(ended)
    assert after.state is State.INTERVIEW
    assert after.award_conditions.missing() == ("talk", "duties", "cover")


def test_an_act_that_does_not_fit_now_leads_back_with_a_word(as_coordinator: PageClient, pilot: Pilot) -> None:
    page = as_coordinator.get("pilots.act", pilot_id=pilot.id, action="freigeben")
    assert page.h1 == "Lore Lotsin" and "Das geht gerade nicht." in page.text


@pytest.mark.parametrize(("state", "action"), [(State.AWARDED, "wieder-da"), (State.ENDED, "gespraech")])
def test_the_button_of_an_act_that_does_not_fit_now_is_refused_with_a_word(
    as_coordinator: PageClient, time: Time, state: State, action: str
) -> None:
    row = factories.pilot(state, anonymised_at=time.at if state is State.ENDED else None)
    pressed = {"version": str(row.visit)}
    page = as_coordinator.post("pilots.act", pressed, status=409, pilot_id=row.id, action=action)
    assert "Das geht gerade nicht." in page.text and again(row).state is state


def test_the_service_refuses_what_does_not_fit(pilot: Pilot, coordinator: User, run: Callable[..., object]) -> None:
    at = clock.now()
    with pytest.raises(Conflict):
        run(service.reinstate, pilot, by=coordinator, at=at)
    with pytest.raises(InvalidInput):
        run(service.suspend, pilot, "  ", by=coordinator, at=at)
    run(service.end, pilot, EndReason.MOVED, by=coordinator, at=at)
    with pytest.raises(Conflict):
        run(service.resume, pilot, by=coordinator, at=at)


def test_an_unconfirmed_draft_is_reminded_on_day_three_and_deleted_on_day_fourteen_with_its_person(
    app: object, time: Time, mails: Callable[..., list], days_pass: Callable[[float], object]
) -> None:
    person = factories.user(name="Ida Neu", email_confirmed_at=None)
    draft = factories.pilot(State.DRAFT, user=person)
    draft_id, person_id = draft.id, person.id
    days_pass(3)
    reminder = " ".join(mails("pilots.confirm_reminder")[0].text.split())
    assert "Dienstag, 8. Dezember 2026" in reminder and "/bestaetigen/" in reminder
    days_pass(11)
    assert db.session.get(Pilot, draft_id) is not None
    days_pass(1)
    db.session.rollback()
    assert db.session.get(Pilot, draft_id) is None and db.session.get(User, person_id) is None


def test_a_contact_person_stays_when_the_draft_goes(
    app: object, time: Time, days_pass: Callable[[float], object]
) -> None:
    person = factories.user(name="Vera Verein", email_confirmed_at=None)
    factories.member(person=person)
    factories.pilot(State.DRAFT, user=person)
    person_id = person.id
    days_pass(16)
    db.session.rollback()
    assert db.session.get(User, person_id) is not None


def test_who_waits_five_working_days_for_the_talk_is_told_once(
    app: object, time: Time, mails: Callable[..., list], days_pass: Callable[[float], object]
) -> None:
    factories.pilot(State.SUBMITTED)
    days_pass(6)
    assert not mails("pilots.still_reading")
    days_pass(20)
    assert len(mails("pilots.still_reading")) == 1


def test_a_failing_row_does_not_stop_the_others(
    app: object, time: Time, mails: Callable[..., list], caplog: pytest.LogCaptureFixture
) -> None:
    broken = factories.pilot(State.SUBMITTED, email="a@example.org")
    factories.pilot(State.SUBMITTED)
    with factories.base.writing():
        db.session.merge(broken).user.locale = "x" * 5
        row = db.session.merge(broken)
        row.due_step = "erfunden"
        row.state = State.DRAFT
    time.forward(days=8)
    assert jobs.run_due(time.at) == 2
    assert len(mails("pilots.still_reading")) == 1


def test_the_next_instant_is_known_and_tasks_do_not_count(app: object, time: Time, pilot: Pilot) -> None:
    assert jobs.next_due() == pilot.due_at
    waiting = factories.pilot(State.SUSPENDED)
    assert waiting.due_at is not None and jobs.next_due() == pilot.due_at
    told = factories.pilot(State.SUBMITTED)
    assert jobs.next_due() == told.due_at
