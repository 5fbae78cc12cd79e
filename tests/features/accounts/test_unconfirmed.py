"""Accounts that nobody confirmed go after a week; addresses that no mail server takes are refused while typing."""

import pytest
from sqlalchemy import select

from lotsen.accounts.jobs import purge_unconfirmed
from lotsen.accounts.models import User
from lotsen.accounts.service import registration
from lotsen.audit.models import AuditEvent
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.outbox.transport import RefusedForGood, to_server
from lotsen.pilots.rules import State
from tests import factories

UMLAUT = (
    "Unser E-Mail-Programm kann an Adressen mit Umlauten vor dem @ nicht schreiben. Geben Sie eine andere Adresse ein."
)


def test_an_unconfirmed_account_goes_after_a_week_with_its_links(app, time):
    with transaction():
        registration.open_account(name="Neu", email="neu@example.org", by=SYSTEM, at=time.at)
    assert purge_unconfirmed(time.forward(days=7, seconds=-1)) == 0
    assert purge_unconfirmed(time.forward(seconds=1)) == 1
    assert purge_unconfirmed(time.at) == 0
    assert db.session.scalar(select(User)) is None
    assert db.session.scalar(select(Token)) is None
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "user.purged"))
    assert event.actor_id is None


def test_whoever_confirmed_has_a_role_has_no_address_or_is_named_by_a_case_stays(app, time):
    kept = [
        factories.user(),
        factories.user(Role.COORDINATOR, email_confirmed_at=None),
        factories.user(email=None, email_confirmed_at=None, phone="05721 1"),
        factories.pilot(State.SUBMITTED, user=factories.user(email_confirmed_at=None)).user,
        factories.member(person=factories.user(email_confirmed_at=None)).user,
    ]
    assert purge_unconfirmed(time.forward(days=60)) == 0
    assert set(db.session.scalars(select(User.id))) >= {person.id for person in kept}


@pytest.mark.parametrize("path", ["/registrieren/konto", "/passwort-vergessen", "/anmelden"])
def test_an_umlaut_before_the_at_is_refused_while_typing(as_visitor, path):
    page = as_visitor.get_path(path)
    data = {"email": "müller@example.org", "name": "Kim", "password": "x", "csrf_token": as_visitor.csrf_token()}
    page = as_visitor.post_path(path, data)
    assert UMLAUT in page.errors


def test_where_the_server_can_it_is_accepted(app, as_visitor, monkeypatch):
    from dataclasses import replace

    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mail_umlauts=True))
    data = {"email": "müller@example.org", "name": "Kim", "csrf_token": as_visitor.csrf_token()}
    assert as_visitor.post_path("/registrieren/konto", data).h1 != "Konto anlegen"
    assert db.session.scalar(select(User.email)) == "müller@example.org"


def test_an_umlaut_in_the_domain_is_fine_and_every_server_understands_it(as_visitor):
    data = {"email": "info@müller.de", "name": "Kim", "csrf_token": as_visitor.csrf_token()}
    as_visitor.post_path("/registrieren/konto", data)
    assert db.session.scalar(select(User.email)) == "info@müller.de"
    assert to_server("info@müller.de") == "info@xn--mller-kva.de"
    assert to_server("kim@example.org") == "kim@example.org"
    with pytest.raises(RefusedForGood):
        to_server("kim@müller..de")
