"""The end of the pilot's table lived through: ends, deaths and their mistakes, forgetting."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.accounts.rules import ERASED_NAME
from lotsen.accounts.service import administration, registration
from lotsen.audit.models import AuditEvent
from lotsen.core import clock, tokens
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.help_requests import queries as requests
from lotsen.organisations import service as organisations
from lotsen.organisations.queries import memberships
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import jobs, service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason, RejectReason, State
from lotsen.proposals import jobs as asks
from lotsen.proposals import service as asking
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.conftest import Time
from tests.features.pilots.conftest import again, due_now, kinds

TODAY = date(2026, 11, 24)
Days = Callable[[float], object]
Mails = Callable[..., list]


@pytest.fixture
def pilot(app: object, time: Time) -> Pilot:
    """An awarded pilot."""
    return factories.pilot(name="Lore Lotsin")


def test_when_somebody_has_died_nothing_leaves_nothing_is_written_and_every_link_is_dead(
    app: Flask, pilot: Pilot, run: Callable[..., object], time: Time, coordinator: User
) -> None:
    proposal = factories.proposal(ProposalState.ASKED, pilot=pilot)
    with transaction():
        person = db.session.merge(pilot.user)
        raw = tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=time.at, user_id=person.id)
        asking.remind(proposal, at=time.at)
    run(service.end, pilot, EndReason.DECEASED, by=coordinator, at=time.at)
    asks.reconcile(time.at)
    for days in (1, 5, 30, 400):
        jobs.run_due(time.forward(days=days))
        asks.run_due(time.at)
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == pilot.user_id)).all()
    assert {row.state for row in rows} == {MailState.RECALLED}
    link = tokens.find(raw, Purpose.ANSWER_ASK)
    assert link is not None and not tokens.is_live(link, at=time.at)
    assert kinds(app) == []


def test_who_ended_is_anonymised_after_24_months_and_the_hours_still_count(
    app: Flask, pilot: Pilot, run: Callable[..., object], time: Time, coordinator: User
) -> None:
    proposal = factories.proposal(ProposalState.CONFIRMED, pilot=pilot)
    case = factories.engagement(of=proposal)
    run(service.end, pilot, EndReason.MOVED, by=coordinator, at=time.at)
    due_now(time, pilot)
    assert (clock.local_date(time.at) - TODAY).days in range(730, 745)
    after = again(pilot)
    assert after.state is State.ENDED and after.anonymised_at == time.at and after.due_at is None
    assert (after.headline, after.about, after.own_words, after.topics, after.postcode) == ("", "", "", [], "")
    person = after.user
    assert (person.name, person.email, person.phone, person.roles) == (ERASED_NAME, None, "", frozenset())
    assert db.session.merge(case).pilot_id == after.id
    with app.test_request_context():
        from lotsen.pilots.views.standing import actions_for

        assert actions_for(after, staff=True) == []


def test_a_contact_person_who_was_a_pilot_keeps_her_name(
    app: Flask, run: Callable[..., object], time: Time, coordinator: User
) -> None:
    person = factories.user(Role.PILOT, Role.MEMBER, name="Vera Beides")
    both = factories.pilot(user=person)
    run(service.end, both, EndReason.WISH, by=coordinator, at=time.at)
    due_now(time, both)
    after = again(both)
    assert after.headline == "" and after.user.name == "Vera Beides" and after.user.active


@pytest.mark.parametrize("way", ["rejected", "withdrawn"])
def test_an_application_that_came_to_nothing_is_deleted_after_six_months_with_its_person(
    app: Flask, run: Callable[..., object], time: Time, coordinator: User, way: str
) -> None:
    pilot = factories.pilot(State.SUBMITTED)
    ids = (pilot.id, pilot.user_id)
    if way == "rejected":
        run(service.reject, pilot, RejectReason.NO_FIELD, by=coordinator, at=time.at)
    else:
        run(service.withdraw, pilot, by=pilot.user, at=time.at)
    due_now(time, pilot)
    assert (clock.local_date(time.at) - TODAY).days in range(183, 190)
    db.session.expire_all()
    assert db.session.get(Pilot, ids[0]) is None and db.session.get(User, ids[1]) is None
    assert db.session.scalars(select(AuditEvent.action).where(AuditEvent.action == "pilot.forgotten")).all()


def test_who_was_rejected_may_apply_again(app: Flask, time: Time, run: Callable[..., object]) -> None:
    pilot = factories.pilot(State.REJECTED)
    with transaction():
        person = registration.register(name="x", email=pilot.user.email or "", by=SYSTEM, at=time.at)
        service.apply(person, "Ein neuer Versuch.", by=SYSTEM, at=time.at)
    after = again(pilot)
    assert after.state is State.DRAFT and after.due_step == "remind" and after.own_words == "Ein neuer Versuch."


def test_a_withdrawn_application_of_somebody_with_hours_is_emptied_not_deleted(
    app: Flask, time: Time, run: Callable[..., object]
) -> None:
    back = factories.pilot(State.INTERVIEW, awarded_on=TODAY - timedelta(days=900))
    run(service.withdraw, back, by=back.user, at=time.at)
    due_now(time, back)
    assert again(back).anonymised_at == time.at


def test_a_new_application_does_not_inherit_what_an_earlier_talk_has_shown(app: Flask, time: Time) -> None:
    known = {"talk_held_on": TODAY, "duties_signed_on": TODAY, "duties_seen_by": 1, "cover_explained": True}
    pilot = factories.pilot(State.REJECTED, **known)
    with transaction():
        service.apply(pilot.user, "Ein neuer Versuch.", by=SYSTEM, at=time.at)
    assert again(pilot).award_conditions.missing() == ("talk", "duties", "cover")


def test_an_organisation_whose_contact_person_has_died_is_asked_who_follows(
    app: Flask, run: Callable[..., object], time: Time, coordinator: User
) -> None:
    person = factories.user(Role.PILOT, Role.MEMBER, name="Vera Beides")
    both = factories.pilot(user=person)
    request = factories.help_request(by=factories.member(person=person))
    run(service.end, both, EndReason.DECEASED, by=coordinator, at=time.at)
    with app.test_request_context():
        assert [task.kind for task in requests.tasks(time.at)] == ["help_request.contact_gone"]
    assert db.session.merge(request).due_at is None


def test_a_death_entered_by_mistake_is_taken_back_with_the_talk(
    app: Flask, pilot: Pilot, run: Callable[..., object], time: Time, coordinator: User, mails: Mails
) -> None:
    run(service.end, pilot, EndReason.DECEASED, by=coordinator, at=time.at)
    run(service.arrange_talk, pilot, time.at + timedelta(days=2), by=coordinator, at=time.at)
    person = again(pilot).user
    assert (person.mail_stopped, person.active) == (False, True) and Role.PILOT in person.roles
    assert [mail.kind for mail in mails("pilots.talk_date")] == ["pilots.talk_date"]


def test_a_death_taken_back_gives_back_the_organisations_and_not_those_left_before(
    app: Flask, run: Callable[..., object], time: Time, coordinator: User
) -> None:
    person = factories.user(Role.PILOT, Role.MEMBER, name="Vera Beides")
    both, stays, left = factories.pilot(user=person), factories.member(person=person), factories.member(person=person)
    verified = stays.verified_at
    with transaction():
        organisations.leave(left, by=coordinator, at=time.at)
    time.forward(days=3)
    run(service.end, both, EndReason.DECEASED, by=coordinator, at=time.at)
    assert Role.MEMBER not in again(both).user.roles
    run(service.arrange_talk, both, None, by=coordinator, at=time.forward(minutes=5))
    assert [(row.id, row.verified_at) for row in memberships(again(both).user_id)] == [(stays.id, verified)]
    assert {Role.MEMBER, Role.PILOT} <= again(both).user.roles


def test_a_death_taken_back_leaves_an_account_off_that_was_off(
    app: Flask, pilot: Pilot, run: Callable[..., object], time: Time, coordinator: User
) -> None:
    with transaction():
        administration.deactivate(pilot.user, by=coordinator, at=time.at)
    run(service.end, pilot, EndReason.DECEASED, by=coordinator, at=time.forward(hours=1))
    run(service.arrange_talk, pilot, None, by=coordinator, at=time.forward(minutes=5))
    person = again(pilot).user
    assert (person.mail_stopped, person.active) == (False, False)
