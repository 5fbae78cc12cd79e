"""A pilot without a mail address, from the first call to the engagement: everything by telephone, nothing by mail."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import State as CaseState
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State
from lotsen.proposals import jobs as proposals
from lotsen.proposals import service as asking
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from lotsen.skills.models import Topic
from tests import factories
from tests.conftest import Time
from tests.page import Page, PageClient

TODAY = date(2026, 11, 24)


def calls() -> list[OutboxMessage]:
    db.session.rollback()
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.state == MailState.CALL).order_by(OutboxMessage.id)
        )
    )


@pytest.fixture
def office(browser: Callable[..., PageClient], coordinator: User, time: Time) -> Callable[[], PageClient]:
    """The coordinator's browser, logged in anew (days pass)."""
    return lambda: browser(coordinator)


def award_by_telephone(office: PageClient) -> Pilot:
    """Everything a coordinator types for somebody who only telephones."""
    page = office.get("pilots.record")
    words = {"name": "Otto Alt", "phone": "05721 4433", "own_words": "Er kennt sich mit Websites aus."}
    page.submit("Bewerbung aufnehmen", **words, old_enough="y", consent="y")
    pilot = db.session.scalars(select(Pilot)).one()
    assert pilot.state is State.SUBMITTED and pilot.user.email is None
    office.get("pilots.act", pilot_id=pilot.id, action="gespraech").submit("Termin eintragen")
    boss = db.session.scalars(select(User).where(User.name == "Karin Koordination")).one()
    topic = db.session.scalars(select(Topic).where(Topic.slug == "website")).one()
    with transaction():
        row = db.session.get_one(Pilot, pilot.id)
        at = row.created_at
        values = {"headline": "Websites", "about": "Er erklärt gern.", "postcode": "31655"}
        service.change(row, values, version=1, by=boss, at=at)
        service.set_topics(row, {topic.id: 3}, frozenset(), version=2, by=boss, at=at)
    form = office.get("pilots.act", pilot_id=pilot.id, action="titel")
    dates = {f"{name}-{part}": value for name in ("talk_held_on", "duties_signed_on") for part, value in DAY.items()}
    form.submit("Titel verleihen", **dates, cover_explained="y")
    db.session.expire_all()
    pilot = db.session.get_one(Pilot, pilot.id)
    assert pilot.state is State.AWARDED
    return pilot


DAY = {"tag": "24", "monat": "11", "jahr": "2026"}


def record_call(office: PageClient, kind: str) -> Page:
    (message,) = [row for row in calls() if row.kind == kind]
    page = office.get("outbox.message", message_id=message.id)
    assert "http://" not in page.text  # a link is nothing to read aloud
    return page.submit(f"Ich habe angerufen – {message.recipient_name}")


def test_somebody_without_mail_address_becomes_a_pilot_is_asked_and_begins_by_telephone_alone(
    app: Flask, office: Callable[[], PageClient], time: Time, coordinator: User
) -> None:
    pilot = award_by_telephone(office())
    assert [row.kind for row in calls()] == ["pilots.awarded"]  # the receipt was not read out yet: it is not needed
    request = factories.help_request()
    proposal = factories.proposal(of=request, pilot=db.session.get_one(Pilot, pilot.id))
    with transaction():
        asking.approve_ladder(request, [proposal], by=coordinator, at=time.at)
    assert db.session.get_one(Proposal, proposal.id).due_at is None  # the clock waits for the call
    record_call(office(), "proposals.ask")
    db.session.expire_all()
    asked = db.session.get_one(Proposal, proposal.id)
    assert asked.due_at is not None and asked.state is ProposalState.ASKED
    answer = office().get("engagements.record_answer", proposal_id=proposal.id)
    answer.submit("Antwort eintragen", choice="yes")
    db.session.expire_all()
    assert db.session.get_one(Proposal, proposal.id).state is ProposalState.ACCEPTED
    said = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "proposal.accepted")).one()
    assert (said.actor_id, said.on_behalf_of) == (coordinator.id, pilot.user_id)
    confirm = office().get("engagements.record_answer", proposal_id=proposal.id)
    confirm.submit("Antwort eintragen", choice="yes")
    db.session.expire_all()
    case = db.session.scalars(select(Engagement)).one()
    assert case.state is CaseState.AGREED and case.pilot_id == pilot.id
    told = [row for row in calls() if row.kind == "engagements.contact_data"]
    assert [row.recipient_name for row in told] == ["Otto Alt"]
    assert all(row.address for row in db.session.scalars(select(OutboxMessage)) if row.state is MailState.WAITING)


def test_an_unreached_pilot_without_mail_is_called_three_times_and_the_next_is_asked(
    app: Flask, office: Callable[[], PageClient], time: Time, coordinator: User
) -> None:
    request = factories.help_request()
    silent = factories.pilot(user=factories.user(email=None, phone="05721 4433"))
    first = factories.proposal(of=request, pilot=silent)
    second = factories.proposal(of=request, rank=2)
    with transaction():
        asking.approve_ladder(request, [first, second], by=coordinator, at=time.at)
    (call,) = calls()
    for _ in range(3):
        office().get("outbox.message", message_id=call.id).submit("Niemand erreicht")
        time.forward(days=1)
        proposals.run_due(time.at)
    db.session.expire_all()
    assert db.session.get_one(Proposal, first.id).state is ProposalState.EXPIRED
    assert db.session.get_one(Proposal, second.id).state is ProposalState.ASKED
    assert db.session.get_one(Pilot, silent.id).silent_asks == 0
    assert local_date(time.at) > TODAY
