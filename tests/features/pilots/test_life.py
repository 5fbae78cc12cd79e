"""The pilot's table lived through: drafts, silence, long pauses."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.core import clock
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import jobs, service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from lotsen.proposals import jobs as asks
from lotsen.proposals import queries as proposals
from lotsen.proposals import service as asking
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.conftest import Time
from tests.features.pilots.conftest import again, due_now, kinds
from tests.page import PageClient

TODAY = date(2026, 11, 24)
Days = Callable[[float], object]
Mails = Callable[..., list]


@pytest.fixture
def pilot(app: object, time: Time) -> Pilot:
    """An awarded pilot."""
    return factories.pilot(name="Lore Lotsin")


def apply_known(time: Time, **values: object) -> Pilot:
    """A person whose address is known applies; the link in the mail is not used yet."""
    with transaction():
        person = factories.user(name="Ida Neu", email="ida@example.org", **values)
        made = service.apply(person, "Ich kann Tabellen.", by=person, at=time.at)
    assert made is not None
    return made


def test_a_confirmed_draft_is_reminded_on_day_7_and_30_and_deleted_on_day_60_with_the_date_named(
    app: Flask, time: Time, mails: Mails
) -> None:
    pilot_id = apply_known(time).id
    seen, texts = [], []
    while db.session.get(Pilot, pilot_id) is not None:
        row = db.session.get_one(Pilot, pilot_id)
        seen.append((row.due_step, (clock.local_date(row.due_at) - TODAY).days))
        texts = [" ".join(mail.text.split()) for mail in mails("pilots.confirm_reminder")]
        jobs.run_due(time.set(row.due_at))
        db.session.rollback()
        db.session.expire_all()
    steps, days = zip(*seen, strict=True)
    assert steps == ("remind", "remind_again", "delete")
    assert days[0] == 7 and 30 <= days[1] <= 45 and 60 <= days[2] <= 90  # never on a weekend or in a quiet period
    first, second = texts
    assert "löschen wir die Angaben am" in first
    assert f", {clock.local_date(time.at).day}. " in second.partition("Angaben am")[2]


def test_the_click_in_the_reminder_of_a_known_person_sends_the_application(
    app: Flask, time: Time, mails: Mails, as_visitor: PageClient
) -> None:
    pilot = apply_known(time)
    due_now(time, pilot)
    path = next(w for w in mails("pilots.confirm_reminder")[0].text.split() if "/bestaetigen/" in w)
    page = as_visitor.get_path(path.removeprefix("http://localhost"))
    button = page.soup.select_one("main form button")
    assert button is not None
    page.submit(" ".join(button.get_text().split()))
    assert again(pilot).state is State.SUBMITTED


def test_the_draft_of_a_coordinator_waits_for_ever_and_is_sent_with_one_button(
    app: Flask, browser: Callable[..., PageClient], coordinator: User, mails: Mails, days_pass: Days
) -> None:
    page = browser(coordinator).get("pilots.record")
    words = {
        "name": "Otto Alt",
        "phone": "05721 1",
        "own_words": "Er repariert Drucker.",
        "old_enough": "y",
        "consent": "y",
    }
    page.submit("Als Entwurf speichern", **words)
    draft = db.session.scalars(select(Pilot)).one()
    assert draft.state is State.DRAFT and draft.due_at is None
    days_pass(100)
    assert again(draft).state is State.DRAFT and not mails()
    page = browser(coordinator).get("pilots.act", pilot_id=draft.id, action="absenden")
    page.submit("Bewerbung abschließen")
    assert again(draft).state is State.SUBMITTED and kinds(app) == ["pilot.submitted"]


def test_a_year_without_a_sign_is_asked_about_and_then_somebody_calls_and_nothing_is_changed(
    app: Flask, pilot: Pilot, time: Time, mails: Mails, as_visitor: PageClient, coordinator: User
) -> None:
    due_now(time, pilot)
    assert (clock.local_date(time.at) - TODAY).days in range(365, 369)
    (mail,) = mails("pilots.still_right")
    assert kinds(app) == []
    due = again(pilot).due_at
    assert due is not None and clock.local_date(due) - clock.local_date(time.at) >= timedelta(days=14)
    time.set(due)
    assert jobs.run_due(time.at) == 0  # a person is at work now
    assert kinds(app) == ["pilot.call_right"] and again(pilot).state is State.AWARDED
    path = next(w for w in mail.text.split() if "/stimmt-noch/" in w).removeprefix("http://localhost")
    page = as_visitor.get_path(path)
    assert kinds(app) == ["pilot.call_right"]  # looking changes nothing
    assert "Jetzt gilt: dabei." in page.submit("Alles stimmt noch").text
    assert kinds(app) == []
    due = again(pilot).due_at
    assert due is not None and clock.local_date(due) - clock.local_date(time.at) >= timedelta(days=365)
    assert "Jetzt gilt: dabei." in as_visitor.get_path(path).text  # the used link says what stands
    as_visitor.get_path("/stimmt-noch/" + "0" * 32, status=404)


def test_a_call_settles_the_yearly_question(
    app: Flask, pilot: Pilot, time: Time, browser: Callable[..., PageClient], coordinator: User
) -> None:
    due_now(time, pilot)
    due_at = again(pilot).due_at
    time.set(due_at)
    page = browser(coordinator).get("pilots.detail", pilot_id=pilot.id)
    assert "Seit langer Zeit kam kein Zeichen." in page.text
    page.submit("Gesprochen, später wieder erinnern")
    after = again(pilot)
    assert kinds(app) == [] and after.due_step == "still_right" and after.last_sign_at == time.at


def test_whoever_gave_a_sign_is_asked_twelve_months_after_it(
    pilot: Pilot, run: Callable[..., object], time: Time, mails: Mails
) -> None:
    time.forward(days=200)
    run(service.change, pilot, {"headline": "Neues"}, version=1, by=pilot.user, at=time.at)
    sign = time.at
    time.set(again(pilot).due_at)  # type: ignore[arg-type]
    jobs.run_due(time.at)
    after = again(pilot)
    assert not mails("pilots.still_right") and after.due_step == "still_right"
    assert after.due_at is not None and after.due_at >= sign + timedelta(days=364)


def silent_ask(pilot: Pilot, time: Time, *, heard: bool = True) -> Proposal:
    """Ask the pilot, and let the time pass without a word."""
    with transaction():
        request = factories.help_request()
        proposal = factories.proposal(of=request, pilot=db.session.get_one(Pilot, pilot.id))
        boss = factories.coordinator()
    with transaction():
        asking.approve_ladder(request, [proposal], by=boss, at=time.at)
    for kind in ("proposals.ask", "proposals.ask_reminder"):
        mails = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
        mail = db.session.scalars(mails).all()[-1]
        with transaction():
            row = db.session.get_one(OutboxMessage, mail.id)
            row.state, row.sent_at = MailState.SENT, time.at
            outbox.delivered.send(row, at=time.at)
        db.session.expire_all()
        if proposal.due_at is not None:
            asks.run_due(time.set(max(time.at, proposal.due_at)))
        db.session.expire_all()
    assert proposal.state is ProposalState.EXPIRED
    return proposal


def test_two_silent_asks_in_a_row_are_a_call_and_no_ask_until_somebody_has_spoken(
    app: Flask, pilot: Pilot, time: Time, browser: Callable[..., PageClient], coordinator: User
) -> None:
    silent_ask(pilot, time)
    assert kinds(app) == [] and proposals.obstacle(again(pilot), at=time.at) == ""
    silent_ask(pilot, time)
    time.forward(days=40)  # another month: the number of asks is not what stands in the way
    assert kinds(app) == ["pilot.silent"] and proposals.obstacle(again(pilot), at=time.at) == "silent"
    page = browser(coordinator).get("pilots.detail", pilot_id=pilot.id)
    page.submit("Gesprochen, später wieder erinnern")
    assert kinds(app) == [] and proposals.obstacle(again(pilot), at=time.at) == ""


def test_any_sign_between_two_silent_asks_starts_the_count_anew(
    app: Flask, pilot: Pilot, time: Time, run: Callable[..., object]
) -> None:
    silent_ask(pilot, time)
    run(service.change, pilot, {"headline": "Ich bin noch da"}, version=1, by=pilot.user, at=time.forward(hours=1))
    assert again(pilot).silent_asks == 0
    silent_ask(pilot, time)
    assert kinds(app) == []


def test_whoever_was_not_reached_by_telephone_was_not_silent(app: Flask, pilot: Pilot, time: Time) -> None:
    proposal = factories.proposal(ProposalState.ASKED, pilot=pilot)
    with transaction():
        asking.expire(proposal, by=SYSTEM, at=time.at, reason="not_reached")
    assert again(pilot).silent_asks == 0


def test_an_open_pause_is_called_about_every_twelve_weeks_and_decided_after_a_year(
    app: Flask, pilot: Pilot, run: Callable[..., object], time: Time, coordinator: User
) -> None:
    run(service.pause, pilot, TODAY, None, by=pilot.user, at=time.at)
    due_now(time, pilot)
    seen = []
    for _ in range(5):
        due_at = again(pilot).due_at
        time.set(due_at)
        seen.append(((clock.local_date(time.at) - TODAY).days, *kinds(app)))
        run(service.spoken, pilot, by=coordinator, at=time.at)
    weeks = [days // 7 for days, _kind in seen[:3]]
    assert weeks == [20, 32, 44] and [kind for _days, kind in seen[:3]] == ["pilot.call"] * 3
    assert seen[3] == (365, "pilot.decide_pause") and seen[4][1] == "pilot.decide_pause"
    assert again(pilot).state is State.PAUSED  # never changed by the machine


def test_a_longer_pause_keeps_its_beginning(pilot: Pilot, run: Callable[..., object], time: Time) -> None:
    run(service.pause, pilot, TODAY, TODAY + timedelta(days=14), by=pilot.user, at=time.at)
    time.forward(days=10)
    run(service.pause, pilot, TODAY + timedelta(days=10), None, by=pilot.user, at=time.at)
    assert again(pilot).pause_from == TODAY


@pytest.mark.parametrize("months", [10, 11])
def test_a_pause_whose_end_is_taken_away_late_is_decided_twelve_months_after_it_began(
    app: Flask, pilot: Pilot, run: Callable[..., object], time: Time, days_pass: Callable[..., object], months: int
) -> None:
    run(service.pause, pilot, TODAY, TODAY + timedelta(days=364), by=pilot.user, at=time.at)
    time.forward(days=30.4 * months)
    run(service.pause, pilot, TODAY, None, by=pilot.user, at=time.at)
    days_pass((TODAY + timedelta(days=364) - clock.local_date(time.at)).days)
    assert kinds(app) == []
    days_pass(1)
    assert clock.local_date(time.at) == TODAY + timedelta(days=365) and kinds(app) == ["pilot.decide_pause"]


def test_a_pause_longer_than_twelve_months_that_becomes_open_is_decided_at_once(
    app: Flask, pilot: Pilot, run: Callable[..., object], time: Time, coordinator: User
) -> None:
    run(service.pause, pilot, TODAY, TODAY + timedelta(days=500), by=pilot.user, at=time.at)
    run(service.pause, pilot, TODAY, None, by=pilot.user, at=time.forward(days=400))
    assert kinds(app) == ["pilot.decide_pause"]
    run(service.spoken, pilot, by=coordinator, at=time.at)
    assert kinds(app) == [] and again(pilot).state is State.PAUSED


def test_the_question_of_an_open_pause_names_the_day_on_which_the_pause_began(
    pilot: Pilot, run: Callable[..., object], time: Time, mails: Mails
) -> None:
    run(service.pause, pilot, TODAY, TODAY + timedelta(days=14), by=pilot.user, at=time.at)
    run(service.pause, pilot, TODAY, None, by=pilot.user, at=time.forward(days=10))
    due_now(time, pilot)
    (mail,) = mails("pilots.still_paused")
    assert "seit Dienstag, 24. November 2026" in " ".join(mail.text.split())
