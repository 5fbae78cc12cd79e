"""What helped is not in use any more: the organisation begins a new request, filled in from the old one."""

from datetime import timedelta

from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.core import tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Side, State
from lotsen.followups import service
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Answer, Kind
from lotsen.help_requests import service as requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from tests import factories

BUTTON = "Neue Anfrage, schon ausgefüllt"


def asked(at):
    request = factories.help_request(RequestState.COMPLETED, title="Unsere Kasse stürzt ab")
    proposal = factories.proposal("confirmed", of=request)
    with transaction():
        case = factories.engagement(State.COMPLETED, of=proposal)
        row = service.ask(case, Kind.STILL_IN_USE, Side.MEMBER, at=at)
        return case, row, service.answer_link(row, at=at)


def test_after_a_no_the_page_of_the_link_offers_the_new_request_filled_in_and_the_call_stays(app, as_visitor, at):
    case, row, raw = asked(at)
    page = as_visitor.get("followups.answer", token=raw)
    assert BUTTON not in page.text
    page = page.submit("Antwort senden", **{f"f{row.id}-choice": Answer.NO.value})
    assert "Wir melden uns bei Ihnen" in page.text
    page = page.submit(BUTTON)
    page = page.submit("Weiter", with_children="nein").submit("Weiter", privacy="y")
    assert "Unsere Kasse stürzt ab" in str(page.soup) and case.help_request.description in page.text
    db.session.rollback()
    assert db.session.get_one(Engagement, case.id).task == "not_in_use"
    assert len(db.session.scalars(select(HelpRequest)).all()) == 1, "nothing is sent before it is pressed there"


def sends(page, button="Anfrage absenden"):
    """Through the last pages of the form, and off."""
    page = page.submit("Weiter", with_children="nein").submit("Weiter", privacy="y")
    return page.submit(button)


def settled(case):
    db.session.rollback()
    actions = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.entity == "engagement", AuditEvent.entity_id == case.id)
    ).all()
    return db.session.get_one(Engagement, case.id).task == "" and "engagement.asked_again" in actions


def test_the_call_is_settled_when_the_new_request_is_confirmed_from_its_mail(app, as_visitor, at):
    case, row, raw = asked(at)
    page = as_visitor.get("followups.answer", token=raw)
    page = page.submit("Antwort senden", **{f"f{row.id}-choice": Answer.NO.value}).submit(BUTTON)
    sends(page, "Stimmt so, weiter")
    assert not settled(case), "nobody has confirmed it yet"
    made = db.session.scalars(select(HelpRequest).order_by(HelpRequest.id.desc())).first()
    assert made.template_id == case.help_request_id
    with transaction():
        secret = tokens.issue(Purpose.SUBMIT_REQUEST, made.entity, made.id, at=at)
    as_visitor.get("help_requests.confirm", token=secret).submit("Anfrage jetzt absenden")
    assert settled(case)
    last = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "engagement.asked_again")).one()
    assert last.actor_id == case.help_request.contact_id


def test_who_is_logged_in_settles_the_call_by_sending_it(app, browser, at):
    case, row, _raw = asked(at)
    page = browser(case.help_request.contact).get("followups.own", followup_id=row.id)
    page = page.submit("Antwort senden", **{f"f{row.id}-choice": Answer.NO.value}).submit(BUTTON)
    assert not settled(case)
    sends(page)
    assert settled(case)


def test_that_it_goes_on_after_a_rest_settles_no_later_call(app, browser, at, coordinator):
    case, _row, _raw = asked(at)
    page = browser(case.help_request.contact).post("help_requests.own_use_again", request_id=case.help_request_id)
    sends(page)
    db.session.rollback()
    made = db.session.scalars(select(HelpRequest).where(HelpRequest.template_id == case.help_request_id)).one()
    with transaction():
        case.task = "not_in_use"
        requests.hold(made, at.date() + timedelta(days=5), by=coordinator, at=at, reason="carrier")
        requests.resume(made, by=coordinator, at=at)
    assert made.state is RequestState.SUBMITTED and not settled(case)
    assert db.session.get_one(Engagement, case.id).task == "not_in_use"


def test_a_request_for_another_club_settles_nothing_of_the_first_one(app, browser, at):
    case, row, _raw = asked(at)
    other = factories.organisation(name="Kegelclub Zwei")
    factories.member(other, person=case.help_request.contact)
    person = browser(case.help_request.contact)
    page = person.get("followups.own", followup_id=row.id)
    page = page.submit("Antwort senden", **{f"f{row.id}-choice": Answer.NO.value}).submit(BUTTON)
    key = page.path.split("/")[3]
    person.get("help_requests.step", key=key, slug="wer").submit("Weiter", organisation_id=str(other.id))
    sends(person.get("help_requests.step", key=key, slug="wie"))
    db.session.rollback()
    made = db.session.scalars(select(HelpRequest).order_by(HelpRequest.id.desc())).first()
    assert (made.template_id, made.organisation_id) == (case.help_request_id, other.id)
    assert not settled(case)


def test_nor_does_one_for_another_club_that_is_known_by_its_name_once_the_mail_confirms_it(app, as_visitor, at):
    case, row, raw = asked(at)
    page = as_visitor.get("followups.answer", token=raw)
    page = page.submit("Antwort senden", **{f"f{row.id}-choice": Answer.NO.value}).submit(BUTTON)
    sends(page, "Stimmt so, weiter")
    made = db.session.scalars(select(HelpRequest).order_by(HelpRequest.id.desc())).first()
    with transaction():
        made.organisation_id, made.organisation_name = None, "Kegelclub Zwei"
        secret = tokens.issue(Purpose.SUBMIT_REQUEST, made.entity, made.id, at=at)
    as_visitor.get("help_requests.confirm", token=secret).submit("Anfrage jetzt absenden")
    assert made.organisation_id not in (None, case.help_request.organisation_id)
    assert not settled(case)


def test_a_call_because_something_is_stuck_stays_whatever_the_organisation_asks_anew(app, browser, at):
    case, _row, _raw = asked(at)
    with transaction():
        case.task = "still_stuck"
    page = browser(case.help_request.contact).post("help_requests.own_use_again", request_id=case.help_request_id)
    sends(page)
    db.session.rollback()
    assert db.session.get_one(Engagement, case.id).task == "still_stuck"


def test_logged_in_too(app, browser, at):
    case, row, _raw = asked(at)
    page = browser(case.help_request.contact).get("followups.own", followup_id=row.id)
    page = page.submit("Antwort senden", **{f"f{row.id}-choice": Answer.NO.value}).submit(BUTTON)
    page = page.submit("Weiter", with_children="nein").submit("Weiter", privacy="y")
    assert "Unsere Kasse stürzt ab" in str(page.soup)


def test_who_uses_it_still_or_has_a_dead_link_is_offered_nothing(app, as_visitor, time):
    _case, row, raw = asked(time.at)
    page = as_visitor.get("followups.answer", token=raw).submit(
        "Antwort senden", **{f"f{row.id}-choice": Answer.YES.value}
    )
    assert BUTTON not in page.text
    assert as_visitor.post("followups.ask_again", token=raw).h1 == "Danke für Ihre Antwort"
    with transaction():
        db.session.get_one(FollowUp, row.id).answer = Answer.NO.value
    time.forward(days=400)
    assert BUTTON not in as_visitor.get("followups.answer", token=raw).text
    assert as_visitor.post("followups.ask_again", token=raw).h1 == "Danke für Ihre Antwort"
