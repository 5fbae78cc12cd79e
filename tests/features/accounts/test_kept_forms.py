"""After an expired session the typed form comes back after the log-in: to the same person, on the same page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import delete, func, select
from wtforms import PasswordField

from lotsen.accounts.models import User, UserSession
from lotsen.core import typed
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.forms import Form
from lotsen.core.models import KeptForm
from lotsen.core.sealed import unseal
from tests import factories

from .conftest import PASSWORD

TOLD = "Bitte prüfen Sie Ihre Eingabe und senden Sie sie noch einmal."
MARKUP = "Kim <b>Müller</b> 🙂"


def log_in(browser, person, page=None):
    page = page or browser.get_path("/anmelden")
    return page.submit("Anmelden", email=person.email, password=PASSWORD)


def end_sessions():
    with transaction():
        db.session.execute(delete(UserSession))


def kept():
    return db.session.scalar(select(func.count()).select_from(KeptForm))


@pytest.fixture
def person(app, time, password_hash):
    return factories.user(email="vera@example.org", name="Vera", password_hash=password_hash)


def test_what_was_typed_stands_there_again_and_is_not_sent_by_itself(person, browser):
    visitor = browser(None)
    log_in(visitor, person)
    page = visitor.get("accounts.own")
    end_sessions()
    page = page.submit("Speichern", name=MARKUP, phone="05721 99")
    assert page.h1 == "Anmelden"
    content = db.session.scalar(select(KeptForm.content))
    assert "Kim" not in content and "05721" not in content, "sealed"
    page = log_in(visitor, person, page)
    assert page.h1 == "Mein Konto" and TOLD in page.text
    assert page.soup.find("input", attrs={"name": "name"})["value"] == MARKUP
    assert db.session.get_one(User, person.id).name == "Vera", "nothing was sent"
    page = page.submit("Speichern")
    assert "Gespeichert." in page.text
    assert db.session.get_one(User, person.id).name == MARKUP
    assert kept() == 0
    assert TOLD not in visitor.get("accounts.own").text


def test_it_shows_once_more_until_a_form_is_sent_and_only_on_its_page(person, browser):
    visitor = browser(None)
    log_in(visitor, person)
    page = visitor.get("accounts.own")
    end_sessions()
    log_in(visitor, person, page.submit("Speichern", name="Neu"))
    assert 'value="Neu"' in visitor.get("accounts.own").html
    for endpoint in ("accounts.change_address", "accounts.change_password"):
        assert 'value="Neu"' not in visitor.get(endpoint).html


def test_somebody_else_at_the_same_computer_sees_nothing_of_it(person, browser, password_hash):
    other = factories.user(email="otto@example.org", name="Otto", password_hash=password_hash)
    visitor = browser(None)
    log_in(visitor, person)
    page = visitor.get("accounts.own")
    end_sessions()
    page = log_in(visitor, other, page.submit("Speichern", name="Geheim"))
    assert TOLD not in page.text and "Geheim" not in page.html
    assert "Geheim" not in visitor.get("accounts.own").html
    visitor.post("accounts.logout")
    page = log_in(visitor, person)
    assert "Geheim" not in page.html, "nor does it wait in that browser for the first person"


def test_a_stranger_who_was_never_logged_in_keeps_nothing(app, time, browser):
    visitor = browser(None)
    token = visitor.csrf_token()
    visitor.post_path("/konto", {"csrf_token": token, "name": "x"})
    assert kept() == 0


def test_without_the_token_of_the_form_nothing_is_kept(person, browser):
    visitor = browser(None)
    log_in(visitor, person)
    end_sessions()
    visitor.post_path("/konto", {"name": "untergeschoben"}, status=400)
    assert kept() == 0


def test_passwords_and_codes_are_never_kept(person, browser):
    visitor = browser(None)
    log_in(visitor, person)
    page = visitor.get("accounts.change_address")
    end_sessions()
    page.submit("Neue Adresse eintragen", email="neu@example.org", current="mein Geheimnis")
    opened = unseal(db.session.scalar(select(KeptForm.content)), typed.PURPOSE)
    assert "neu@example.org" in opened and "Geheimnis" not in opened


def test_every_field_for_a_secret_is_on_the_list_of_what_is_never_kept(site):
    def all_forms(kind):
        for form in kind.__subclasses__():
            yield form
            yield from all_forms(form)

    names = {
        name
        for form in all_forms(Form)
        if form.__module__.startswith("lotsen.")
        for name in dir(form)
        if getattr(getattr(form, name), "field_class", None) is PasswordField or name == "code"
    }
    assert {"password", "current", "code"} <= names <= typed.NEVER_KEPT


def test_a_text_beyond_the_limit_is_not_kept_and_the_log_in_works(person, browser):
    visitor = browser(None)
    log_in(visitor, person)
    page = visitor.get("accounts.own")
    end_sessions()
    page = log_in(visitor, person, page.submit("Speichern", name="x" * (typed.MOST_CHARACTERS + 1)))
    assert kept() == 0 and page.h1 == "Mein Konto" and TOLD not in page.text


def test_after_an_hour_it_is_gone(person, browser, wall):
    visitor = browser(None)
    log_in(visitor, person)
    page = visitor.get("accounts.own")
    end_sessions()
    page = page.submit("Speichern", name="Neu")
    wall.forward(minutes=61)
    assert 'value="Neu"' not in log_in(visitor, person, page).html
    with transaction():
        assert typed.purge() == 1


def test_a_button_on_a_page_leads_back_to_that_page(app, time, password_hash, browser):
    person = factories.coordinator(email="karin@example.org", password_hash=password_hash)
    visitor = browser(None)
    log_in(visitor, person)
    token = visitor.csrf_token()
    end_sessions()
    for referrer, back in (
        ("http://localhost/konto?x=1", "/konto?x=1"),
        ("http://evil.example/konto", "/"),
        ("http://localhost//evil.example/", "/"),
        ("", "/"),
    ):
        answer = visitor.client.post(
            "/konto/anmeldungen/beenden", data={"csrf_token": token}, headers={"Referer": referrer} if referrer else {}
        )
        assert parse_qs(urlsplit(answer.headers["Location"]).query)["next"] == [back]
