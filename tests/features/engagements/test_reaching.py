"""Whoever gave no telephone number is not to be called: every text names the way that there is."""

import pytest

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import speaking
from lotsen.engagements import mails, queries
from lotsen.help_requests.rules import State as RequestState
from lotsen.privacy.service import erasure
from tests import factories

from .scene import Side, State, case_in, link_of

HOW = {
    "phone": ("rufen Sie zuerst an", "ruft Sie an", "stellen Sie sich vor"),
    "email": ("schreiben Sie zuerst eine E-Mail", "schreibt Ihnen eine E-Mail", "Schreiben Sie bitte kurz"),
    "office": ("rufen Sie zuerst uns an", "ruft zuerst uns an", "verbinden wir Sie"),
}


def case_reached_by(way):
    person = factories.user(name="Vera Brandt", phone="", email="vera@example.org")
    request = factories.help_request(
        contact=person,
        contact_phone="05721 4711" if way == "phone" else "",
        contact_email="vera@example.org",
        release_phone=True,
        release_email=way == "email",
    )
    return case_in(State.AGREED, request=request)


@pytest.mark.parametrize("way", HOW)
def test_mails_and_pages_name_the_way_that_there_is(app, time, as_visitor, way):
    case = case_reached_by(way)
    pilot, member, introduce = HOW[way]
    for side, words in ((Side.PILOT, pilot), (Side.MEMBER, member)):
        letter = "\n".join(mails.contact_data(case, side, "").paragraphs)
        page = as_visitor.get("engagements.by_link", token=link_of(case, side, time.at))
        assert words in letter and words in page.text, (side, letter)
        if way != "phone" and side is Side.PILOT:
            assert "Telefon:" not in letter and "zuerst an" not in letter and "zuerst an" not in page.text
    assert introduce in "\n".join(mails.contact_follows(case, Side.PILOT, "").paragraphs)
    assert queries.next_step(case, None, time.at)


def test_who_has_a_telephone_only_is_written_no_address(app, time):
    person = factories.user(name="Hans Funk", phone="05721 99", email=None)
    request = factories.help_request(contact=person, contact_phone="05721 99", contact_email="")
    letter = "\n".join(mails.contact_data(case_in(State.AGREED, request=request), Side.PILOT, "").paragraphs)
    assert "Telefon: 05721 99" in letter and "E-Mail" not in letter


@pytest.mark.parametrize(("phone", "email"), [(True, False), (False, True), (False, False)])
def test_the_pilot_reads_no_number_or_address_that_was_not_released(app, time, as_visitor, phone, email):
    words = "Unsere Website ist alt. Mail an Vera.Brandt@verein.example, Telefon 05721/4711 88, sonst 0171 2345678."
    request = factories.help_request(
        contact=factories.user(name="Vera Brandt"),
        contact_phone="05721 471188",
        contact_email="vera.brandt@verein.example",
        description=words,
        title=words[:90],
        short_text="",
        release_phone=phone,
        release_email=email,
    )
    case = case_in(State.AGREED, request=request)
    quoted = as_visitor.get("engagements.by_link", token=link_of(case, Side.PILOT, time.at)).soup.select_one(
        "blockquote"
    )
    letter = "\n".join(mails.contact_data(case, Side.PILOT, "").paragraphs)
    assert ("05721/4711 88" in quoted.text, "Vera.Brandt@verein.example" in quoted.text) == (phone, email)
    assert "0171 2345678" not in quoted.text and "Unsere Website ist alt." in quoted.text
    assert ("Vera.Brandt@verein.example" in letter) is email


@pytest.mark.parametrize(("phone", "email"), [(True, False), (True, True), (False, False)])
def test_who_is_asked_reads_before_the_yes_what_the_organisation_will_see(app, time, browser, phone, email):
    ways = {"phone": "05721 99", "email": "lore@example.org"}
    pilot = factories.pilot(name="Lore Lotsin", release_phone=phone, release_email=email, **ways)
    proposal = factories.proposal("asked", of=factories.help_request("asking"), pilot=pilot)
    page = browser(pilot.user).get("engagements.own_ask", proposal_id=proposal.id)
    assert f"erfährt die Organisation Ihren Namen ({pilot.public_name})" in page.text
    assert ("05721 99" in page.text, "lore@example.org" in page.soup.select_one("main").text) == (phone, email)
    assert ("Nummer und Adresse geben wir nicht weiter" in page.text) is not (phone or email)
    assert page.links("In Ihrem Profil ändern Sie das.")


def test_a_number_that_only_the_account_holds_is_the_offices(app, time, as_visitor):
    person = factories.user(name="Hans Funk", phone="05721 99")
    request = factories.help_request(contact=person, contact_phone="", release_phone=True)
    case = case_in(State.AGREED, request=request)
    letter = "\n".join(mails.contact_data(case, Side.PILOT, "").paragraphs)
    page = as_visitor.get("engagements.by_link", token=link_of(case, Side.PILOT, time.at))
    assert "05721 99" not in letter and "05721 99" not in page.text


def test_what_was_not_given_is_not_withheld(app, time):
    pilot = factories.pilot()
    with transaction():
        pilot.user.phone, pilot.release_email = "", False
    case = case_in(State.AGREED, pilot=pilot)
    letter = "\n".join(mails.contact_data(case, Side.MEMBER, "").paragraphs)
    assert "geben wir hier nicht weiter" not in letter and "ist über uns zu erreichen" in letter


def nothing_released():
    """A case in which each side has a number and an address, and gives away neither."""
    pilot = factories.pilot()
    with transaction():
        pilot.release_phone = pilot.release_email = False
    person = factories.user(name="Vera Brandt", email="vera@example.org")
    request = factories.help_request(
        contact=person,
        contact_phone="05721 4711",
        contact_email="vera@example.org",
        release_phone=False,
        release_email=False,
    )
    return case_in(State.AGREED, pilot=pilot, request=request)


SAID = {
    "de": {
        Side.PILOT: ("rufen Sie zuerst uns an: 05721 782-0", "Wir verbinden Sie mit Vera Verein"),
        Side.MEMBER: ("ruft zuerst uns an. Dann rufen wir Sie an und verbinden Sie beide", "Nummer oder Adresse frei"),
    },
    "en": {
        Side.PILOT: ("call us first: 05721 782-0", "put you through to Vera Verein"),
        Side.MEMBER: (
            "will call us first. Then we call you and put you both through",
            "release your number or address",
        ),
    },
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("side", Side)
def test_where_neither_side_released_anything_both_read_who_calls_whom(app, time, as_visitor, side, language):
    case = nothing_released()
    with speaking(language):
        letter = "\n".join(mails.contact_data(case, side, "").paragraphs)
    as_visitor.client.set_cookie("lotsen_language", language)
    page = as_visitor.get("engagements.by_link", token=link_of(case, side, time.at))
    for words in SAID[language][side]:
        assert words in letter and words in page.text
    assert "4711" not in page.text and "vera@example.org" not in page.text
    calls = page.soup.find("main").find_all("a", href="tel:057217820")
    assert len(calls) == 2, "the office can be called from the sentence that says so, and from the end of the page"
    assert "Telefon" not in [key.text for key in page.soup.find_all("dt")], "what is not there has no empty line"
    again = "ist über uns zu erreichen" if language == "de" else "can be reached through us"
    assert page.text.count(again) == (side is Side.MEMBER), "the pilot has read above what to do"


def test_what_is_read_aloud_names_no_link(app, time):
    person = factories.user(name="Hans Funk", phone="05721 99", email=None)
    request = factories.help_request(contact=person, contact_phone="05721 99", contact_email="", release_phone=False)
    said = "\n".join(mails.contact_data(case_in(State.AGREED, request=request), Side.MEMBER, "").paragraphs)
    assert "Link" not in said and "am Telefon, wann Sie sich treffen" in said
    with speaking("en"):
        english = "\n".join(mails.contact_data(case_in(State.AGREED, request=request), Side.MEMBER, "").paragraphs)
    assert " link" not in english and "by telephone when you meet" in english


@pytest.mark.parametrize("gone", list(Side))
def test_after_an_erasure_nobody_is_promised_to_be_connected(app, time, as_visitor, gone):
    nothing = {"release_phone": False, "release_email": False}
    request = factories.help_request(RequestState.RUNNING, by=factories.member(), **nothing)
    case = case_in(State.RUNNING, request=request, pilot=factories.pilot(**nothing))
    other = queries.other_side(gone)
    raw = link_of(case, other, time.at)
    assert "Rufen Sie uns an, dann verbinden wir Sie" in as_visitor.get("engagements.by_link", token=raw).text
    with transaction():
        person = db.session.merge(queries.person(case, gone))
        erasure.erase(person, channel="mail_link", by=person, at=time.at)
    db.session.rollback()
    page = as_visitor.get("engagements.by_link", token=raw)
    assert "verbinden wir Sie" not in page.text and "So erreichen Sie sich" not in page.text
    assert "Möchten Sie die andere Seite erreichen" not in page.text


@pytest.mark.parametrize("full", [True, False])
def test_whoever_asks_reads_that_only_a_first_name_was_wished(app, time, as_visitor, full):
    case = case_in(State.AGREED, pilot=factories.pilot(name="Malte Voss", show_full_name=full))
    text = as_visitor.get("engagements.by_link", token=link_of(case, Side.MEMBER, time.at)).text
    assert ("Malte möchte nur mit dem Vornamen genannt werden." in text) is not full
    assert (
        "Vornamen genannt" not in as_visitor.get("engagements.by_link", token=link_of(case, Side.PILOT, time.at)).text
    )
