"""The pages that pilots and organisations open from a mail, and the case page of each role."""

import pytest
from sqlalchemy import func, select

from lotsen.audit.models import AuditEvent
from lotsen.core import tokens
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Engagement, HoursEntry
from lotsen.engagements.rules import Side, State
from lotsen.engagements.service import case_link
from lotsen.outbox.models import OutboxMessage
from lotsen.pilots.models import Pilot
from lotsen.proposals.rules import State as ProposalState
from tests import factories


def test_the_request_leads_to_its_engagement(app, time, as_coordinator):
    case = factories.engagement()
    own = f"/begleitungen/{case.id}"
    for endpoint in ("help_requests.detail", "proposals.candidates"):
        page = as_coordinator.get(endpoint, request_id=case.help_request_id)
        assert own in [a["href"] for a in page.soup.select("main a[href]")], endpoint


def ask_link(time, state=ProposalState.ASKED, **request):
    of = factories.help_request("asking", **request)
    proposal = factories.proposal(state, of=of)
    with transaction():
        raw = tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=time.at, user_id=proposal.pilot.user_id)
    return proposal, raw


def confirm_link(time):
    proposal, _raw = ask_link(time, ProposalState.ACCEPTED)
    with transaction():
        raw = tokens.issue(
            Purpose.CONFIRM_PILOT, "proposal", proposal.id, at=time.at, user_id=proposal.help_request.contact_id
        )
    return proposal, raw


def now_of(row):
    db.session.expire_all()
    return db.session.get_one(type(row), row.id)


def test_the_asked_pilot_reads_the_short_text_and_no_persons_name(app, time, as_visitor):
    _proposal, raw = ask_link(time)
    page = as_visitor.get("engagements.answer", token=raw)
    assert "Ein Verein braucht Hilfe" in page.text and "Vera" not in page.text


def test_an_organisation_that_objects_is_not_named(app, time, as_visitor):
    proposal, raw = ask_link(time, name_may_be_shown=False)
    assert proposal.help_request.organisation_name not in as_visitor.get("engagements.answer", token=raw).text


def test_a_yes_from_the_link_is_kept_and_pressed_twice_changes_nothing(app, time, as_visitor):
    proposal, raw = ask_link(time)
    page = as_visitor.get("engagements.answer", token=raw)
    assert page.submit("Antwort senden", choice="yes").h1 == "Danke für Ihr Ja!"
    page.submit("Antwort senden", choice="yes")
    assert now_of(proposal).state is ProposalState.ACCEPTED


def test_looking_at_a_link_changes_nothing(app, time, as_visitor):
    proposal, raw = ask_link(time)
    as_visitor.get("engagements.answer", token=raw)
    assert now_of(proposal).state is ProposalState.ASKED


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("yes_from", "Ab wann können Sie?"),
        ("question", "Schreiben Sie Ihre Frage"),
        ("later", "Ab wann dürfen wir"),
        ("no", "Wählen Sie einen Grund"),
    ],
)
def test_an_answer_that_lacks_something_says_what(app, time, as_visitor, choice, told):
    _proposal, raw = ask_link(time)
    page = as_visitor.get("engagements.answer", token=raw).submit("Antwort senden", status=400, choice=choice)
    assert told in page.text


def test_a_no_can_become_a_yes_as_long_as_it_helps(app, time, as_visitor):
    proposal, raw = ask_link(time)
    page = as_visitor.get("engagements.answer", token=raw).submit("Antwort senden", choice="no", reason="too_far")
    assert now_of(proposal).state is ProposalState.DECLINED
    assert page.submit("Doch Ja sagen").h1 == "Danke für Ihr Ja!", "nobody was asked since"


def test_a_yes_can_be_taken_back_and_the_place_is_free(app, time, as_visitor):
    proposal, raw = ask_link(time, ProposalState.ACCEPTED)
    page = as_visitor.get("engagements.answer", token=raw)
    assert page.submit("Ja zurücknehmen", reason="no_time").h1 == "Danke für Ihre Antwort"
    assert now_of(proposal.pilot).reserved == 0


def test_a_late_yes_is_kept(app, time, as_visitor):
    proposal, raw = ask_link(time, ProposalState.EXPIRED)
    page = as_visitor.get("engagements.answer", token=raw)
    assert page.h1 == "Wir haben inzwischen jemand anderen gefragt – alles gut"
    page.submit("Ich könnte noch helfen")
    assert now_of(proposal).wants_anyway_at is not None


@pytest.mark.parametrize("state", ["withdrawn", "superseded", "skipped", "refused"])
def test_a_link_of_an_ended_ask_thanks(app, time, as_visitor, state):
    _proposal, raw = ask_link(time, ProposalState(state))
    assert as_visitor.get("engagements.answer", token=raw).h1 == "Diesmal wird Ihre Hilfe nicht gebraucht"


def test_a_recalled_link_says_that_nothing_is_to_be_done(app, time, as_visitor):
    proposal, raw = ask_link(time, ProposalState.APPROVED)
    with transaction():
        tokens.revoke("proposal", proposal.id, at=time.at)
    assert "Sie müssen nichts tun" in as_visitor.get("engagements.answer", token=raw).text


@pytest.mark.parametrize("endpoint", ["answer", "confirm", "by_link"])
def test_an_unknown_link_is_a_404(app, time, as_visitor, endpoint):
    as_visitor.get(f"engagements.{endpoint}", token="f" * 32, status=404)


def test_who_takes_whoever_comes_begins_with_the_pilots_yes(app, time, as_visitor):
    proposal, raw = ask_link(time, takes_whoever=True)
    as_visitor.get("engagements.answer", token=raw).submit("Antwort senden", choice="yes")
    assert db.session.scalar(select(Engagement.state).where(Engagement.proposal_id == proposal.id)) is State.AGREED


def test_the_organisations_yes_begins_once_and_both_get_the_contact_data(app, time, as_visitor):
    proposal, raw = confirm_link(time)
    page = as_visitor.get("engagements.confirm", token=raw)
    assert proposal.pilot.user.name not in page.text
    for _press in range(2):  # either way the next page is the own page of the case, with the contact data
        case = page.submit("Antwort senden", choice="yes")
        assert case.h1 == f"Ihre Begleitung: {proposal.pilot.public_name}"
        assert "Es kann losgehen" in case.text and proposal.pilot.user.phone in case.text
    later = as_visitor.get("engagements.confirm", token=raw)
    assert later.h1 == "Es kann losgehen" and later.submit("Kontaktdaten und Termin ansehen").h1 == case.h1
    kinds = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "engagements.contact_data")).all()
    assert len(kinds) == 2
    assert db.session.scalar(select(func.count()).select_from(Engagement)) == 1
    assert now_of(proposal.pilot).reserved == 1


def test_a_no_from_a_page_as_it_was_before_the_yes_is_answered_with_the_way_to_call_off(app, time, as_visitor):
    _proposal, raw = confirm_link(time)
    old = as_visitor.get("engagements.confirm", token=raw)
    as_visitor.get("engagements.confirm", token=raw).submit("Antwort senden", choice="yes")
    page = old.submit("Antwort senden", choice="no", reason="times")
    assert "Sie hatten schon Ja gesagt. Möchten Sie absagen?" in page.text and "Es kann losgehen" not in page.text
    page.submit("Begleitung absagen", **{"abbrechen-reason": "called_off"})
    assert db.session.scalar(select(Engagement.state)) is State.BROKEN_OFF


def test_so_is_a_no_of_the_pilot_once_both_said_yes(app, time, as_visitor):
    _proposal, raw = ask_link(time, takes_whoever=True)
    old = as_visitor.get("engagements.answer", token=raw)
    as_visitor.get("engagements.answer", token=raw).submit("Antwort senden", choice="yes")
    page = old.submit("Antwort senden", choice="no", reason="no_time")
    assert "Sie hatten schon Ja gesagt. Möchten Sie absagen?" in page.text and "Es kann losgehen" not in page.text


def test_the_organisation_may_say_no_and_the_place_is_free(app, time, as_visitor):
    proposal, raw = confirm_link(time)
    page = as_visitor.get("engagements.confirm", token=raw).submit("Antwort senden", choice="no", reason="times")
    assert page.h1 == "Danke für Ihre Antwort"
    assert now_of(proposal.pilot).reserved == 0


def test_the_coordinator_enters_both_answers_on_their_behalf(app, time, as_coordinator):
    proposal, _raw = ask_link(time)
    for _step in range(2):
        with app.test_request_context():
            page = as_coordinator.get("engagements.record_answer", proposal_id=proposal.id)
        assert "Ein Nein ist" not in page.text
        page.submit("Antwort eintragen", choice="yes")
    behalf = set(db.session.scalars(select(AuditEvent.on_behalf_of).where(AuditEvent.on_behalf_of.is_not(None))))
    assert {proposal.pilot.user_id, proposal.help_request.contact_id} <= behalf
    assert now_of(proposal).state is ProposalState.CONFIRMED


def case_page(time, side, as_visitor, state=State.AGREED):
    case = factories.engagement(state)
    with transaction():
        raw = case_link(case, side, at=time.at).rpartition("/")[2]
    return case, as_visitor.get("engagements.by_link", token=raw)


def test_the_pilots_case_page_takes_date_hours_and_an_early_end(app, time, as_visitor):
    case, page = case_page(time, Side.PILOT, as_visitor)
    assert "05721 4711" in page.text
    day = {"termin-day-tag": "1", "termin-day-monat": "12", "termin-day-jahr": "2026", "termin-time": "15:30"}
    page = page.submit("Termin speichern", **day)
    assert "Dienstag, 1. Dezember 2026, 15:30 Uhr" in page.text
    for _twice in range(2):
        page.submit("Stunden speichern", **{"stunden-hours": "1,5"})
    assert db.session.scalars(select(HoursEntry.minutes)).all() == [90]
    page.submit("Begleitung absagen", **{"abbrechen-reason": "no_time"})
    page.submit("Begleitung absagen", **{"abbrechen-reason": "no_time"})
    assert now_of(case).state is State.BROKEN_OFF
    assert db.session.get_one(Pilot, case.pilot_id).reserved == 0


def test_a_date_that_is_none_is_told_and_kept(app, time, as_visitor):
    _case, page = case_page(time, Side.MEMBER, as_visitor)
    day = {"termin-day-tag": "31", "termin-day-monat": "2", "termin-day-jahr": "2026", "termin-time": "abends"}
    page = page.submit("Termin speichern", status=400, **day)
    assert "Dieses Datum gibt es nicht" in page.text and "15:30" in page.text


def test_a_late_case_link_says_what_to_do(app, time, as_visitor):
    case = factories.engagement()
    with transaction():
        raw = case_link(case, Side.PILOT, at=time.at).rpartition("/")[2]
    time.forward(days=200)
    assert as_visitor.get("engagements.by_link", token=raw).h1 == "Dieser Link gilt nicht mehr"


def test_a_foreign_case_does_not_exist(app, time, as_pilot, as_member, as_coordinator):
    case = factories.engagement()
    as_pilot.get("engagements.detail", engagement_id=case.id, status=404)
    as_member.get("engagements.detail", engagement_id=case.id, status=404)
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    page.submit("Ist schon erledigt – sagt Vera Verein")
    assert now_of(case).state is State.CLOSING


def test_each_side_sees_its_own_list(app, time, browser):
    case = factories.engagement()
    assert case.help_request.organisation_name in browser(case.pilot.user).get("engagements.overview").text
    assert case.pilot.public_name in browser(case.help_request.contact).get("engagements.overview").text
    browser(case.help_request.contact).get("engagements.detail", engagement_id=case.id)


def test_a_colleague_from_the_office_reads_the_cases_of_the_own_organisation(app, time, browser):
    case = factories.engagement()
    colleague = factories.user(Role.COORDINATOR, Role.MEMBER)
    factories.member(case.help_request.organisation, person=colleague)
    assert case.pilot.public_name in browser(colleague).get("engagements.own").text


@pytest.mark.parametrize("state", [State.CLOSING, State.BROKEN_OFF])
def test_the_page_of_the_answer_names_no_first_word_once_it_is_over(app, time, as_visitor, state):
    begun, over = factories.engagement(State.AGREED), factories.engagement(state)
    for endpoint, purpose in (
        ("engagements.answer", Purpose.ANSWER_ASK),
        ("engagements.confirm", Purpose.CONFIRM_PILOT),
    ):
        for case, promised in ((begun, True), (over, False)):
            contact = case.help_request.contact
            person = case.pilot.user if purpose is Purpose.ANSWER_ASK else contact
            with transaction():
                raw = tokens.issue(purpose, "proposal", case.proposal_id, at=time.at, user_id=person.id)
            page = as_visitor.get(endpoint, token=raw)
            assert ("Spätestens am" in page.text, "Es kann losgehen" in page.text) == (promised, promised)
