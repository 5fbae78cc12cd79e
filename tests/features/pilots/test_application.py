"""From the first words to the coordinator's list."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from lotsen.accounts.models import Consent, User
from lotsen.accounts.rules import network
from lotsen.core import throttle
from lotsen.core.access import Role
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import jobs, service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from tests import factories
from tests.conftest import Time
from tests.page import Page, PageClient

WORDS = "Ich pflege die Homepage unseres Vereins mit WordPress und erkläre gern."
ANSWERS = {
    "name": "Ida Neu",
    "email": "Ida@Example.org",
    "phone": "",
    "own_words": WORDS,
    "old_enough": "y",
    "consent": "y",
}


def apply(browser: PageClient, **values: str) -> Page:
    check = browser.get("pilots.apply").submit("Weiter", **{**ANSWERS, **values})
    return check.submit("Absenden")


def the_pilot() -> Pilot:
    db.session.rollback()
    return db.session.scalars(select(Pilot)).one()


def mails_to(email: str) -> list[str]:
    return list(
        db.session.scalars(
            select(OutboxMessage.subject).where(OutboxMessage.address == email).order_by(OutboxMessage.id)
        )
    )


def confirm(browser: PageClient) -> Page:
    mails = select(OutboxMessage).where(OutboxMessage.kind == "pilots.send_application").order_by(OutboxMessage.id)
    mail = db.session.scalars(mails).all()[-1]
    found = re.search(r"http://localhost(/\S+)", mail.text)
    assert found
    page = browser.get_path(found.group(1))
    button = page.soup.select_one("main form button")
    assert button
    return page.submit(" ".join(button.get_text().split()))


def test_an_application_is_a_draft_until_the_address_is_confirmed(as_visitor: PageClient) -> None:
    assert apply(as_visitor).h1 == "Fast geschafft"
    pilot = the_pilot()
    assert pilot.state is State.DRAFT and pilot.own_words == WORDS
    assert db.session.scalars(select(Consent.purpose)).all() == ["pilot_application"]


def test_the_link_in_the_mail_sends_the_application_and_says_so_with_the_same_word(
    as_visitor: PageClient, mails: Callable[..., list]
) -> None:
    apply(as_visitor)
    assert "Bitte senden Sie Ihre Bewerbung ab" in mails("pilots.send_application")[0].subject
    done = confirm(as_visitor)
    assert done.h1 == "Ihre Bewerbung ist abgesendet"
    pilot = the_pilot()
    assert pilot.state is State.SUBMITTED and Role.PILOT in pilot.user.roles
    assert [mail.kind for mail in mails()] == ["pilots.send_application", "pilots.received"]


def test_a_link_that_only_confirms_the_address_sends_no_application(
    as_visitor: PageClient, mails: Callable[..., list]
) -> None:
    apply(as_visitor)
    as_visitor.get("accounts.register_account").submit("Link schicken", name="Jemand", email=the_pilot().user.email)
    plain = mails("accounts.confirm_address")[-1]
    path = re.search(r"http://localhost(/\S+)", plain.text)
    assert path and as_visitor.get_path(path.group(1)).submit("Adresse bestätigen").h1 == "Ihre Adresse ist bestätigt"
    assert the_pilot().state is State.DRAFT
    assert confirm(as_visitor).h1 == "Ihre Bewerbung ist abgesendet" and the_pilot().state is State.SUBMITTED


def test_the_coordinator_sees_the_new_application_in_the_list_and_in_its_words(
    as_visitor: PageClient, as_coordinator: PageClient
) -> None:
    apply(as_visitor)
    confirm(as_visitor)
    page = as_coordinator.get("pilots.overview").click("Ida Neu")
    assert "Bewerbung neu" in page.text and WORDS in page.text


def test_the_answers_are_shown_for_a_last_look_and_can_be_changed(as_visitor: PageClient) -> None:
    check = as_visitor.get("pilots.apply").submit("Weiter", **ANSWERS)
    assert check.h1 == "Stimmt alles?" and "Ida Neu" in check.text
    form = check.submit("Ändern")
    assert form.soup.find("input", attrs={"name": "name"})["value"] == "Ida Neu"
    assert WORDS in form.soup.find("textarea").get_text()


def test_a_known_address_gets_the_same_answer_and_stays_as_it_is(as_visitor: PageClient, app: object) -> None:
    known = factories.pilot(name="Lore Lotsin", email="ida@example.org")
    page = apply(as_visitor)
    stranger = apply(as_visitor, email="unbekannt@example.org")
    assert page.text == stranger.text
    db.session.rollback()
    assert db.session.get_one(Pilot, known.id).state is State.AWARDED
    assert db.session.get_one(User, known.user_id).name == "Lore Lotsin"
    assert mails_to("ida@example.org") == ["Wir kennen Sie schon"]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PAUSED, State.ENDED])
def test_a_known_person_reads_where_she_stands_and_is_not_asked_to_send_anything(
    as_visitor: PageClient, app: object, state: State
) -> None:
    factories.pilot(state, email="ida@example.org")
    apply(as_visitor)
    db.session.rollback()
    assert mails_to("ida@example.org") == ["Wir kennen Sie schon"]
    assert the_pilot().state is state


def test_a_withdrawn_person_may_apply_again(as_visitor: PageClient, time: Time) -> None:
    factories.pilot(State.WITHDRAWN, email="ida@example.org")
    apply(as_visitor)
    assert the_pilot().state is State.DRAFT
    confirm(as_visitor)
    assert the_pilot().state is State.SUBMITTED
    with transaction():
        service.withdraw(the_pilot(), by=the_pilot().user, at=time.at)
    apply(as_visitor)
    assert the_pilot().state is State.DRAFT, "the same words within the hour, after a withdrawal"


def test_the_way_back_and_sent_once_more_the_first_counts(as_visitor: PageClient, time: Time) -> None:
    check = as_visitor.get("pilots.apply").submit("Weiter", **ANSWERS)
    assert check.response.headers["Cache-Control"] == "private, no-cache", "the way back shows it without a question"
    assert check.submit("Absenden").h1 == "Fast geschafft"
    again = check.submit("Absenden")
    assert again.h1 == "Sie haben schon abgesendet" and "Das erste Absenden zählt" in again.text
    assert len(mails_to("ida@example.org")) == 1
    time.forward(hours=2)
    assert check.submit("Absenden").h1 == "Fast geschafft", "whoever got no mail gets a new link"


def test_a_huge_text_names_the_limit_and_nothing_typed_is_lost(as_visitor: PageClient) -> None:
    huge = "Ich kann viel. " * 400
    page = as_visitor.get("pilots.apply").submit("Weiter", **{**ANSWERS, "own_words": huge})
    assert any("2.000" in error for error in page.errors)
    assert huge.strip() in page.soup.find("textarea").get_text()
    assert page.soup.find("input", attrs={"name": "name"})["value"] == "Ida Neu"


def test_an_empty_form_says_what_to_do_in_every_field(as_visitor: PageClient) -> None:
    page = as_visitor.get("pilots.apply").submit("Weiter")
    assert len(page.errors) == 5
    assert db.session.scalars(select(Pilot)).all() == []


def test_a_coordinator_takes_an_application_by_telephone_and_nobody_needs_a_mailbox(
    as_coordinator: PageClient, mails: Callable[..., list], coordinator: User
) -> None:
    typed = {"name": "Otto Ohnemail", "phone": "05721 4711", "own_words": WORDS, "old_enough": "y", "consent": "y"}
    page = as_coordinator.get("pilots.record").submit("Bewerbung aufnehmen", **typed)
    assert page.h1 == "Otto Ohnemail"
    assert as_coordinator.get("pilots.record").submit("Bewerbung aufnehmen", **typed).path == page.path
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.channel, consent.recorded_by) == ("phone", coordinator.id)
    assert [mail.state.value for mail in mails("pilots.received")] == ["call"]


def test_without_telephone_and_mail_nobody_can_be_recorded(as_coordinator: PageClient) -> None:
    page = as_coordinator.get("pilots.record").submit(
        "Bewerbung aufnehmen", name="Otto", own_words=WORDS, old_enough="y", consent="y"
    )
    assert page.errors == ["Geben Sie eine Telefonnummer oder eine E-Mail-Adresse ein."]


def test_somebody_who_has_applied_is_not_recorded_twice(as_coordinator: PageClient, app: object) -> None:
    factories.pilot(email="ida@example.org")
    page = as_coordinator.get("pilots.record").submit("Bewerbung aufnehmen", **ANSWERS)
    assert page.errors == ["Diese Person hat sich schon beworben. Suchen Sie sie in der Liste."]


def test_whoever_is_too_young_is_told_from_when_on(as_visitor, at):
    from lotsen.core.access import SYSTEM
    from lotsen.core.db import transaction
    from lotsen.municipality import service as municipality

    with transaction():
        municipality.change("minimum_age", 18, by=SYSTEM, at=at)
    page = as_visitor.get("pilots.apply")
    page = page.submit("Weiter", **{**ANSWERS, "old_enough": None})
    assert page.h1 != "Stimmt alles?" and "Mitmachen können Sie ab 18 Jahren." in page.text


def left_over(mails: Callable[..., list]) -> list[tuple[str, str]]:
    """Kind and state of every mail of the pilots' feature that leaves later than at once."""
    return [(mail.kind, mail.state.value) for mail in mails() if mail.due_at > mail.created_at]


def test_of_two_dates_for_the_talk_only_the_last_one_leaves(
    app: object, time: Time, mails: Callable[..., list], run: Callable[..., object], coordinator: User
) -> None:
    pilot = factories.pilot(State.SUBMITTED)
    for days in (3, 4):
        run(service.arrange_talk, pilot, time.at + timedelta(days=days), by=coordinator, at=time.forward(minutes=2))
    assert left_over(mails) == [("pilots.talk_date", "recalled"), ("pilots.talk_date", "waiting")]


def test_nobody_reads_that_there_is_no_date_who_has_one(
    app: object, time: Time, mails: Callable[..., list], run: Callable[..., object], coordinator: User
) -> None:
    pilot = factories.pilot(State.SUBMITTED)
    jobs.run_due(time.set(pilot.due_at))  # type: ignore[arg-type]
    run(service.arrange_talk, pilot, time.at + timedelta(days=3), by=coordinator, at=time.forward(minutes=2))
    assert left_over(mails) == [("pilots.still_reading", "recalled"), ("pilots.talk_date", "waiting")]


def test_nobody_is_reminded_of_an_application_that_was_just_sent(
    as_visitor: PageClient, time: Time, mails: Callable[..., list], run: Callable[..., object], coordinator: User
) -> None:
    apply(as_visitor)
    jobs.run_due(time.set(the_pilot().due_at))  # type: ignore[arg-type]
    run(service.submit, the_pilot(), by=coordinator, at=time.forward(minutes=2))
    assert left_over(mails) == [("pilots.confirm_reminder", "recalled")]


def test_who_is_back_is_not_asked_about_the_pause(
    app: object, time: Time, mails: Callable[..., list], run: Callable[..., object]
) -> None:
    pilot = factories.pilot()
    run(service.pause, pilot, local_date(time.at), None, by=pilot.user, at=time.at)
    jobs.run_due(time.set(the_pilot().due_at))  # type: ignore[arg-type]
    run(service.resume, pilot, by=pilot.user, at=time.forward(minutes=2))
    assert left_over(mails) == [("pilots.still_paused", "recalled")]


def test_a_whole_hall_behind_one_network_may_apply_but_nobody_floods_us_from_it(as_visitor: PageClient) -> None:
    with transaction():
        for n in range(29):  # each from another address of one /64
            place = throttle.key("application", network(f"2001:db8:1:2::{n + 1:x}"))
            throttle.allowed(place, limit=30, window=timedelta(hours=1))
    for address, status in (("2001:db8:1:2::aa", 200), ("2001:db8:1:2::bb", 429), ("2001:db8:1:3::bb", 200)):
        as_visitor.client.environ_base["REMOTE_ADDR"] = address
        check = as_visitor.get("pilots.apply").submit("Weiter", **ANSWERS)
        check.submit("Absenden", status=status)
