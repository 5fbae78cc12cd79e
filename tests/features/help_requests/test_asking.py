"""A request without an account, one thing per page, submitted by the link in the mail."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lotsen.accounts.models import Consent, User
from lotsen.accounts.rules import network
from lotsen.accounts.service import own, people
from lotsen.audit.queries import events_of
from lotsen.core import throttle, tokens
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import ThrottleCounter
from lotsen.core.tokens import Purpose
from lotsen.help_requests.models import HelpRequest, Intake
from lotsen.help_requests.rules import State
from lotsen.outbox.models import OutboxMessage
from tests import factories

WORDS = "Unsere Homepage ist uralt. Keiner weiß mehr, wie man dort etwas ändert 🥖."
CONTACT = {"contact_name": "Vera Verein", "contact_email": "Vera@Example.org", "privacy": "y"}


def only_request() -> HelpRequest:
    db.session.rollback()
    return db.session.scalars(select(HelpRequest)).one()


def to_review(browser, words=WORDS, **contact):
    page = browser.get("help_requests.new")
    page = page.submit("Weiter", description=words)
    page = page.submit("Weiter")
    page = page.submit("Weiter", organisation_name="TSV Beispiel e. V.", org_kind="club", postcode="31655")
    page = page.submit("Weiter", ticks=["evening"], with_children="nein")
    return page.submit("Weiter", **{**CONTACT, **contact})


def link_in(mail: OutboxMessage) -> str:
    found = re.search(r"http://localhost(/anfragen/\S+)", mail.text)
    assert found
    return found.group(1)


def mails(kind="help_requests.confirm"):
    db.session.rollback()
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)).all()


def test_a_request_is_asked_page_by_page_and_submitted_by_the_link(as_visitor, at):
    page = to_review(as_visitor)
    assert page.h1 == "Stimmt alles so?"
    assert "werktags abends" in page.text and "TSV Beispiel e. V. (Verein), 31655" in page.text
    page = page.submit("Stimmt so, weiter", title="Alte Homepage, 05721 98765")
    assert page.h1 == "Schauen Sie jetzt in Ihr Postfach"
    row = only_request()
    assert (row.state, row.title, row.contact_id) == (State.DRAFT, "Alte Homepage, …", None)
    (mail,) = mails()
    assert mail.subject.startswith(f"[{row.case_number}]") and mail.due_at == at
    page = as_visitor.get_path(link_in(mail))
    assert only_request().state is State.DRAFT, "a mail scanner follows links"
    page = page.submit("Anfrage jetzt absenden")
    assert "Ihre Anfrage ist da, und wir sehen sie uns bis Donnerstag, 26. November 2026 an." in page.text
    assert row.case_number in page.text
    row = only_request()
    assert row.state is State.SUBMITTED and row.submitted_at == at
    person = people.find_by_email("vera@example.org")
    assert person is not None and person.roles == {Role.MEMBER} and person.email_confirmed_at == at
    assert row.organisation is not None and row.organisation.verified_at is None
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.user_id, consent.channel) == (person.id, "mail_link")
    assert [e.action for e in events_of("help_request", row.id)] == ["help_request.submitted", "help_request.created"]
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 1, "the receipt is the page"


def test_the_link_that_submitted_opens_nothing_any_more_once_the_mailbox_is_somebody_elses(as_visitor, at):
    to_review(as_visitor).submit("Stimmt so, weiter")
    path = link_in(mails()[0])
    assert "Ihre Anfrage ist da" in as_visitor.get_path(path).submit("Anfrage jetzt absenden").text
    with transaction():
        person = db.session.get_one(User, only_request().contact_id)
        person.new_email = "vera.neu@example.org"
        raw = tokens.issue(Purpose.CHANGE_EMAIL, "user", person.id, at=at, user_id=person.id)
    with transaction():
        own.confirm_new_address(tokens.find(raw, Purpose.CHANGE_EMAIL), at=at)
    page = as_visitor.get_path(path.replace("bestaetigen", "stand"))
    assert page.h1 == "So steht es um Ihre Anfrage" and WORDS not in page.text and "Neuen Link schicken" in page.html


def test_the_submit_button_pressed_twice_submits_once(as_visitor):
    to_review(as_visitor).submit("Stimmt so, weiter")
    page = as_visitor.get_path(link_in(mails()[0]))
    page.submit("Anfrage jetzt absenden")
    assert "Ihre Anfrage ist da" in page.submit("Anfrage jetzt absenden").text
    assert len(events_of("help_request", only_request().id)) == 2


def test_the_last_page_sent_twice_makes_one_draft(as_visitor):
    page = to_review(as_visitor)
    page.submit("Stimmt so, weiter")
    assert page.submit("Stimmt so, weiter").h1 == "Schauen Sie jetzt in Ihr Postfach"
    assert len(mails()) == 1
    only_request()


def test_a_used_link_says_what_stands_and_leads_to_the_status(as_visitor):
    to_review(as_visitor).submit("Stimmt so, weiter")
    link = link_in(mails()[0])
    as_visitor.get_path(link).submit("Anfrage jetzt absenden")
    page = as_visitor.get_path(link)
    assert "Diese Anfrage ist schon abgesendet." in page.text
    assert "Ihre Anfrage ist da" in page.click("Stand der Anfrage ansehen").text


def test_the_page_behind_the_link_says_the_text_once(as_visitor):
    page = to_review(as_visitor).submit("Stimmt so, weiter")
    page = as_visitor.get_path(link_in(mails()[0]))
    title = only_request().title
    assert title in only_request().description and page.text.count(title) == 1


def test_a_late_link_offers_a_new_one(as_visitor, time):
    to_review(as_visitor).submit("Stimmt so, weiter")
    link = link_in(mails()[0])
    time.forward(days=31)
    page = as_visitor.get_path(link)
    assert "Dieser Link gilt nicht mehr" in page.text
    page = page.submit("Neuen Link schicken")
    assert "ein neuer Link unterwegs" in page.text
    fresh = link_in(mails()[-1])
    assert fresh != link
    assert "Ihre Anfrage ist da" in as_visitor.get_path(fresh).submit("Anfrage jetzt absenden").text


def test_an_unknown_link_is_not_found(as_visitor):
    as_visitor.get("help_requests.confirm", token="0" * 32, status=404)
    as_visitor.post("help_requests.submit", token="0" * 32, status=404)
    as_visitor.get("help_requests.status", token="0" * 32, status=404)


def test_the_way_back_loses_nothing_and_two_tabs_do_not_mix(as_visitor):
    first = as_visitor.get("help_requests.new")
    second = as_visitor.get("help_requests.new")
    after_first = first.submit("Weiter", description=WORDS)
    second.submit("Weiter", description="Wir brauchen Hilfe mit der Buchhaltung.")
    assert WORDS in as_visitor.get_path(first.path).html
    assert "Buchhaltung" in as_visitor.get_path(second.path).html
    assert "uralt" in after_first.text


def test_somebody_else_cannot_read_a_half_filled_form(browser):
    page = browser(None).get("help_requests.new")
    page.submit("Weiter", description=WORDS)
    other = browser(None)
    other.get_path(page.path, status=404)
    other.post_path(page.path, {"description": WORDS, "csrf_token": other.csrf_token()}, status=404)


def test_a_change_leads_back_to_the_last_page(as_visitor):
    page = to_review(as_visitor)
    change = next(a["href"] for a in page.soup.select(".answers__change a") if "Worum" in a.get_text())
    page = as_visitor.get_path(change).submit("Weiter", description="Wir möchten eine neue Kasse kaufen.")
    assert page.h1 == "Stimmt alles so?" and "neue Kasse" in page.text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Schreiben Sie in ein, zwei Sätzen, worum es geht."),
        ("   \n ", "Schreiben Sie in ein, zwei Sätzen, worum es geht."),
        ("Hilfe!", "Was klappt nicht, und seit wann? Schreiben Sie bitte mindestens 20 Zeichen."),
        ("🥖" * 20_000, "Ihr Text hat 20.000 Zeichen. Kürzen Sie ihn auf höchstens 4.000."),
    ],
)
def test_words_that_are_too_few_or_too_many_are_kept_and_the_limit_is_named(as_visitor, words, sentence):
    page = as_visitor.get("help_requests.new").submit("Weiter", status=400, description=words)
    assert sentence in page.errors
    assert page.soup.find("textarea").get_text().strip() == words.strip()
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 0


@pytest.mark.parametrize(
    ("postcode", "sentence"),
    [
        ("00000", "Diese Postleitzahl kennen wir nicht. Bitte prüfen Sie die fünf Ziffern."),
        ("3165", "Geben Sie eine Postleitzahl mit fünf Ziffern ein, zum Beispiel 31655."),
        ("", "Geben Sie Ihre Postleitzahl ein."),
    ],
)
def test_an_unknown_postcode_is_said_and_the_name_kept(as_visitor, postcode, sentence):
    page = as_visitor.get("help_requests.new").submit("Weiter", description=WORDS).submit("Weiter")
    page = page.submit("Weiter", status=400, organisation_name="Bäckerei Ü", org_kind="business", postcode=postcode)
    assert sentence in page.errors
    assert page.soup.find("input", attrs={"name": "organisation_name"})["value"] == "Bäckerei Ü"


def test_one_of_mail_and_telephone_is_enough_but_none_is_not(as_visitor):
    page = as_visitor.get("help_requests.new").submit("Weiter", description=WORDS).submit("Weiter")
    page = page.submit("Weiter", organisation_name="TSV", org_kind="club", postcode="31655")
    page = page.submit("Weiter", with_children="nein")
    bad = page.submit("Weiter", status=400, contact_name="Vera", privacy="y")
    assert bad.errors == ["Geben Sie eine E-Mail-Adresse oder eine Telefonnummer ein, damit wir Sie erreichen."]
    page = bad.submit("Weiter", contact_phone="05721 4711", privacy="y").submit("Stimmt so, weiter")
    assert page.h1 == "Wir rufen Sie an"
    assert only_request().due_at is None, "telephone drafts are never deleted"
    assert not mails()


def test_with_children_the_carrier_is_asked_for_and_the_request_rests_until_then(as_visitor):
    page = to_review(as_visitor)
    link = next(a["href"] for a in page.soup.select(".answers__change a") if "Kinder" in a.get_text())
    bad = as_visitor.get_path(link).submit("Weiter", status=400, with_children="ja")
    assert bad.errors == ["Bitte sagen Sie uns, ob der Träger einverstanden ist."]
    bad.submit("Weiter", with_children="ja", carrier="asking").submit("Stimmt so, weiter")
    page = as_visitor.get_path(link_in(mails()[0])).submit("Anfrage jetzt absenden")
    assert "Ihre Anfrage ruht bis" in page.text
    page = page.submit("Es kann weitergehen")
    assert only_request().state is State.SUBMITTED and only_request().carrier == "yes"


def test_too_many_requests_from_one_address_must_wait(as_visitor):
    for _number in range(5):
        to_review(as_visitor).submit("Stimmt so, weiter")
    page = to_review(as_visitor).submit("Stimmt so, weiter", status=400)
    assert "Bitte versuchen Sie es in" in page.text and "uralt" in page.text
    assert len(mails()) == 5
    keys = db.session.scalars(select(ThrottleCounter.key)).all()
    assert keys and not [key for key in keys if "@" in key or "127.0.0.1" in key], "hashes only, as the register says"


def test_a_whole_hall_behind_one_network_may_ask_for_help_but_nobody_floods_us_from_it(as_visitor):
    with transaction():
        for n in range(29):  # each from another address of one /64
            place = throttle.key("request", network(f"2001:db8:1:2::{n + 1:x}"))
            throttle.allowed(place, limit=30, window=timedelta(hours=1))
    for address, status in (("2001:db8:1:2::aa", 200), ("2001:db8:1:2::bb", 400), ("2001:db8:1:3::bb", 200)):
        as_visitor.client.environ_base["REMOTE_ADDR"] = address
        to_review(as_visitor).submit("Stimmt so, weiter", status=status)


def test_a_logged_in_member_skips_what_is_known_and_needs_no_link(browser):
    member = factories.member()
    page = browser(member.user).get("help_requests.new").submit("Weiter", description=WORDS)
    page = page.submit("Weiter")
    assert page.h1 == "Wie und wann passt es Ihnen?"
    page = page.submit("Weiter", with_children="nein")
    assert page.soup.find("input", attrs={"name": "contact_email"}) is None
    page = page.submit("Weiter", privacy="y").submit("Anfrage absenden")
    assert page.h1 == "Ihre Anfrage ist abgesendet"
    row = only_request()
    assert (row.state, row.organisation_id, row.contact_id) == (
        State.SUBMITTED,
        member.organisation_id,
        member.user_id,
    )
    assert not mails()


def test_topics_are_suggested_from_her_own_words(as_visitor):
    page = as_visitor.get("help_requests.new").submit("Weiter", description=WORDS)
    boxes = page.soup.find_all("input", attrs={"name": "topics"})
    assert "website" in [box["value"] for box in boxes]
    assert len(boxes) + len(page.soup.find_all("input", attrs={"name": "more"})) == 25
    page = page.submit("Weiter", topics=["website"], more=["it-security"])
    page = page.submit("Weiter", organisation_name="TSV", org_kind="club", postcode="31655")
    page = page.submit("Weiter", with_children="nein")
    page.submit("Weiter", **CONTACT).submit("Stimmt so, weiter")
    assert {t.topic.slug for t in only_request().topics} == {"website", "it-security"}


def test_the_pages_and_the_mail_speak_english(as_visitor):
    page = as_visitor.get_path("/sprache/en?next=/anfragen/neu")
    assert page.soup.html["lang"] == "en" and page.h1 == "What is it about?"
    bad = page.submit("Continue", status=400, description="Help!")
    assert bad.soup.find("textarea").get_text().strip() == "Help!"
    page = bad.submit("Continue", description="Our website is very old and nobody can change it.").submit("Continue")
    page = page.submit("Continue", organisation_name="TSV", org_kind="club", postcode="31655")
    page = page.submit("Continue", with_children="nein")
    page = page.submit("Continue", **CONTACT).submit("That is right, continue")
    assert page.h1 == "Now look into your inbox"
    (mail,) = mails()
    assert mail.locale == "en" and "Please confirm your request" in mail.subject
    page = as_visitor.get_path(link_in(mail)).submit("Send request now")
    assert "Your request has arrived, and we will look at it by Thursday, 26 November 2026." in page.text


def test_a_ticked_topic_counts_though_not_knowing_was_ticked_as_well(as_visitor):
    page = as_visitor.get("help_requests.new").submit("Weiter", description=WORDS)
    page = page.submit("Weiter", topics=["website"], unknown="y")
    page = page.submit("Weiter", organisation_name="TSV Beispiel e. V.", org_kind="club", postcode="31655")
    page = page.submit("Weiter", ticks=["evening"], with_children="nein").submit("Weiter", **CONTACT)
    assert "Website und Homepage" in page.text and "weiß ich nicht" not in page.text


def test_nobody_is_taken_to_be_without_children_who_did_not_say_so(as_visitor):
    page = as_visitor.get("help_requests.new").submit("Weiter", description=WORDS).submit("Weiter")
    page = page.submit("Weiter", organisation_name="TSV Beispiel e. V.", org_kind="club", postcode="31655")
    bad = page.submit("Weiter", status=400, ticks=["evening"])
    assert "Sagen Sie uns bitte, ob Kinder oder Jugendliche dabei sind." in bad.text
    assert bad.submit("Weiter", with_children="nein").h1 == "Wie erreichen wir Sie?"
