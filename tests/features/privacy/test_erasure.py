"""Erasing works at once, also in the middle of everything, and the others are told."""

import pytest
from sqlalchemy import String, Text, select

from lotsen.accounts.models import User, UserSession
from lotsen.accounts.service import passwords
from lotsen.audit.models import AuditEvent
from lotsen.core import tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import Base, db
from lotsen.core.folding import fold_for_search
from lotsen.core.models import Token
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Engagement
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.home.queries import search
from lotsen.organisations.models import Organisation
from lotsen.outbox import service as outbox
from lotsen.outbox.jobs import leases
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.outbox.service import Mail
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.privacy import jobs
from lotsen.privacy.service import tombstones
from lotsen.privacy.service.erasure import erase
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories

from . import scene


def where(word):
    """Every column of every table in which a word stands."""
    found = set()
    for table in Base.metadata.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, String | Text) or c.type.__class__.__name__ == "JSON"]
        for column in columns:
            for value in db.session.scalars(select(column)):
                if value is not None and word.casefold() in str(value).casefold():
                    found.add(f"{table.name}.{column.name}")
    return found


@pytest.fixture
def built(app, time):
    return scene.build()


def with_password(built):
    with transaction():
        db.session.get_one(User, built.person.id).password_hash = passwords.hashed("ein langes Wort 1")


def erased(built, time, channel="login"):
    with transaction():
        person = db.session.get_one(User, built.person.id)
        erase(person, channel=channel, by=person, at=time.at)


def test_nothing_of_the_person_is_left_anywhere_but_what_is_on_its_way_to_her(built, time):
    assert len(where("Zitzewitz")) > 8
    erased(built, time)
    assert where("Zitzewitz") <= {
        "outbox_messages.recipient_name",  # the last mail, until it is sent
        "outbox_messages.address",
        "outbox_messages.key",
        "outbox_messages.text",
        "outbox_messages.html",
    }
    assert where(scene.PHONE) == set()
    goodbye = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "privacy.erased")).one()
    assert (goodbye.address, goodbye.recipient_id) == (scene.EMAIL, None)


def test_what_waited_for_the_end_of_a_case_goes_in_the_night_after_it(built, time):
    erased(built, time)
    with transaction():
        row = db.session.get_one(HelpRequest, built.request.id)
        assert row.description == "Rufen Sie […] an.", "the pilot who helps may still read what it is about"
        row.state = RequestState.COMPLETED
        mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "privacy.erased")).one()
        mail.state, mail.text, mail.html = "sent", "", ""
    jobs.retain(time.forward(days=1))
    db.session.expire_all()
    assert where("Zitzewitz") == set()
    assert db.session.get_one(HelpRequest, built.request.id).description == ""


def test_no_door_opens_any_more(built, browser, as_visitor, time):
    with transaction():
        raw = tokens.issue(Purpose.OWN_DATA, "user", built.person.id, at=time.at, user_id=built.person.id)
    with_password(built)
    logged_in = browser(built.person)
    erased(built, time)
    assert db.session.scalars(select(UserSession).where(UserSession.user_id == built.person.id)).all() == []
    assert db.session.scalars(select(Token).where(Token.user_id == built.person.id)).all() == []
    assert "/anmelden" in logged_in.get_path("/konto/daten").path
    as_visitor.get_path(f"/meine-daten/{raw}", status=404)
    page = as_visitor.get_path("/anmelden").submit("Anmelden", email=scene.EMAIL, password="ein langes Wort 1")
    assert page.h1 == "Anmelden"


def test_what_a_sender_has_claimed_about_her_is_taken_back_from_the_others_too(built, time):
    with transaction():
        case = db.session.get_one(Engagement, built.helping.id)
        mail = Mail("engagements.note", f"Von {scene.NAME}", ("Ein Gruß.",))
        row = outbox.enqueue(lambda: mail, to=built.coordinator, about=case, step="note", at=time.at)
    time.forward(hours=1)
    assert row.id in leases.claim("somebody at work", time.at, "engagements.")
    erased(built, time)
    after = db.session.get_one(OutboxMessage, row.id, populate_existing=True)
    assert (after.state, after.text) == (MailState.RECALLED, "")
    with transaction():
        assert leases.renew(row.id, "somebody at work") is None


def test_whoever_is_next_is_asked_and_the_running_case_looks_for_somebody_who_follows(built, time):
    erased(built, time)
    states = dict(db.session.execute(select(Proposal.id, Proposal.state)).all())
    assert states[built.asked.id] is ProposalState.WITHDRAWN
    assert states[built.next_on_ladder.id] is ProposalState.ASKED
    pilot = db.session.get_one(Pilot, built.pilot.id)
    assert (pilot.state, pilot.own_words, pilot.topics) == (PilotState.ENDED, "", [])
    helping, helped = (db.session.get_one(Engagement, row.id) for row in (built.helping, built.helped))
    assert helping.handing_over_at is not None, "a task for the coordinator, and the club is told"
    assert helped.task == "contact_gone"
    kinds = set(db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.state == "waiting")))
    assert "engagements.handing_over" in kinds and "proposals.ask" in kinds
    assert "test" not in kinds, "what waited for her is recalled"


def test_requests_nobody_else_speaks_for_are_withdrawn_the_others_are_handed_on(app, time):
    first = factories.member()
    second = factories.member(first.organisation, person=factories.user(name="Zwei Te", phone="05721 2"))
    stays = factories.help_request(RequestState.OPEN, by=first)
    alone = factories.member(person=factories.user(name="Allein Gang"))
    goes = factories.help_request(RequestState.WAITING, by=alone)
    draft = factories.help_request(RequestState.DRAFT, contact_id=alone.user_id)
    with transaction():
        for member in (first, alone):
            person = db.session.get_one(User, member.user_id)
            erase(person, channel="login", by=person, at=time.at)
    stays, goes = db.session.get_one(HelpRequest, stays.id), db.session.get_one(HelpRequest, goes.id)
    assert (stays.state, stays.contact_id, stays.contact_name) == (RequestState.OPEN, second.user_id, "Zwei Te")
    assert stays.description, "it is the organisation's matter"
    assert (goes.state, goes.description, goes.contact_name) == (RequestState.WITHDRAWN, "", "Gelöschte Person")
    assert db.session.get(HelpRequest, draft.id) is None


def test_the_log_keeps_numbers_and_pick_lists_only(built, time):
    erased(built, time)
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.on_behalf_of == built.person.id)).all()
    own = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "user.changed")).one()
    assert (own.actor_id, own.reason) == (built.person.id, "")
    last = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "privacy.erased")).one()
    assert (last.actor_id, last.entity_id, last.details) == (built.person.id, built.person.id, {"channel": "login"})
    assert rows == [] or all("Zitzewitz" not in f"{row.reason}{row.details}" for row in rows)


def test_the_account_page_asks_for_password_and_word(built, browser, time):
    with_password(built)
    page = browser(built.person)
    form = page.get("privacy.own_erase")
    assert "Ihre Anmeldungen" in form.text and "Das bleibt, ohne Ihren Namen" in form.text
    for word, password in (("ja", "ein langes Wort 1"), ("löschen", "falsch")):
        again = form.submit("Endgültig löschen", word=word, password=password, status=400)
        assert again.errors
    assert db.session.get_one(User, built.person.id).erased_at is None
    done = form.submit("Endgültig löschen", word="LÖSCHEN", password="ein langes Wort 1")
    assert done.h1 == "Ihre Daten sind gelöscht"
    db.session.expire_all()
    assert db.session.get_one(User, built.person.id).erased_at is not None


def test_the_coordinator_erases_for_somebody_who_called(built, browser, time):
    desk = browser(built.coordinator)
    form = desk.get("privacy.desk_erase", user_id=built.person.id)
    assert form.submit("Endgültig löschen", word="löschen", way="phone", status=400).errors
    form.submit("Endgültig löschen", word="löschen", way="phone", checked="y")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "privacy.erased")).one()
    assert (event.actor_id, event.on_behalf_of) == (built.coordinator.id, built.person.id)
    assert event.details == {"channel": "phone"}
    desk.get("privacy.desk_data", user_id=built.person.id, status=404)


def test_the_last_administrator_stays(browser, time):
    chief = factories.administrator()
    form = browser(chief).get("privacy.own_erase")
    assert "letzte Person in der Verwaltung" in form.submit("Endgültig löschen", word="löschen", status=400).text
    assert db.session.get_one(User, chief.id).erased_at is None


def test_erasing_twice_is_erasing_once(built, time):
    erased(built, time)
    erased(built, time)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "privacy.erased")).all()
    assert len(events) == 1


def test_a_firm_that_is_one_person_loses_its_name_a_club_keeps_it(app, time):
    firm = factories.organisation(name="Friseur Zwirbel")
    owner = factories.member(firm, person=factories.user(name="Zora Zwirbel"))
    club = factories.organisation(name="Zwirbelverein")
    factories.member(club, person=owner.user)
    factories.member(club, person=factories.user(name="Noch Jemand"))
    request = factories.help_request(RequestState.ANSWERED, by=owner)
    with transaction():
        person = db.session.get_one(User, owner.user_id)
        erase(person, channel="login", by=person, at=time.at)
    assert (firm.name, club.name) == ("Gelöschte Organisation", "Zwirbelverein")
    assert db.session.get_one(HelpRequest, request.id).organisation_name == "Gelöschte Organisation"


def test_a_restored_backup_brings_nobody_back(browser, time):
    gone, stays = factories.user(name="Greta Gegangen", phone="05721 9"), factories.user(name="Beate Bleibt")
    before = {column: getattr(gone, column) for column in ("name", "email", "phone", "active", "mail_stopped")}
    browser(gone).get("privacy.own_erase").submit("Endgültig löschen", word="löschen")
    kept = tombstones.path().read_text(encoding="ascii")
    assert "Greta" not in kept and len(kept.split()[-1]) == 64
    with transaction():
        row = db.session.get_one(User, gone.id, populate_existing=True)
        assert row.erased_at is not None
        for column, value in before.items():
            setattr(row, column, value)
        row.erased_at = None
    jobs.retain(time.forward(days=1))
    db.session.expire_all()
    assert db.session.get_one(User, gone.id).name == "Gelöschte Person"
    assert db.session.get_one(User, stays.id).erased_at is None


def test_nobody_is_found_by_a_former_name_number_or_firm(app, built, time):
    club = built.request.organisation
    with transaction():
        db.session.get_one(User, built.person.id).phone = scene.PHONE
        db.session.get_one(Organisation, club.id).name = "Zitzewitz Blumen"
    asked = ("Zitzewitz", "wilhelmine zitzewits", scene.EMAIL, scene.PHONE, "05721/778899")
    with app.test_request_context():
        assert all(search.find(text).people for text in asked if "its" not in text)
    erased(built, time)
    with app.test_request_context():
        for text in asked:
            found = search.find(text)
            assert not found.people and not found.organisations, text
    for row in db.session.scalars(select(User)):
        assert row.search_name in ("", fold_for_search(row.name)), row.name
    for row in db.session.scalars(select(Organisation)):
        assert row.search_name == fold_for_search(row.name), row.name


def test_erased_while_a_yes_waits_the_organisation_is_told_and_the_next_is_asked(app, time, coordinator):
    request = factories.help_request()
    first, second = factories.proposal(of=request), factories.proposal(of=request, rank=2)
    with transaction():
        proposals.approve_ladder(request, [first, second], by=coordinator, at=time.at)
    with transaction():
        proposals.accept(first, by=first.pilot.user, at=time.at)
        told = select(OutboxMessage).where(OutboxMessage.kind == "proposals.pilot_says_yes")
        db.session.scalars(told).one().state = MailState.SENT
    with transaction():
        erase(first.pilot.user, channel="login", by=first.pilot.user, at=time.forward(hours=1))
    db.session.expire_all()
    assert (first.state, second.state) == (ProposalState.WITHDRAWN, ProposalState.ASKED)
    gone = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "proposals.yes_is_gone")).one()
    assert gone.recipient_id == request.contact_id
    assert first.pilot.reserved == 0 and request.state is RequestState.ASKING
