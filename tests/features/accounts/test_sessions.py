"""Sessions, sentence by sentence of the security page: begun at log-in, ended at once, never by a header's word."""

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lotsen.accounts.models import User, UserRole, UserSession
from lotsen.accounts.rules import network
from lotsen.accounts.service import administration, login, own, people, reset, sessions
from lotsen.audit.models import AuditEvent
from lotsen.cli import people as commands
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.extensions import login as login_manager
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from tests import factories

from .conftest import PASSWORD


def logged_in(browser):
    return browser.get("accounts.own").h1 == "Mein Konto"


@pytest.mark.parametrize("path", ["/", "/impressum", "/registrieren", "/healthz"])
def test_a_first_visit_without_a_form_gets_no_cookie_and_no_row(app, as_visitor, path):
    answer = as_visitor.client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0


def test_a_page_with_a_form_makes_a_cookie_and_no_row(app, as_visitor):
    assert "Set-Cookie" in as_visitor.client.get("/anmelden").headers
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0


def test_staff_are_logged_out_after_the_pause_and_everybody_after_the_day(staff, browser, wall):
    office, club = browser(staff), browser(factories.user(Role.MEMBER))
    wall.forward(minutes=town().staff_idle_minutes - 1)
    assert logged_in(office)
    wall.forward(minutes=town().staff_idle_minutes, seconds=1)
    assert not logged_in(office)
    assert logged_in(club)
    wall.forward(hours=town().session_hours)
    assert not logged_in(club)


def test_working_on_does_not_reach_beyond_the_absolute_limit(staff, browser, wall):
    office = browser(staff)
    for _ in range(town().session_hours - 1):
        wall.forward(minutes=59)
        assert logged_in(office)
    wall.forward(minutes=59)
    wall.forward(hours=1)
    assert not logged_in(office)


def test_the_cookie_of_before_the_log_in_opens_nothing_after_it(staff, browser):
    visitor = browser(None)
    visitor.get_path("/anmelden")
    with visitor.client.session_transaction() as cookie:
        before = dict(cookie)
    visitor.get_path("/anmelden").submit("Anmelden", email=staff.email, password=PASSWORD)
    with visitor.client.session_transaction() as cookie:
        assert cookie["_user_id"] and cookie.get("csrf_token") != before["csrf_token"]
    thief = browser(None)
    with thief.client.session_transaction() as cookie:
        cookie.update(before)
    assert not logged_in(thief)


def test_a_log_in_over_an_open_session_ends_that_one(staff, browser):
    visitor = browser(staff)
    visitor.get("accounts.login").submit("Anmelden", email=staff.email, password=PASSWORD)
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_a_session_is_bound_to_no_network_and_no_browser(staff, browser):
    assert login_manager.session_protection is None
    office = browser(staff)
    assert logged_in(office)
    answer = office.client.get(
        "/konto", headers={"User-Agent": "another"}, environ_base={"REMOTE_ADDR": "198.51.100.9"}
    )
    assert answer.status_code == 200


def test_switching_an_account_off_counts_at_the_next_click_and_kills_every_link(staff, admin, browser, at):
    office = browser(staff)
    with transaction():
        for purpose in (Purpose.RESET_PASSWORD, Purpose.ANSWER_ASK, Purpose.ENGAGEMENT, Purpose.PILOT_PROFILE):
            tokens.issue(purpose, "user", staff.id, at=at, user_id=staff.id)
    assert logged_in(office)
    with transaction():
        administration.deactivate(db.session.get_one(User, staff.id), by=admin, at=at)
    assert not logged_in(office)
    with transaction():
        administration.reactivate(db.session.get_one(User, staff.id), by=admin, at=at)
    assert not logged_in(office), "nor does an old log-in come back with the account"
    with transaction():
        administration.deactivate(db.session.get_one(User, staff.id), by=admin, at=at)
    assert {token.revoked_at for token in db.session.scalars(select(Token))} == {at}
    page = browser(None).get_path("/anmelden").submit("Anmelden", email=staff.email, password=PASSWORD)
    assert page.h1 == "Anmelden"


def test_what_waits_for_a_switched_off_account_is_not_sent(staff, admin, at):
    with transaction():
        user = db.session.get_one(User, staff.id)
        administration.change_role(user, Role.ADMINISTRATOR, granted=True, by=SYSTEM, at=at)
        administration.deactivate(user, by=admin, at=at)
    mail = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "accounts.role_changed"))
    assert (mail.recipient_id, mail.state, mail.text) == (staff.id, MailState.RECALLED, "")


def test_a_role_taken_away_counts_at_the_next_click(staff, browser, at):
    office = browser(staff)
    office.get("help_requests.overview")
    with transaction():
        user = db.session.get_one(User, staff.id)
        administration.set_roles(user, frozenset(), version=user.version, by=SYSTEM, at=at)
    office.get("help_requests.overview", status=403)


@pytest.mark.parametrize("granted", [True, False])
def test_a_change_of_roles_is_in_the_log_and_told_by_mail_whoever_made_it(staff, at, granted):
    with transaction():
        user = db.session.get_one(User, staff.id)
        role = Role.ADMINISTRATOR if granted else Role.COORDINATOR
        administration.change_role(user, role, granted=granted, by=SYSTEM, at=at)
    action = "user.role_granted" if granted else "user.role_revoked"
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == action))
    assert (event.entity_id, event.details["role"]) == (staff.id, role.value)
    mail = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "accounts.role_changed"))
    assert mail.address == staff.email


def test_the_command_changes_roles_the_same_way_and_leaves_one_administrator(app, admin, staff, telephone, monkeypatch):
    from contextlib import nullcontext

    monkeypatch.setattr(commands, "open_app", lambda: nullcontext(app))
    run = CliRunner().invoke
    refused = run(commands.user, ["role", admin.email, "administrator", "--revoke"])
    assert refused.exit_code == 1 and "the last one" in refused.output
    assert run(commands.user, ["role", staff.email, "administrator"]).exit_code == 0
    assert run(commands.user, ["role", admin.email, "administrator", "--revoke"]).exit_code == 0
    assert db.session.scalar(select(UserRole.user_id).where(UserRole.role == Role.ADMINISTRATOR)) == staff.id
    kinds = db.session.scalars(select(OutboxMessage.kind)).all()
    assert kinds.count("accounts.role_changed") == 2
    telephone(staff)
    assert run(commands.user, ["reset-factor", staff.email]).exit_code == 0
    assert "accounts.two_steps_removed" in db.session.scalars(select(OutboxMessage.kind)).all()
    assert run(commands.user, ["reset-factor", "niemand@example.org"]).exit_code == 1


@pytest.mark.parametrize("change", ["password", "address"])
def test_links_are_dead_after_a_change_of_password_or_address(staff, at, change):
    purposes = (Purpose.RESET_PASSWORD, Purpose.CHANGE_EMAIL, Purpose.CONFIRM_EMAIL)
    with transaction():
        raws = [tokens.issue(p, "user", staff.id, at=at, user_id=staff.id) for p in purposes]
        user = db.session.get_one(User, staff.id)
        if change == "password":
            reset.keep(user, "x", by=user, at=at)
        else:
            user.new_email = "neu@example.org"
            own.confirm_new_address(tokens.find(raws[1], Purpose.CHANGE_EMAIL), at=at)
    live = [tokens.is_live(tokens.find(raw, p), at=at) for raw, p in zip(raws, purposes, strict=True)]
    assert live == [False] * 3


@pytest.mark.parametrize(("purpose", "hours"), [(Purpose.RESET_PASSWORD, 1), (Purpose.CONFIRM_EMAIL, 48)])
def test_a_link_lives_as_long_as_its_mail_says(staff, time, purpose, hours):
    with transaction():
        raw = tokens.issue(purpose, "user", staff.id, at=time.at, user_id=staff.id)
    assert len(raw) == 32
    found = tokens.find(raw, purpose)
    assert found.digest != raw
    assert tokens.is_live(found, at=time.forward(hours=hours, seconds=-1))
    assert not tokens.is_live(found, at=time.forward(seconds=1))


def test_the_host_header_is_in_no_mail_and_no_redirect(staff, as_visitor):
    token = as_visitor.csrf_token()
    as_visitor.client.set_cookie("lotsen", as_visitor.client.get_cookie("lotsen").value, domain="evil.example")
    evil = {"HTTP_HOST": "evil.example", "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"}
    for path, data in (
        ("/passwort-vergessen", {"email": staff.email}),
        ("/anmelden", {"email": staff.email, "password": PASSWORD}),
    ):
        answer = as_visitor.client.post(path, data={**data, "csrf_token": token}, environ_overrides=evil)
        assert answer.status_code == 302
        assert "evil" not in answer.headers["Location"] + answer.text
    for path in ("/konto", "/anfragen/", "//konto", "/static", "/anmelden/", ""):
        answer = as_visitor.client.get("/", environ_overrides={**evil, "PATH_INFO": path})
        assert "evil" not in answer.headers.get("Location", "") + answer.text, path
    mail = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "accounts.reset_password"))
    assert "http://localhost/passwort/" in mail.text and "evil" not in mail.text + mail.html


def test_a_household_with_ipv6_is_one_address(app):
    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::9") != network("2001:db8:1:3::1")
    assert network("::ffff:192.0.2.7") == network("192.0.2.7")
    assert network("kein Netz") == "kein Netz"
    with transaction():
        waits = [login.count_attempt(f"wer{n}@example.org", f"2001:db8::{n:x}") for n in range(1, 52)]
    assert waits[49] == 0 and waits[50] > 0


def test_the_cookie_holds_nothing_that_the_person_must_not_read(staff, browser):
    visitor = browser(None)
    visitor.get_path("/anmelden").submit("Anmelden", email=staff.email, password=PASSWORD)
    with visitor.client.session_transaction() as cookie:
        assert set(cookie) <= {"_user_id", "_fresh", "_id", "csrf_token", "person"}
        row = db.session.scalar(select(UserSession))
        assert row.digest not in cookie.values()
    assert sessions.find_user("x" * 32) is None
    assert people.find_by_email("") is None
