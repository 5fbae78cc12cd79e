"""What lies there untouched, as the administration sees it; and the coordinators' role by one press."""

import pytest
from sqlalchemy import delete, select

from lotsen.accounts.models import User
from lotsen.audit.queries import events_of
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.home import jobs
from lotsen.home.models import Escalation
from lotsen.home.service import escalation
from lotsen.outbox.models import OutboxMessage
from tests import factories


def kinds():
    return list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


@pytest.fixture
def lying(app, time, coordinator):
    row = factories.help_request()
    time.forward(days=20)
    return row


def test_the_mail_leads_to_what_lies_there_since_when_and_whose_it_is(lying, time, coordinator, as_administrator):
    jobs.morning(time.at)
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "home.for_the_administrator")).one()
    assert "/liegengeblieben" in mail.text
    page = as_administrator.get("home.start").click("Was liegen geblieben ist")
    assert lying.case_number in page.text and "wartet seit Dienstag, 24. November 2026" in page.text
    assert f"Zuständig: {coordinator.name}." in page.text and "Arbeitstagen unberührt" in page.text


def test_the_office_is_reminded_once_a_day(lying, time, coordinator, as_administrator):
    page = as_administrator.get("home.untouched").submit("Koordination erinnern")
    assert "Wir haben die Koordination erinnert." in page.text and kinds().count("home.please_look") == 1
    time.forward(hours=1)
    assert "Heute ist die Koordination schon erinnert." in page.submit("Koordination erinnern").text
    assert kinds().count("home.please_look") == 1
    assert [e.action for e in events_of("user", coordinator.id)].count("desk.reminded") == 1


def test_nobody_is_reminded_of_nothing(coordinator, as_administrator):
    assert "Nichts ist liegen geblieben." in as_administrator.get("home.untouched").text
    page = as_administrator.post("home.remind_office")
    assert "home.please_look" not in kinds()
    assert "Es gibt nichts zu erinnern." in page.text and "schon erinnert" not in page.text


def test_without_an_address_nobody_is_called_reminded(lying, coordinator, as_administrator):
    with transaction():
        coordinator.email = None
    page = as_administrator.post("home.remind_office")
    assert "Bitte rufen Sie an." in page.text and "schon erinnert" not in page.text


def test_who_administers_takes_the_role_where_it_is_missing_and_is_told(lying, as_administrator):
    page = as_administrator.get("proposals.candidates", request_id=lying.id, status=403)
    there = page.submit("Rolle Koordination übernehmen")
    assert there.path == f"/vorschlaege/{lying.id}"
    (told,) = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "accounts.role_changed"))
    person = db.session.get(User, told.recipient_id)
    assert person.roles >= {Role.ADMINISTRATOR, Role.COORDINATOR}
    assert "user.role_granted" in [e.action for e in events_of("user", person.id)]
    as_administrator.post("home.take_over")
    assert kinds().count("accounts.role_changed") == 1


def test_nobody_else_is_offered_the_role(as_member, lying):
    page = as_member.get("proposals.candidates", request_id=lying.id, status=403)
    assert "übernehmen" not in page.text


def test_a_mail_that_was_there_before_is_not_counted_as_told_again(app, lying, time, coordinator):
    factories.administrator()
    with app.test_request_context(), transaction():
        assert escalation.tell_about_untouched(at=time.at) == 2  # the administration, and who waits
    with transaction():
        db.session.execute(delete(Escalation))
    time.forward(hours=1)
    with app.test_request_context(), transaction():
        assert escalation.tell_about_untouched(at=time.at) == 0
    assert kinds().count("home.for_the_administrator") == kinds().count("home.not_forgotten") == 1
