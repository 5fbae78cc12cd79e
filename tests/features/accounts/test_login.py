"""Log-in, log-out, throttle, sessions."""

import statistics
import time as wall

import pytest
from sqlalchemy import func, select, update

from lotsen.accounts.models import User, UserSession
from lotsen.accounts.service import login, passwords
from lotsen.core.clock import real_now
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import ThrottleCounter
from lotsen.core.web import own_path
from tests import factories

PASSWORD = "apfel zaun mond"
WRONG = "E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides."


@pytest.fixture
def person(app, time):
    return factories.user(email="vera@example.org", password_hash=passwords.hashed(PASSWORD))


def log_in(browser, email="vera@example.org", password=PASSWORD, path="/anmelden", **more):
    return browser.get_path(path).submit("Anmelden", email=email, password=password, **more)


def test_the_right_password_opens_a_session_of_its_own(person, as_visitor):
    log_in(as_visitor)
    assert as_visitor.get("accounts.own").h1 == "Mein Konto"
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(person, as_visitor):
    wrong = log_in(as_visitor, password="falsch falsch")
    unknown = log_in(as_visitor, email="niemand@example.org", password="falsch falsch")
    assert wrong.errors == unknown.errors == [WRONG]
    assert wrong.text == unknown.text
    assert wrong.html.replace("vera@", "niemand@").count("niemand@example.org") == unknown.html.count(
        "niemand@example.org"
    )


def test_both_take_the_same_time(person):
    def cost(email):
        start = wall.perf_counter()
        login.check(email, "falsch falsch")
        return wall.perf_counter() - start

    cost("vera@example.org"), cost("niemand@example.org")
    known, unknown = ([cost(email) for _ in range(7)] for email in ("vera@example.org", "niemand@example.org"))
    assert statistics.median(unknown) > 0.5 * statistics.median(known)


@pytest.mark.parametrize("change", [{"active": False}, {"email_confirmed_at": None}])
def test_an_account_that_may_not_log_in_gets_the_answer_of_a_wrong_password(person, as_visitor, change):
    with transaction():
        db.session.execute(update(User).values(**change))
    assert log_in(as_visitor).errors == [WRONG]


def test_ten_tries_on_one_account_are_enough_and_the_right_password_does_not_help_then(person, as_visitor):
    for _ in range(10):
        log_in(as_visitor, password="falsch falsch")
    page = log_in(as_visitor, status=429)
    assert page.errors == [
        "Das waren viele Versuche. Bitte warten Sie 15 Minuten und versuchen Sie es dann noch einmal."
    ]
    assert 14 * 60 < int(page.response.headers["Retry-After"]) <= 15 * 60
    keys = db.session.scalars(select(ThrottleCounter.key)).all()
    assert keys and not any("vera" in key or "127.0.0.1" in key for key in keys)


def test_one_network_address_may_not_try_many_accounts(app, as_visitor):
    with transaction():
        for n in range(50):
            assert login.count_attempt(f"wer{n}@example.org", "127.0.0.1") == 0
    log_in(as_visitor, status=429)


def test_no_hash_is_computed_once_the_limit_is_reached(person, as_visitor, monkeypatch):
    with transaction():
        for _ in range(10):
            login.count_attempt("vera@example.org", "198.51.100.1")
    asked = []
    monkeypatch.setattr(login, "check", lambda *_: asked.append(1))
    log_in(as_visitor, status=429)
    assert not asked


def test_a_weak_hash_is_made_anew_at_log_in(person, as_visitor):
    from argon2 import PasswordHasher

    with transaction():
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        db.session.execute(update(User).values(password_hash=weak))
    log_in(as_visitor)
    kept = db.session.scalar(select(User.password_hash))
    assert not passwords.outdated(kept)
    assert passwords.matches(PASSWORD, kept)


EVASIONS = (
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\x00//evil.example",
    " //evil.example",
    "evil.example",
    "/.//evil.example/../..//" + "x" * 2001,
    "/%5C/evil\x7f",
)


@pytest.mark.parametrize("target", EVASIONS)
def test_the_way_back_leads_to_own_paths_only(target):
    assert own_path(target, "/start") == "/start"


def test_after_log_in_one_stands_where_one_wanted_to_go(person, as_visitor):
    page = as_visitor.get("accounts.change_password")
    assert page.h1 == "Anmelden"
    assert page.submit("Anmelden", email="vera@example.org", password=PASSWORD).h1 == "Passwort ändern"


def test_log_out_ends_the_cookie_on_the_server(person, as_visitor, app):
    log_in(as_visitor)
    with as_visitor.client.session_transaction() as cookie:
        stolen = dict(cookie)
    page = as_visitor.client.get("/konto")
    assert "no-store" in page.headers["Cache-Control"], "no page of hers is left in the browser"
    out = as_visitor.client.post("/abmelden", data={"csrf_token": as_visitor.csrf_token()})
    assert "Clear-Site-Data" not in out.headers, "which holds some browsers up for seconds"
    with as_visitor.client.session_transaction() as cookie:
        cookie.update(stolen)
    assert as_visitor.get("accounts.own").h1 == "Anmelden"


def test_log_out_pressed_twice_says_the_same(person, as_visitor):
    log_in(as_visitor)
    token = as_visitor.csrf_token()
    assert "Sie sind abgemeldet." in as_visitor.post_path("/abmelden", {"csrf_token": token}).html
    assert "Sie sind abgemeldet." in as_visitor.post("accounts.logout").html


def test_a_log_in_gets_a_new_session(person, as_visitor):
    log_in(as_visitor)
    with as_visitor.client.session_transaction() as cookie:
        first = cookie["_user_id"]
    log_in(as_visitor)
    with as_visitor.client.session_transaction() as cookie:
        assert cookie["_user_id"] != first
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_last_seen_is_written_after_five_minutes_and_not_before(browser):
    from datetime import timedelta

    client = browser(factories.user())
    before = db.session.scalar(select(UserSession.last_seen_at))
    client.get("accounts.own")
    assert db.session.scalar(select(UserSession.last_seen_at)) == before
    with transaction():
        db.session.execute(update(UserSession).values(last_seen_at=real_now() - timedelta(minutes=6)))
    client.get("accounts.own")
    assert real_now() - db.session.scalar(select(UserSession.last_seen_at)) < timedelta(minutes=1)


def test_demo_accounts_cannot_log_in_outside_the_demo(person, app, monkeypatch):
    from dataclasses import replace

    person = db.session.merge(person)
    with transaction():
        db.session.execute(update(User).values(is_demo=True))
    db.session.refresh(person)
    assert login.may_log_in(person)
    monkeypatch.setitem(app.config, "LOTSEN", replace(app.config["LOTSEN"], mode="production"))
    assert not login.may_log_in(person)


@pytest.mark.parametrize("path", ["/anmelden", "/abmelden", "/registrieren/konto", "/passwort-vergessen"])
def test_a_form_without_its_token_is_refused(app, as_visitor, path):
    as_visitor.post_path(path, {"email": "a@example.org"}, status=400)
