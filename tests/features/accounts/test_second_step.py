"""The second step of the log-in: each code once, few tries, no way around it."""

import pyotp
import pytest
from flask import g
from sqlalchemy import func, select

from lotsen.accounts.models import KnownDevice, RecoveryCode, SecondFactor, User, UserSession
from lotsen.accounts.service import administration, second_step
from lotsen.audit.models import AuditEvent
from lotsen.core import tokens
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.outbox.models import OutboxMessage
from tests import factories

from .conftest import PASSWORD

WRONG = "Dieser Code passt nicht. Warten Sie auf den nächsten."


def log_in(browser, person, *, path="/anmelden"):
    return browser.get_path(path).submit("Anmelden", email=person.email, password=PASSWORD)


def logged_in(browser):
    return browser.get("accounts.own").h1 == "Mein Konto"


def count(*conditions):
    return db.session.scalar(select(func.count()).where(*conditions))


def test_in_a_real_town_staff_set_it_up_before_they_see_anything(real_town, staff, browser, wall):
    visitor = browser(None)
    page = log_in(visitor, staff, path="/anmelden?next=/anfragen")
    assert page.h1 == "Zweiten Schritt einrichten"
    for path in ("/anfragen", "/start", "/konto", "/konto/passwort", "/lotsen", "/vorschlaege", "/"):
        assert visitor.get_path(path).h1 == "Zweiten Schritt einrichten", path
    posted = visitor.post("accounts.own", {"name": "Neu", "locale": "de", "version": 1})
    assert posted.h1 == "Zweiten Schritt einrichten"
    assert db.session.get_one(User, staff.id).name == "Karin Koordination"
    assert 'src="data:image/svg+xml' in page.html
    secret = page.soup.find("code").get_text().replace(" ", "")
    page = page.submit("Einrichten", code=pyotp.TOTP(secret).at(wall.at))
    codes = [code.get_text() for code in page.soup.find_all("code")]
    assert page.h1 == "Ihre Notfall-Codes" and len(set(codes)) == 10
    assert visitor.get_path("/anfragen").h1 == "Anfragen"
    kept = db.session.get_one(SecondFactor, staff.id)
    assert secret not in kept.secret
    assert not {c.digest for c in db.session.scalars(select(RecoveryCode))} & set(codes)
    assert count(AuditEvent.action == "user.two_steps_on") == 1
    assert count(OutboxMessage.kind == "accounts.two_steps_on") == 1


def test_nobody_else_has_to(real_town, browser, password_hash, time, wall):
    person = factories.user(Role.MEMBER, password_hash=password_hash)
    visitor = browser(None)
    log_in(visitor, person)
    assert logged_in(visitor)


def test_in_the_demo_town_a_password_is_enough(staff, browser):
    visitor = browser(None)
    assert log_in(visitor, staff).h1 != "Zweiten Schritt einrichten"
    assert logged_in(visitor)


def test_a_person_who_becomes_staff_in_the_middle_sets_it_up_at_the_next_page(real_town, browser, password_hash, at):
    person = factories.user(Role.MEMBER, password_hash=password_hash)
    visitor = browser(None)
    log_in(visitor, person)
    with transaction():
        user = db.session.get_one(User, person.id)
        administration.set_roles(user, frozenset({Role.COORDINATOR}), version=user.version, by=SYSTEM, at=at)
    assert visitor.get_path("/anfragen").h1 == "Zweiten Schritt einrichten"


def test_the_password_alone_opens_nothing(real_town, staff, browser, telephone):
    telephone(staff)
    visitor = browser(None)
    assert log_in(visitor, staff).h1 == "Zweiter Schritt"
    assert count(UserSession.user_id == staff.id) == 0
    for path in ("/anfragen", "/konto", "/konto/zwei-schritte", "/konto/zwei-schritte/einrichten"):
        assert visitor.get_path(path).h1 == "Anmelden", path


def test_a_new_password_by_mail_does_not_go_round_the_second_step(real_town, staff, browser, telephone, at):
    telephone(staff)
    visitor = browser(None)
    with transaction():
        link = tokens.issue(Purpose.RESET_PASSWORD, "user", staff.id, at=at, user_id=staff.id)
    visitor.get_path(f"/passwort/{link}").submit("Passwort speichern", password="birne dach stern")
    assert not logged_in(visitor), "the link logs nobody in"
    page = visitor.get_path("/anmelden").submit("Anmelden", email=staff.email, password="birne dach stern")
    assert page.h1 == "Zweiter Schritt" and not logged_in(visitor)
    assert count(UserSession.id > 0) == 0, "half a log-in is no session"


def test_the_code_opens_the_page_that_was_asked_for(real_town, staff, browser, telephone):
    phone, _codes = telephone(staff)
    visitor = browser(None)
    page = log_in(visitor, staff, path="/anmelden?next=/anfragen")
    assert page.submit("Anmelden", code=phone.code()).h1 == "Anfragen"


def test_a_code_counts_once_also_in_another_browser_and_an_older_one_never(real_town, staff, browser, telephone, wall):
    phone, _codes = telephone(staff)
    first, second = browser(None), browser(None)
    used = phone.code()
    assert log_in(first, staff).submit("Anmelden", code=used).h1 != "Zweiter Schritt"
    page = log_in(second, staff)
    assert page.submit("Anmelden", code=used).errors == [WRONG]
    assert page.submit("Anmelden", code=phone.code(ago=30)).errors == [WRONG], "fits the clock, but is older"
    assert not logged_in(second)
    wall.forward(seconds=30)
    page.submit("Anmelden", code=f"{phone.code()[:3]} {phone.code()[3:]}")
    assert logged_in(second), "the next one, typed with a space"


@pytest.mark.parametrize("seconds", [90, -90])
def test_a_code_of_another_minute_does_not_fit(staff, browser, telephone, seconds):
    phone, _codes = telephone(staff)
    assert log_in(browser(None), staff).submit("Anmelden", code=phone.code(ago=seconds)).errors == [WRONG]


@pytest.mark.parametrize("code", ["000000", "١٢٣٤٥٦", "''' OR 1=1", "-", "12345", "1234567", "None", "🙂" * 6])
def test_what_is_no_code_is_refused(staff, browser, telephone, code):
    telephone(staff)
    assert log_in(browser(None), staff).submit("Anmelden", code=code).errors == [WRONG]


def test_after_five_wrong_codes_the_right_one_does_not_help_and_a_new_browser_neither(
    real_town, staff, browser, telephone, wall
):
    phone, codes = telephone(staff)
    page = log_in(browser(None), staff)
    for _ in range(5):
        page.submit("Anmelden", code="000000")
    assert page.submit("Anmelden", code=phone.code(), status=429).errors[0].startswith("Das waren viele Versuche.")
    other = log_in(browser(None), staff)
    assert "viele Versuche" in other.submit("Anmelden", code=codes[0], status=429).errors[0]
    wall.forward(minutes=16)
    page = log_in(browser(None), staff)
    assert page.submit("Anmelden", code=phone.code()).h1 != "Zweiter Schritt"


def test_twenty_wrong_codes_a_day_are_enough(staff, app, telephone, wall):
    with transaction():
        waits = []
        for _ in range(4):
            for _ in range(5):
                g.pop("throttled", None)
                waits.append(second_step.count(staff.id))
            wall.forward(minutes=16)
        assert waits == [0] * 20
        g.pop("throttled", None)
        assert second_step.count(staff.id) > 3600 * 20


def test_a_recovery_code_opens_once_and_the_person_is_told(real_town, staff, browser, telephone):
    _phone, codes = telephone(staff)
    first, second = browser(None), browser(None)
    log_in(first, staff).submit("Anmelden", code=codes[3].upper().replace("-", " "))
    assert logged_in(first)
    assert log_in(second, staff).submit("Anmelden", code=codes[3]).errors == [WRONG]
    assert not logged_in(second)
    mail = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "accounts.recovery_code_used"))
    assert "noch 9 Notfall-Codes" in mail.text
    assert codes[3] not in mail.text
    assert count(AuditEvent.action == "user.recovery_code_used") == 1


def test_a_recovery_code_of_somebody_else_opens_nothing(real_town, staff, admin, browser, telephone):
    _phone, codes = telephone(admin)
    telephone(staff)
    assert log_in(browser(None), staff).submit("Anmelden", code=codes[0]).errors == [WRONG]


def test_new_recovery_codes_cost_a_code_and_make_the_old_ones_void(real_town, staff, browser, telephone, wall):
    phone, old = telephone(staff)
    visitor = browser(None)
    log_in(visitor, staff).submit("Anmelden", code=phone.code())
    page = visitor.get("accounts.recovery_codes")
    assert page.submit("Neue Codes zeigen", code="000000").errors == [WRONG]
    wall.forward(seconds=30)
    page = page.submit("Neue Codes zeigen", code=phone.code())
    new = [code.get_text() for code in page.soup.find_all("code")]
    assert len(new) == 10 and not set(new) & set(old)
    with transaction():
        user = db.session.get_one(User, staff.id)
        assert not second_step.spend(user, old[0], at=wall.at)
        assert second_step.spend(user, new[0], at=wall.at)


def test_a_remembered_device_is_not_asked_for_thirty_days(real_town, staff, browser, telephone, wall):
    phone, _codes = telephone(staff)
    visitor = browser(None)
    page = log_in(visitor, staff)
    page.submit("Anmelden", code=phone.code(), remember="y")
    cookie = visitor.client.get_cookie("lotsen_device")
    assert cookie.http_only and cookie.same_site == "Lax" and cookie.max_age == 30 * 86400
    row = db.session.scalar(select(KnownDevice))
    assert row.digest != cookie.value
    visitor.post("accounts.logout")
    assert log_in(visitor, staff).h1 != "Zweiter Schritt"
    visitor.post("accounts.logout")
    wall.forward(days=30, seconds=1)
    assert log_in(visitor, staff).h1 == "Zweiter Schritt"


def test_a_remembered_device_counts_for_its_person_only_and_can_be_forgotten(
    real_town, staff, admin, browser, telephone
):
    phone, _codes = telephone(staff)
    telephone(admin)
    visitor = browser(None)
    log_in(visitor, staff).submit("Anmelden", code=phone.code(), remember="y")
    page = visitor.get("accounts.two_steps")
    page.submit("Vergessen")
    assert count(KnownDevice.id > 0) == 0
    visitor.post("accounts.logout")
    assert log_in(visitor, staff).h1 == "Zweiter Schritt"
    assert log_in(browser(None), admin).h1 == "Zweiter Schritt"


def test_a_cookie_of_anothers_device_is_none(real_town, staff, admin, browser, telephone):
    phone, _codes = telephone(staff)
    telephone(admin)
    visitor = browser(None)
    log_in(visitor, staff).submit("Anmelden", code=phone.code(), remember="y")
    visitor.post("accounts.logout")
    assert log_in(visitor, admin).h1 == "Zweiter Schritt"


@pytest.mark.parametrize("way", ["password", "deactivation", "reset"])
def test_devices_are_forgotten_with_the_password_the_account_and_the_second_step(staff, admin, telephone, at, way):
    from lotsen.accounts.service import devices, reset

    telephone(staff)
    with transaction():
        user = db.session.get_one(User, staff.id)
        devices.remember(user, device="Firefox")
        if way == "password":
            reset.keep(user, "x", by=user, at=at)
        elif way == "deactivation":
            administration.deactivate(user, by=admin, at=at)
        else:
            administration.reset_second_step(user, by=admin, at=at)
    assert count(KnownDevice.id > 0) == 0


def test_half_a_log_in_ends_after_ten_minutes_with_the_password_and_with_the_account(
    real_town, staff, browser, telephone, monkeypatch
):
    import time as system

    phone, _codes = telephone(staff)
    late, changed, off = (browser(None) for _ in range(3))
    pages = [log_in(visitor, staff) for visitor in (late, changed, off)]
    real = system.time
    monkeypatch.setattr(system, "time", lambda: real() + 601)
    assert pages[0].submit("Anmelden", code=phone.code()).h1 == "Anmelden"
    monkeypatch.setattr(system, "time", real)
    with transaction():
        db.session.get_one(User, staff.id).password_hash = "another"
    assert pages[1].submit("Anmelden", code=phone.code()).h1 == "Anmelden"
    with transaction():
        db.session.get_one(User, staff.id).active = False
    assert pages[2].submit("Anmelden", code=phone.code()).h1 == "Anmelden"
    assert count(UserSession.user_id == staff.id) == 0


def test_a_forged_half_log_in_is_none(real_town, staff, browser, telephone):
    telephone(staff)
    visitor = browser(None)
    with visitor.client.session_transaction() as cookie:
        cookie["half"] = f"{staff.id}:" + "0" * 32
    assert visitor.get_path("/anmelden/code").h1 == "Anmelden"


def test_setting_it_up_ends_every_other_session(staff, browser, wall):
    one, two = browser(None), browser(None)
    log_in(one, staff), log_in(two, staff)
    page = one.get("accounts.set_up_two_steps")
    secret = page.soup.find("code").get_text().replace(" ", "")
    assert page.submit("Einrichten", code="000000", current=PASSWORD).errors == [WRONG]
    right = pyotp.TOTP(secret).at(wall.at)
    for wrong in ("", "falsch falsch"):
        assert len(page.submit("Einrichten", code=right, current=wrong).errors) == 1, "an open browser is not enough"
    assert db.session.get(SecondFactor, staff.id) is None
    assert page.submit("Einrichten", code=right, current=PASSWORD).h1 == "Ihre Notfall-Codes"
    assert logged_in(one)
    assert not logged_in(two)


def test_switching_off_costs_a_code_and_in_a_real_town_it_is_set_up_anew_at_once(
    real_town, staff, browser, telephone, wall
):
    phone, _codes = telephone(staff)
    visitor = browser(None)
    log_in(visitor, staff).submit("Anmelden", code=phone.code())
    page = visitor.get("accounts.remove_two_steps")
    assert page.submit("Ausschalten", code=phone.code()).errors == [WRONG], "used at log-in"
    wall.forward(seconds=30)
    assert page.submit("Ausschalten", code=phone.code()).h1 == "Zweiten Schritt einrichten"
    assert db.session.get(SecondFactor, staff.id) is None
    assert count(RecoveryCode.user_id == staff.id) == 0
    mail = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "accounts.two_steps_removed"))
    assert "Sie haben den Code aus der App" in mail.text


def test_the_administrator_resets_it_for_somebody_else_only(real_town, staff, admin, browser, telephone, wall):
    telephone(staff)
    phone, _codes = telephone(admin)
    office = browser(admin)
    theirs = browser(staff)
    office.get("admin.person", user_id=staff.id).submit("Zweiten Schritt zurücksetzen")
    assert db.session.get(SecondFactor, staff.id) is None
    assert theirs.get("accounts.own").h1 == "Anmelden", "the open sessions ended"
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "user.two_steps_off"))
    assert (event.actor_id, event.entity_id) == (admin.id, staff.id)
    mail = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "accounts.two_steps_removed"))
    assert mail.recipient_id == staff.id and "Verwaltung" in mail.text and "zurückgesetzt" in mail.text
    own = office.get("admin.person", user_id=admin.id)
    assert "Zweiten Schritt zurücksetzen" not in own.text
    office.post("admin.reset_second_step", user_id=admin.id)
    assert db.session.get(SecondFactor, admin.id) is not None
    assert phone.code()


def test_a_leaked_database_without_the_secret_of_the_installation_opens_nothing(staff, telephone, app, monkeypatch):
    from dataclasses import replace

    phone, _codes = telephone(staff)
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], secret="another secret of the same length"))
    with transaction():
        assert not second_step.spend(db.session.get_one(User, staff.id), phone.code(), at=phone.wall.at)
