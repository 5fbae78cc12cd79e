"""An administrator erases the account of a colleague."""

from sqlalchemy import select

from lotsen.accounts.service import sessions
from lotsen.audit.models import AuditEvent
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from tests import factories

from .test_erasure import where


def test_an_administrator_erases_a_colleague_and_says_why(browser, time):
    administrator = factories.user(Role.ADMINISTRATOR)
    as_administrator = browser(administrator)
    colleague = factories.user(Role.COORDINATOR, name="Karla Kollegin", email="karla@example.org")
    with transaction():
        secret = sessions.start(db.session.merge(colleague))
    page = as_administrator.get("admin.person", user_id=colleague.id).click("Konto löschen")
    assert page.h1 == "Daten von Karla Kollegin löschen" and "Anmeldungen: 1" in page.text
    page = page.submit("Endgültig löschen", word="löschen", status=400)
    assert "Wählen Sie, warum das Konto gelöscht wird" in page.text
    assert page.submit("Endgültig löschen", reason="left").path == "/verwaltung/personen"
    assert sessions.find_user(secret) is None
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "privacy.erased")).one()
    assert (event.actor_id, event.on_behalf_of, event.reason) == (administrator.id, colleague.id, "left")
    assert {place.partition(".")[0] for place in where("Kollegin") | where("karla@")} == {"outbox_messages"}
    as_administrator.get("privacy.colleague_erase", user_id=colleague.id, status=404)


def test_nobody_erases_the_own_account_or_people_who_are_no_colleagues_there(browser, time):
    administrator = factories.user(Role.ADMINISTRATOR)
    as_administrator = browser(administrator)
    for person in (administrator, factories.pilot().user):
        as_administrator.get("privacy.colleague_erase", user_id=person.id, status=404)
        assert "Konto löschen" not in as_administrator.get("admin.person", user_id=person.id).text
