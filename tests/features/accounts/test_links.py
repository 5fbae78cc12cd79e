"""Registration, reset, own account: links, mails, same answers."""

import re

import pytest
from sqlalchemy import event, func, select

from lotsen.accounts.models import User, UserSession
from lotsen.accounts.service import passwords, post, registration
from lotsen.core import tokens
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.service import Action, Mail
from tests import factories

PASSWORD = "apfel zaun mond"
NEW = "birne dach stern"


def mails(kind=None):
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [row for row in rows if kind is None or row.kind == f"accounts.{kind}"]


def path_in(mail):
    return re.search(r"http://localhost(/\S+)", mail.text)[1]


@pytest.fixture
def person(app, time):
    return factories.user(email="vera@example.org", password_hash=passwords.hashed(PASSWORD))


def ask_for_account(browser, email):
    return browser.get("accounts.register_account").submit("Link schicken", name="Vera Verein", email=email)


def ask_for_reset(browser, email="vera@example.org"):
    return browser.get("accounts.forgot").submit("Link schicken", email=email)


def test_the_register_page_offers_three_ways(as_visitor):
    page = as_visitor.get("accounts.register")
    for label in ("Lotsin oder Lotse werden", "Hilfe anfragen", "Konto als Ansprechperson"):
        assert page.click(label).h1


def test_a_new_person_confirms_chooses_a_password_and_logs_in(as_visitor):
    ask_for_account(as_visitor, "Neu@Example.org")
    page = as_visitor.get_path(path_in(mails("confirm_address")[0]))
    assert db.session.scalar(select(User.email_confirmed_at)) is None, "a GET changes nothing"
    assert page.submit("Adresse bestätigen", password=PASSWORD).h1 == "Ihre Adresse ist bestätigt"
    login = as_visitor.get("accounts.login").submit("Anmelden", email="neu@example.org", password=PASSWORD)
    assert login.h1 == "Mein Konto"


@pytest.mark.parametrize(
    ("page", "stranger"),
    [
        ("accounts.forgot", "niemand@example.org"),
        ("accounts.forgot", "aus@example.org"),
        ("accounts.forgot", "oft@example.org"),
        ("privacy.ask", "niemand@example.org"),
        ("privacy.ask", "oft@example.org"),
    ],
)
def test_asking_for_a_link_tells_the_database_the_same_for_an_address_that_gets_none(
    person, as_visitor, page, stranger
):
    factories.user(email="aus@example.org", active=False, password_hash=person.password_hash)
    factories.user(email="oft@example.org", password_hash=person.password_hash)
    with transaction(guarded=True):
        for _ in range(5):
            post.may_write("oft@example.org")
    done: list[str] = []

    def note(_connection, _cursor, statement, *_):
        done.append(statement)

    def steps(email):
        done.clear()
        as_visitor.get(page).submit("Link schicken", email=email)
        return sorted(words for words in done if "sending_holds" not in words)  # looked up every ten seconds

    event.listen(db.engine, "before_cursor_execute", note)
    steps("erst@example.org")  # a browser's first page
    known, unknown = steps("vera@example.org"), steps(stranger)
    event.remove(db.engine, "before_cursor_execute", note)
    assert sum(words.startswith("INSERT INTO outbox_messages") for words in known) == 1 and known == unknown
    assert [row.address for row in mails()] == ["vera@example.org"]
    assert db.session.scalars(select(Token.user_id)).all() == [person.id]
    assert db.session.scalar(select(func.count()).select_from(User)) == 3


def test_who_registers_or_asks_twice_may_open_either_mail(as_visitor, time):
    for _ in range(2):
        ask_for_account(as_visitor, "neu@example.org")
        time.forward(minutes=1)
    first, second = (path_in(mail) for mail in mails("confirm_address"))
    assert (
        as_visitor.get_path(second).submit("Adresse bestätigen", password=PASSWORD).h1 == "Ihre Adresse ist bestätigt"
    )
    page = as_visitor.get_path(first).submit("Adresse bestätigen")
    assert page.h1 == "Ihre Adresse ist bestätigt" and not page.soup.find("input", {"type": "password"})
    for _ in range(2):
        ask_for_reset(as_visitor, "neu@example.org")
    first, _second = (path_in(mail) for mail in mails("reset_password"))
    assert as_visitor.get_path(first).submit("Passwort speichern", password=NEW).h1 == "Ihr neues Passwort gilt"


@pytest.mark.parametrize("email", ["neu@example.org", "vera@example.org", "ohne@example.org"])
def test_a_double_click_on_the_registration_sends_one_mail(person, as_visitor, email):
    factories.user(email="ohne@example.org")
    form = as_visitor.get("accounts.register_account")
    pages = [form.submit("Link schicken", name="Vera Verein", email=email) for _ in range(2)]
    assert pages[0].html == pages[1].html
    assert len(mails()) == 1


def test_a_link_to_another_new_address_ends_the_one_before(person, browser, as_visitor):
    own = browser(person)
    for email in ("falsch@example.org", "richtig@example.org"):
        own.get("accounts.change_address").submit("Neue Adresse eintragen", email=email, current=PASSWORD)
    first, second = (path_in(mail) for mail in mails("confirm_new_address"))
    assert as_visitor.get_path(first).h1 == "Dieser Link gilt nicht mehr"
    as_visitor.get_path(second).submit("Neue Adresse bestätigen")
    assert db.session.scalar(select(User.email)) == "richtig@example.org"


def test_known_and_unknown_addresses_get_the_same_page(person, as_visitor):
    assert ask_for_account(as_visitor, "vera@example.org").html == ask_for_account(as_visitor, "neu@example.org").html
    assert ask_for_reset(as_visitor).html == ask_for_reset(as_visitor, "niemand@example.org").html
    assert [mail.address for mail in mails("reset_password")] == ["vera@example.org"]
    assert mails("already_known")[0].address == "vera@example.org"


def test_somebody_without_a_password_gets_a_link_to_choose_one(as_visitor, app, time):
    factories.user(email="bella@example.org")
    ask_for_account(as_visitor, "bella@example.org")
    page = as_visitor.get_path(path_in(mails("choose_password")[0]))
    assert page.submit("Passwort speichern", password=PASSWORD).h1 == "Ihr neues Passwort gilt"


def test_a_stranger_cannot_change_what_is_kept_about_a_known_person(person, at):
    with transaction():
        user = registration.register(name="Mallory", email="VERA@example.org", phone="0", by=SYSTEM, at=at)
        assert (user.id, user.name, user.phone) == (person.id, person.name, "")
        assert passwords.matches(PASSWORD, user.password_hash)
    assert mails("confirm_known")


def test_the_signal_fires_when_the_button_is_pressed(as_visitor, at):
    heard = []
    listener = registration.address_confirmed.connect(lambda user, at, applies: heard.append(user.id), weak=False)
    try:
        with transaction():
            user = registration.register(name="Lore", email="lore@example.org", by=SYSTEM, at=at)
            user_id = user.id
        as_visitor.get_path(path_in(mails()[0])).submit("Adresse bestätigen")
    finally:
        registration.address_confirmed.disconnect(listener)
    assert heard == [user_id]


def test_a_used_or_late_link_says_what_stands(person, as_visitor, time):
    ask_for_reset(as_visitor)
    path = path_in(mails("reset_password")[0])
    page = as_visitor.get_path(path)
    page.submit("Passwort speichern", password=NEW)
    assert page.submit("Passwort speichern", password=NEW).h1 == "Dieser Link ist schon benutzt"
    ask_for_reset(as_visitor)
    late = path_in(mails("reset_password")[1])
    time.forward(minutes=61)
    assert as_visitor.get_path(late).h1 == "Dieser Link gilt nicht mehr"
    as_visitor.get_path("/passwort/" + "0" * 32, status=404)
    as_visitor.get_path("/bestaetigen/unbekannt", status=404)


def test_a_reset_ends_every_log_in_and_every_other_link(person, browser, as_visitor, at):
    theirs = browser(person)
    ask_for_reset(as_visitor)
    ask_for_reset(as_visitor)
    first, second = (path_in(mail) for mail in mails("reset_password"))
    with transaction():
        change = tokens.issue(Purpose.CHANGE_EMAIL, "user", person.id, at=at, user_id=person.id)
    as_visitor.get_path(first).submit("Passwort speichern", password=NEW)
    page = as_visitor.get_path(second)
    assert page.h1 == "Dieser Link gilt nicht mehr" and "bis ein neues Passwort gewählt war" in page.text
    assert page.click("Neuen Link schicken").h1 == "Passwort vergessen"
    assert not db.session.scalars(select(UserSession)).all()
    assert theirs.get("accounts.own").h1 == "Anmelden"
    assert not tokens.is_live(tokens.find(change, Purpose.CHANGE_EMAIL), at=at)
    assert len(mails("password_changed")) == 1


def test_whoever_chose_a_new_password_by_mail_gets_in_whatever_strangers_tried(person, browser, as_visitor):
    stranger = browser(None)
    for status in (*[200] * 10, 429):
        wrong = {"email": person.email, "password": "falsch falsch"}
        stranger.get("accounts.login").submit("Anmelden", **wrong, status=status)
    ask_for_reset(as_visitor)
    as_visitor.get_path(path_in(mails("reset_password")[0])).submit("Passwort speichern", password=NEW)
    assert as_visitor.get("accounts.login").submit("Anmelden", email=person.email, password=NEW).h1 == "Mein Konto"


@pytest.mark.parametrize("password", ["kurz", "password1", "Stadthagen!", "Sunshine2026"])
def test_a_weak_new_password_is_refused_with_advice(person, as_visitor, password):
    ask_for_reset(as_visitor)
    page = as_visitor.get_path(path_in(mails("reset_password")[0])).submit("Passwort speichern", password=password)
    assert len(page.errors) == 1
    assert passwords.matches(PASSWORD, db.session.scalar(select(User.password_hash)))


def test_a_link_of_one_purpose_opens_nothing_else(person, as_visitor, at):
    with transaction():
        raw = tokens.issue(Purpose.CONFIRM_EMAIL, "user", person.id, at=at, user_id=person.id)
    as_visitor.get_path(f"/passwort/{raw}", status=404)


def test_an_address_gets_five_mails_an_hour_at_most(person, as_visitor):
    for _ in range(7):
        ask_for_reset(as_visitor)
    assert len(mails("reset_password")) == 5


def test_the_password_is_changed_with_the_current_one_only(person, browser):
    here, there = browser(person), browser(person)
    page = here.get("accounts.change_password")
    wrong = page.submit("Passwort speichern", current="falsch falsch", password=NEW)
    assert wrong.errors == ["Das ist nicht Ihr jetziges Passwort."]
    assert page.submit("Passwort speichern", current=PASSWORD, password=NEW).h1 == "Mein Konto"
    assert there.get("accounts.own").h1 == "Anmelden"


def test_a_new_address_counts_once_its_mailbox_confirmed_it(person, browser):
    client = browser(person)
    form = client.get("accounts.change_address")
    form.submit("Neue Adresse eintragen", email="vera.neu@example.org", current=PASSWORD)
    assert mails("address_change_asked")[0].address == "vera@example.org"
    to_new = mails("confirm_new_address")[0]
    assert to_new.address == "vera.neu@example.org"
    assert db.session.scalar(select(User.email)) == "vera@example.org"
    client.get_path(path_in(to_new)).submit("Neue Adresse bestätigen")
    assert db.session.scalar(select(User.email)) == "vera.neu@example.org"
    assert mails("address_changed")[0].address == "vera@example.org"


def test_no_link_in_the_old_mailbox_acts_and_what_has_not_left_goes_to_the_new_one(person, browser, at):
    live = {}
    with transaction():
        user = db.session.get_one(User, person.id)
        for purpose in Purpose:
            live[purpose] = tokens.issue(purpose, "user", user.id, at=at, user_id=user.id)
        other = tokens.issue(Purpose.ENGAGEMENT, "engagement:pilot", 1, at=at, user_id=factories.user().id)
        waiting = tokens.issue(Purpose.ANSWER_ASK, "proposal", 1, at=at, user_id=user.id)

        def ask() -> Mail:
            return Mail("proposals.ask", "Können Sie helfen?", ("Ja?",), Action("Antworten", f"/antwort/{waiting}"))

        outbox.enqueue(ask, to=user, about=user, step="ask", at=at)
    client = browser(person)
    form = client.get("accounts.change_address")
    form.submit("Neue Adresse eintragen", email="vera.neu@example.org", current=PASSWORD)
    client.get_path(path_in(mails("confirm_new_address")[0])).submit("Neue Adresse bestätigen")
    standing = [purpose for purpose, raw in live.items() if tokens.is_live(tokens.find(raw, purpose), at=at)]
    assert standing == []
    assert tokens.is_live(tokens.find(other, Purpose.ENGAGEMENT), at=at)
    assert tokens.is_live(tokens.find(waiting, Purpose.ANSWER_ASK), at=at)
    ask_mail = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "proposals.ask"))
    assert ask_mail.address == "vera.neu@example.org"
    assert {row.address for row in mails("address_changed") + mails("address_change_asked")} == {"vera@example.org"}


def test_a_taken_address_gets_the_same_answer_and_no_mail(person, browser):
    factories.user(email="besetzt@example.org")
    client = browser(person)
    form = client.get("accounts.change_address")
    taken = form.submit("Neue Adresse eintragen", email="besetzt@example.org", current=PASSWORD)
    assert "Wir haben an die neue Adresse geschrieben" in taken.html
    assert not mails("confirm_new_address")


def test_own_data_is_saved_and_a_second_tab_is_told(person, browser):
    client = browser(person)
    page = client.get("accounts.own")
    page.submit("Speichern", name="Vera Vereinsfrau", phone="05721 4711", locale="en")
    user = db.session.scalar(select(User))
    assert (user.name, user.phone_digits, user.locale, user.version) == ("Vera Vereinsfrau", "057214711", "en", 2)
    page.submit("Speichern", name="Vera Anders", status=409)


def test_a_log_in_elsewhere_can_be_ended_but_not_somebody_elses(person, browser):
    here, there = browser(person), browser(person)
    browser(factories.user())
    foreign = db.session.scalar(select(UserSession.id).where(UserSession.user_id != person.id))
    here.post("accounts.end_session", session_id=foreign, status=404)
    here.get("accounts.own").submit("Alle anderen Geräte abmelden")
    assert there.get("accounts.own").h1 == "Anmelden"
    assert here.get("accounts.own").h1 == "Mein Konto"


def test_production_problems_name_what_is_missing(person):
    from lotsen.accounts.service import production

    with transaction():
        db.session.get_one(User, person.id).is_demo = True
    found = " ".join(production.problems())
    for word in ("1 demo account", "Impressum", "https", "LOTSEN_SECRET", "LOTSEN_MAIL_URL"):
        assert word in found
    assert production.refusals() == [], "only production refuses"
