"""What the log says of log-ins and of tries to get round a rule: which, whose account, never a name or an address."""

import logging
from collections.abc import Callable, Iterator

import pytest

from lotsen.accounts.models import User
from lotsen.core.extensions import db

from .conftest import PASSWORD


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """The lines since they were asked for last."""
    caplog.set_level(logging.INFO, logger="lotsen.security")

    def read() -> list[str]:
        lines = [record.getMessage() for record in caplog.records if record.name == "lotsen.security"]
        caplog.clear()
        return lines

    yield read


def log_in(browser, email, password=PASSWORD, **more):
    return browser.get_path("/anmelden").submit("Anmelden", email=email, password=password, **more)


def test_every_log_in_is_a_line_with_the_way_and_so_is_its_end(real_town, staff, browser, telephone, said):
    phone, codes = telephone(staff)
    visitor = browser(None)
    page = log_in(visitor, staff.email)
    assert said() == [], "half a log-in is none"
    page.submit("Anmelden", code=phone.code(), remember=True)
    assert said() == [f"logged in by password and code person={staff.id}"]
    visitor.post("accounts.logout")
    log_in(visitor, staff.email)
    assert said() == [
        f"logged out person={staff.id}",
        f"logged in by password and known browser person={staff.id}",
    ]
    stranger = browser(None)
    log_in(stranger, staff.email).submit("Anmelden", code=codes[0])
    assert said() == [f"logged in by password and code person={staff.id}"]


def test_what_fails_is_a_line_whether_the_account_is_known_or_not(real_town, staff, browser, telephone, said):
    telephone(staff)
    visitor = browser(None)
    log_in(visitor, staff.email, "falsch falsch")
    log_in(visitor, "niemand@example.org", "falsch falsch")
    assert said() == [f"wrong password person={staff.id}", "wrong password"]
    page = log_in(visitor, staff.email)
    for status in (200, 200, 200, 200, 200, 429):
        page = page.submit("Anmelden", code="000000", status=status)
    assert said() == [f"wrong code person={staff.id}"] * 5 + ["too many tries: second-step"]


def test_a_limit_that_is_reached_and_a_forged_form_are_lines(real_town, staff, browser, said):
    visitor = browser(None)
    for _ in range(10):
        log_in(visitor, staff.email, "falsch falsch")
    said()
    log_in(visitor, staff.email, status=429)
    visitor.client.post("/anmelden", data={"email": staff.email, "password": PASSWORD})
    assert said() == ["too many tries: login-account", "a form without its token"]


@pytest.mark.parametrize(
    ("path", "status", "button", "fields"),
    [
        ("/konto/passwort", 200, "Passwort speichern", {"current": "falsch falsch", "password": "birne dach stern"}),
        ("/konto/adresse", 200, "Neue Adresse eintragen", {"current": "falsch falsch", "email": "neu@example.org"}),
        ("/konto/loeschen", 400, "Endgültig löschen", {"password": "falsch falsch", "word": "LÖSCHEN"}),
    ],
)
def test_a_wrong_password_of_somebody_who_is_logged_in_is_a_line(staff, browser, said, path, status, button, fields):
    browser(db.session.get_one(User, staff.id)).get_path(path).submit(button, status=status, **fields)
    assert said() == [f"wrong password person={staff.id}"]
