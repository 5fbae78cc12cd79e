"""Consent: a row for each; taken back as easily as given, on every way, with effect at once."""

import pytest
from sqlalchemy import select

from lotsen.accounts.models import Consent
from lotsen.accounts.rules import ConsentFor
from lotsen.accounts.service import consents as accounts
from lotsen.accounts.service import people
from lotsen.core import tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories


@pytest.fixture
def pilot(app, time):
    pilot = factories.pilot()
    with transaction():
        person = db.session.merge(pilot.user)
        people.record_consent(person, "pilot_application", text_version="2026-11", channel="web", by=person, at=time.at)
    return pilot


def rows(purpose):
    db.session.expire_all()
    return db.session.scalars(select(Consent).where(Consent.purpose == purpose).order_by(Consent.id)).all()


def test_one_button_gives_and_one_takes_back(pilot, browser):
    page = browser(pilot.user).get("privacy.own_data")
    page = page.submit("Ja, das möchte ich")
    given = rows("public_profile")[-1]
    assert (given.channel, given.recorded_by, given.withdrawn_at) == ("login", pilot.user_id, None)
    card = next(a for a in page.soup.select("article") if "Öffentliches Profil" in a.get_text())
    page.client.post_path(card.find("form")["action"], {"csrf_token": page.client.csrf_token()})
    taken = rows("public_profile")[-1]
    assert taken.withdrawn_at is not None and taken.withdrawn_channel == "login"


def test_a_public_profile_is_gone_at_once(pilot, as_visitor, time):
    with transaction():
        person = db.session.merge(pilot.user)
        accounts.give(person, ConsentFor.PUBLIC_PROFILE, channel="web", by=person, at=time.at)
        raw = tokens.issue(Purpose.OWN_DATA, "user", person.id, at=time.at, user_id=person.id)
    path = f"/meine-daten/{raw}/einwilligungen/public_profile/zuruecknehmen"
    as_visitor.post_path(path, {"csrf_token": as_visitor.csrf_token()})
    assert rows("public_profile")[-1].withdrawn_channel == "mail_link"


def test_taking_back_the_application_ends_the_work_and_asks_the_next(pilot, browser, time):
    asked = factories.proposal(ProposalState.ASKED, of=factories.help_request(RequestState.ASKING), pilot=pilot)
    page = browser(pilot.user).get("privacy.own_data")
    page.submit("Zurücknehmen")
    assert rows("pilot_application")[-1].withdrawn_at is not None
    assert db.session.get_one(Pilot, pilot.id).state is PilotState.ENDED
    assert db.session.get_one(Proposal, asked.id).state in (ProposalState.ASKED, ProposalState.WITHDRAWN)


def test_the_coordinator_records_it_for_somebody_on_the_telephone(as_coordinator, coordinator, time):
    member = factories.member()
    request = factories.help_request(RequestState.WAITING, by=member)
    with transaction():
        person = db.session.merge(member.user)
        people.record_consent(
            person, "help_request", text_version="2026-11", channel="phone", by=coordinator, at=time.at
        )
    as_coordinator.get("privacy.desk_data", user_id=member.user_id).submit("Zurücknehmen", way="letter")
    taken = rows("help_request")[-1]
    assert (taken.withdrawn_channel, taken.withdrawn_by) == ("letter", coordinator.id)
    assert db.session.get_one(HelpRequest, request.id).state is RequestState.WITHDRAWN


def test_what_hangs_on_an_application_is_not_given_by_a_button(pilot, browser):
    page = browser(pilot.user)
    page.post("privacy.own_consent", purpose="help_request", verb="geben", status=400)
    assert rows("help_request") == []


def test_the_administrator_sees_the_log(pilot, as_administrator):
    page = as_administrator.get("privacy.consent_log")
    assert pilot.user.name in page.text and "Bewerbung und Mitarbeit" in page.text
    assert "Kein Eintrag gefunden" in as_administrator.get("privacy.consent_log", zurueck="1").text
