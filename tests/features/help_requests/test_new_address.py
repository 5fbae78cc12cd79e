"""Somebody moves to another mailbox: who may read the address reads the new one, and nothing acts from the old one."""

import pytest
from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.accounts.service import own
from lotsen.core import tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import SECRET, Purpose
from lotsen.engagements import queries as engagements
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as EngagementState
from lotsen.help_requests import service
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State
from lotsen.help_requests.service import post
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots import service as pilots
from tests import factories
from tests.features.engagements.scene import case_in

OLD, NEW = "alt@verein.example", "neu@verein.example"


@pytest.fixture
def person(app, time) -> User:
    return factories.user(email=OLD)


def move(person: User, at) -> None:
    with transaction():
        user = db.session.get_one(User, person.id)
        own.ask_new_address(user, NEW, by=user, at=at)
        raw = tokens.issue(Purpose.CHANGE_EMAIL, "user", user.id, at=at, user_id=user.id)
        own.confirm_new_address(tokens.find(raw, Purpose.CHANGE_EMAIL), at=at)
    db.session.expire_all()


def letters(kind: str) -> list[OutboxMessage]:
    chosen = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(db.session.scalars(chosen))


def is_live(mail: OutboxMessage, purpose: Purpose, at) -> bool:
    found = [token for raw in SECRET.findall(mail.text) if (token := tokens.find(raw, purpose)) is not None]
    return [tokens.is_live(token, at=at) for token in found] == [True]


def test_the_pilot_reads_the_new_address_and_another_one_that_was_given_stays(app, time):
    case, other = case_in(EngagementState.AGREED), case_in(EngagementState.AGREED)
    contact = case.help_request.contact
    with transaction():
        case.help_request.contact_email = contact.email
        other.help_request.contact_email, other.help_request.contact_id = "verein@sport.example", contact.id
    move(contact, time.at)
    assert engagements.ways_to(case, Side.MEMBER)[1] == NEW
    assert engagements.ways_to(other, Side.MEMBER)[1] == "verein@sport.example"


def test_a_draft_is_confirmed_from_the_new_mailbox_only(person, time):
    draft = factories.help_request(State.DRAFT, contact_email=OLD, contact_id=None)
    strange = factories.help_request(State.DRAFT, contact_email="wer@anders.example", contact_id=None)
    with transaction():
        for request in (draft, strange):
            post.send_confirm(request, at=time.at)
        texts = {mail.address: mail.text for mail in letters("help_requests.confirm")}
    move(person, time.at)
    old, others = (SECRET.search(texts[address])[0] for address in (OLD, "wer@anders.example"))
    assert not tokens.is_live(tokens.find(old, Purpose.SUBMIT_REQUEST), at=time.at)
    assert tokens.is_live(tokens.find(others, Purpose.SUBMIT_REQUEST), at=time.at)
    anew = letters("help_requests.confirm")[-1]
    assert anew.address == NEW and is_live(anew, Purpose.SUBMIT_REQUEST, time.at)
    with transaction():
        service.remind(db.session.get_one(HelpRequest, draft.id), at=time.at)
    assert [mail.address for mail in letters("help_requests.confirm_reminder")] == [NEW]


def test_the_reminder_of_an_application_reaches_the_new_mailbox_with_a_link_that_lives(person, time):
    with transaction():
        pilot = pilots.apply(person, "Ich kann Tabellen.", by=person, at=time.at)
        pilots.remind_draft(pilot, at=time.at)
    move(person, time.at)
    (reminder,) = letters("pilots.confirm_reminder")
    assert reminder.address == NEW and is_live(reminder, Purpose.CONFIRM_EMAIL, time.at)
