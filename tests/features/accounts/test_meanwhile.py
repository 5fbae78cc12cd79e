"""A password takes its time to be checked. Who chooses a new one meanwhile has the last word."""

import threading
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from lotsen.accounts.forms import NewAddressForm
from lotsen.accounts.models import SecondFactor, User, UserSession
from lotsen.accounts.service import administration, login, passwords, reset
from lotsen.core import clock
from lotsen.core.access import SYSTEM, Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.privacy.forms import OwnEraseForm
from lotsen.privacy.service import erasure
from tests import factories
from tests.page import PageClient

from .conftest import PASSWORD

NEW = "birne tor sonne"
WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def somebody(app: Flask, time: object, password_hash: str) -> User:
    """A contact person with a password."""
    return factories.user(Role.MEMBER, email="vera@example.org", password_hash=password_hash)


@pytest.fixture
def meanwhile(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Something happens elsewhere, once, as soon as a real step is through: the person chooses a new password."""

    def choose_password(user: User) -> None:
        reset.keep(user, passwords.hashed(NEW), by=user, at=clock.now())

    def arrange(person: User, module: object, step: str, what: Callable[[User], None] = choose_password) -> None:
        person_id, real = person.id, getattr(module, step)

        def choose() -> None:
            with app.app_context():
                with transaction():
                    what(db.session.get_one(User, person_id))
                db.session.remove()

        def step_and_choice(*arguments: object, **named: object) -> object:
            found = real(*arguments, **named)
            monkeypatch.setattr(module, step, real)
            other = threading.Thread(target=choose)
            other.start()
            other.join(60)
            return found

        monkeypatch.setattr(module, step, step_and_choice)

    return arrange


def nobody_is_in_by_the_old_one(person: User) -> None:
    """The new password stands, and no session was begun after it."""
    db.session.rollback()
    assert passwords.matches(NEW, db.session.get_one(User, person.id, populate_existing=True).password_hash)
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0


@pytest.mark.parametrize("weak", [False, True])
def test_the_old_password_opens_nothing_once_the_new_one_stands(
    somebody: User, as_visitor: PageClient, meanwhile: Callable[..., None], weak: bool
) -> None:
    if weak:  # it is made anew at log-in, and must not come back by that
        with transaction():
            db.session.get_one(User, somebody.id).password_hash = WEAK.hash(PASSWORD)
    page = as_visitor.get_path("/anmelden?next=/anfragen")
    meanwhile(somebody, passwords, "outdated")
    page = page.submit("Anmelden", email=somebody.email, password=PASSWORD)
    assert page.h1 == "Anmelden" and "noch einmal" in page.text
    nobody_is_in_by_the_old_one(somebody)
    assert page.submit("Anmelden", email=somebody.email, password=NEW).h1 == "Meine Anfragen"


def test_a_code_after_the_old_password_opens_nothing_either(
    staff: User, as_visitor: PageClient, telephone: Callable[..., object], meanwhile: Callable[..., None]
) -> None:
    phone, _codes = telephone(staff)
    page = as_visitor.get_path("/anmelden").submit("Anmelden", email=staff.email, password=PASSWORD)
    meanwhile(staff, login, "half_logged_in")
    page = page.submit("Anmelden", code=phone.code())
    assert page.h1 == "Anmelden"
    nobody_is_in_by_the_old_one(staff)


@pytest.mark.parametrize(
    ("path", "button", "field", "typed"),
    [
        ("/konto/passwort", "Passwort speichern", "current", {"password": "fremder hund bellt"}),
        ("/konto/adresse", "Neue Adresse eintragen", "current", {"email": "fremd@example.org"}),
        ("/konto/loeschen", "Endgültig löschen", "password", {"word": "LÖSCHEN"}),
    ],
)
def test_the_old_password_changes_nothing_once_the_new_one_stands(
    somebody: User,
    browser: Callable[[User], PageClient],
    meanwhile: Callable[..., None],
    path: str,
    button: str,
    field: str,
    typed: dict[str, str],
) -> None:
    page = browser(somebody).get_path(path)
    meanwhile(somebody, passwords, "matches")
    page.submit(button, status=409, **{field: PASSWORD}, **typed)
    nobody_is_in_by_the_old_one(somebody)
    person = db.session.get_one(User, somebody.id)
    assert person.new_email is None and person.erased_at is None


@pytest.mark.parametrize(
    ("form", "path", "button", "field", "typed"),
    [
        (NewAddressForm, "/konto/adresse", "Neue Adresse eintragen", "current", {"email": "fremd@example.org"}),
        (OwnEraseForm, "/konto/loeschen", "Endgültig löschen", "password", {"word": "LÖSCHEN"}),
    ],
)
def test_nobody_reads_that_the_password_was_wrong_when_the_account_was_deleted_meanwhile(
    somebody: User,
    browser: Callable[[User], PageClient],
    meanwhile: Callable[..., None],
    form: type,
    path: str,
    button: str,
    field: str,
    typed: dict[str, str],
) -> None:
    def delete(user: User) -> None:
        erasure.erase(user, channel="web", by=user, at=clock.now())

    page = browser(somebody).get_path(path)
    meanwhile(somebody, form, "validate_on_submit", delete)
    page = page.submit(button, status=409, **{field: PASSWORD}, **typed)
    assert "nicht Ihr jetziges Passwort" not in page.text


def test_an_account_that_is_switched_off_meanwhile_opens_nothing(
    somebody: User, as_visitor: PageClient, meanwhile: Callable[..., None]
) -> None:
    def switch_off(user: User) -> None:
        administration.deactivate(user, by=SYSTEM, at=clock.now())

    page = as_visitor.get_path("/anmelden")
    meanwhile(somebody, passwords, "outdated", switch_off)
    page = page.submit("Anmelden", email=somebody.email, password=PASSWORD)
    assert page.h1 == "Anmelden" and "noch einmal" in page.text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0


def test_the_old_password_sets_up_no_second_step_once_the_new_one_stands(
    somebody: User, browser: Callable[[User], PageClient], meanwhile: Callable[..., None], wall: Any
) -> None:
    page = browser(somebody).get("accounts.set_up_two_steps")
    secret = page.soup.find("code").get_text().replace(" ", "")
    meanwhile(somebody, passwords, "matches")
    page.submit("Einrichten", status=409, code=pyotp.TOTP(secret).at(wall.at), current=PASSWORD)
    nobody_is_in_by_the_old_one(somebody)
    assert db.session.get(SecondFactor, somebody.id) is None
