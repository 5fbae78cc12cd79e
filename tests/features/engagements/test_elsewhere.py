"""The column of the engagement in "What an event does elsewhere", cell by cell."""

from datetime import timedelta

import pytest

from lotsen.accounts.service import administration
from lotsen.core import tokens
from lotsen.core.access import SYSTEM
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements import queries, service
from lotsen.engagements.rules import Side, State
from lotsen.followups import jobs
from lotsen.followups import queries as questions
from lotsen.followups import service as followups
from lotsen.followups.rules import Kind
from lotsen.help_requests import jobs as request_jobs
from lotsen.help_requests import queries as requests
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import Answers
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations import service as organisations
from lotsen.organisations.rules import Kind as OrganisationKind
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import EndReason
from lotsen.privacy.service import erasure
from lotsen.proposals import jobs as proposal_jobs
from lotsen.proposals import service as proposals
from lotsen.proposals.rules import State as ProposalState
from tests import factories

from .scene import case_in, do, find_somebody, link_of, mail_of, mails

HELD = [State.AGREED, State.FIRST_CONTACT, State.RUNNING, State.PAUSED]


def office_tasks(app, at):
    with app.test_request_context():
        return [task.kind for part in (requests, queries) for task in part.tasks(at)]


def gone(pilot, how, by, at):
    with transaction():
        if how == "suspended":
            pilots.suspend(pilot, "Beschwerde", by=by, at=at)
        else:
            pilots.end(pilot, EndReason(how), by=by, at=at)


@pytest.mark.parametrize("state", [State.AGREED, State.FIRST_CONTACT, State.RUNNING])
def test_pilot_pauses_each_engagement_is_asked_one_by_one(app, time, state):
    case = case_in(state)
    with transaction():
        pilots.pause(case.pilot, local_date(time.at), None, by=case.pilot.user, at=time.at)
    assert questions.latest(case.id, Kind.PILOT_RESTS, Side.PILOT) is not None
    assert case.state is state and case.due_step == "pilot_rests"


def test_a_planned_pause_asks_on_the_day_on_which_it_begins(app, time):
    from lotsen.pilots import jobs as pilot_jobs

    case = case_in()
    start = local_date(time.at) + timedelta(days=7)
    with transaction():
        pilots.pause(case.pilot, start, start + timedelta(days=30), by=case.pilot.user, at=time.at)
    assert questions.latest(case.id, Kind.PILOT_RESTS, Side.PILOT) is None
    pilot_jobs.run_due(time.forward(days=8))
    assert questions.latest(case.id, Kind.PILOT_RESTS, Side.PILOT) is not None


@pytest.mark.parametrize("how", ["wish", "moved", "deceased", "title_withdrawn", "suspended"])
def test_pilot_gone_the_engagement_is_handed_over_and_a_task(app, time, coordinator, how):
    case = case_in()
    gone(case.pilot, how, coordinator, time.at)
    assert case.handing_over_by == "office" and office_tasks(app, time.at) == ["help_request.successor"]
    assert mail_of("engagements.handing_over").recipient_id == case.help_request.contact_id
    new = find_somebody(case.help_request, by=coordinator, at=time.at)
    assert case.state is State.BROKEN_OFF and new.follows_id == case.id
    assert db.session.get_one(Pilot, case.pilot_id).reserved == 0


@pytest.mark.parametrize("state", HELD)
def test_pilot_gone_in_any_state_nobody_asks_her_anything(app, time, coordinator, state):
    case = case_in(state)
    gone(case.pilot, "moved", coordinator, time.at)
    jobs.run_due(time.forward(days=90))
    after = [kind for kind, who in mails() if who == case.pilot.user_id]
    assert after == ["pilots.thanks"] or after == []
    assert office_tasks(app, time.at) == ["help_request.successor"]


def test_after_a_death_no_mail_goes_out_and_the_family_gets_none_when_somebody_follows(app, time, coordinator):
    case = case_in()
    gone(case.pilot, "deceased", coordinator, time.at)
    find_somebody(case.help_request, by=coordinator, at=time.at)
    waiting = db.session.query(OutboxMessage).filter(
        OutboxMessage.recipient_id == case.pilot.user_id, OutboxMessage.state != MailState.RECALLED
    )
    assert waiting.count() == 0


def asked_member(state, kind, time):
    """The organisation is asked something about a case; the mail has not left."""
    case = case_in(state)
    with transaction():
        followups.ask(case, kind, Side.MEMBER, at=time.at)
    return case, f"followups.{kind.value}".replace("monthly", "monthly_member")


COMES = {Kind.DATE_AGREED: State.AGREED, Kind.MONTHLY: State.RUNNING, Kind.PAUSE_OVER: State.PAUSED}


@pytest.mark.parametrize("how", ["moved", "deceased", "suspended"])
@pytest.mark.parametrize("kind", COMES)
def test_no_question_leaves_that_names_who_is_gone_as_one_who_comes(app, time, coordinator, kind, how):
    case, name = asked_member(COMES[kind], kind, time)
    gone(case.pilot, how, coordinator, time.at)
    assert mail_of(name).state is MailState.RECALLED


@pytest.mark.parametrize(("how", "left"), [("deceased", MailState.RECALLED), ("moved", MailState.WAITING)])
def test_what_asks_how_it_was_leaves_unless_the_pilot_has_died(app, time, coordinator, how, left):
    case, name = asked_member(State.CLOSING, Kind.FEEDBACK, time)
    gone(case.pilot, how, coordinator, time.at)
    assert mail_of(name).state is left


@pytest.mark.parametrize("how", ["moved", "deceased", "suspended"])
def test_that_somebody_would_come_does_not_leave_once_the_pilot_is_gone(app, time, coordinator, how):
    request = factories.help_request()
    with transaction():
        asked = factories.proposal(of=request)
        proposals.approve_ladder(request, [asked], by=coordinator, at=time.at)
        service.pilot_says_yes(asked, by=asked.pilot.user, at=time.at)
    assert mail_of("proposals.pilot_says_yes").state is MailState.WAITING
    gone(asked.pilot, how, coordinator, time.at)
    assert mail_of("proposals.pilot_says_yes").state is MailState.RECALLED
    proposal_jobs.reconcile(time.at)
    db.session.expire_all()
    assert asked.state is ProposalState.WITHDRAWN
    assert "proposals.yes_is_gone" not in [kind for kind, _who in mails()], "nobody has read of the yes"


@pytest.mark.parametrize("how", ["deceased", "erased", "switched off"])
def test_no_mail_leaves_for_the_bare_address_of_who_gets_none_any_more(app, time, coordinator, how):
    pilot = factories.pilot()
    address = pilot.user.email
    values = {"organisation_name": "Verein", "org_kind": OrganisationKind.CLUB, "postcode": "31655"}
    answers = Answers(description="Die Kasse.", contact_name="Lore", contact_email=address, **values)
    with transaction():
        draft = help_requests.draft(answers, by=SYSTEM, at=time.at)
    (told,) = db.session.query(OutboxMessage).filter_by(address=address).all()
    assert told.recipient_id is None and told.state is MailState.WAITING
    with transaction():
        if how == "deceased":
            pilots.end(pilot, EndReason.DECEASED, by=coordinator, at=time.at)
        elif how == "erased":
            erasure.erase(pilot.user, channel="mail_link", by=pilot.user, at=time.at)
        else:
            administration.deactivate(pilot.user, by=coordinator, at=time.at)
    db.session.refresh(told)
    assert told.state is MailState.RECALLED
    if how == "deceased":
        request_jobs.run_due(time.set(draft.due_at))
        assert "help_requests.confirm_reminder" not in [kind for kind, _who in mails()]


def test_a_suspended_pilot_who_is_back_goes_on_when_nobody_was_asked_yet(app, time, coordinator):
    case = case_in()
    gone(case.pilot, "suspended", coordinator, time.at)
    with transaction():
        pilots.reinstate(case.pilot, by=coordinator, at=time.at)
    assert case.handing_over_at is None and case.due_at is not None
    assert office_tasks(app, time.at) == []


def test_a_closing_engagement_needs_nobody_who_follows(app, time, coordinator):
    case = case_in(State.CLOSING)
    gone(case.pilot, "moved", coordinator, time.at)
    assert case.handing_over_at is None and case.state is State.CLOSING
    assert office_tasks(app, time.at) == []


@pytest.mark.parametrize("state", HELD)
def test_organisation_withdraws_the_engagement_ends_with_thanks_and_is_not_opened_again(app, time, state):
    case = case_in(state)
    do(help_requests.withdraw, case.help_request, by=case.help_request.contact, at=time.at)
    assert case.state is State.BROKEN_OFF and case.help_request.state is RequestState.WITHDRAWN
    mail = mail_of("engagements.broken_off")
    assert mail.recipient_id == case.pilot.user_id and "Danke" in mail.text
    assert office_tasks(app, time.at) == []


def test_organisation_withdraws_while_somebody_more_is_sought(app, time, coordinator):
    case = case_in()
    do(service.seek_more, case, Side.MEMBER, at=time.at)
    do(help_requests.withdraw, case.help_request, by=case.help_request.contact, at=time.at)
    assert not case.help_request.seeks_further and office_tasks(app, time.at) == []


@pytest.mark.parametrize("state", [State.AGREED, State.FIRST_CONTACT, State.RUNNING])
def test_organisation_holds_the_engagement_pauses(app, time, browser, state):
    case = case_in(state)
    page = browser(case.help_request.contact).get("engagements.detail", engagement_id=case.id)
    page.submit("Pause speichern")
    db.session.expire_all()
    assert case.state is State.PAUSED and case.help_request.state is RequestState.RUNNING
    assert mail_of("engagements.paused").recipient_id == case.pilot.user_id


def contact_gone(case, by, at):
    from lotsen.organisations import queries as clubs

    member = clubs.find_member(case.help_request.organisation_id, case.help_request.contact_id)
    with transaction():
        organisations.leave(member, by=by, at=at)


def test_last_contact_person_goes_a_task_and_the_pilot_is_told_who_follows(app, time, coordinator, as_coordinator):
    case = case_in(member_phone=False)
    club = case.help_request.organisation
    contact_gone(case, coordinator, time.at)
    assert "engagement.contact_gone" in office_tasks(app, time.at)
    new = factories.user(name="Udo Umsicht", phone="05721 5555", phone_digits="057215555")
    factories.member(club, person=new)
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    page.submit("Ansprechperson speichern", **{"ansprechperson-person": str(new.id)})
    db.session.expire_all()
    assert case.help_request.contact_id == new.id and not case.task
    mail = mail_of("engagements.contact_follows")
    assert mail.recipient_id == case.pilot.user_id and "Udo Umsicht" in mail.text


def test_who_has_gone_opens_nothing_any_more_also_not_in_the_name_of_who_follows(app, time, coordinator, as_visitor):
    case = case_in()
    old, raw = case.help_request.contact, link_of(case, Side.MEMBER, time.at)
    with transaction():
        yes = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", case.proposal_id, at=time.at, user_id=old.id)
        question = followups.ask(case, Kind.HOW_WAS_IT, Side.MEMBER, at=time.at)
        asked = followups.answer_link(question, at=time.at)
    contact_gone(case, coordinator, time.at)
    with transaction():
        new = help_requests.new_contact(
            case.help_request, "Nina Neu", "nina@example.org", "05721 999", by=coordinator, at=time.at
        )
        fresh = service.case_token(case, Side.MEMBER, at=time.at)
    assert case.pilot.user.name.split()[0] not in as_visitor.get("engagements.by_link", token=raw).h1
    with transaction():
        for one, what in ((raw, Purpose.ENGAGEMENT), (yes, Purpose.CONFIRM_PILOT), (asked, Purpose.FOLLOW_UP)):
            assert not tokens.is_live(tokens.find(one, what), at=time.at)
        assert tokens.find(fresh, Purpose.ENGAGEMENT).user_id == new.id
        assert tokens.is_live(tokens.find(fresh, Purpose.ENGAGEMENT), at=time.at)
    page = as_visitor.get("engagements.confirm", token=yes)
    assert "Kontaktdaten und Termin ansehen" not in page.text
    assert as_visitor.post("engagements.confirm", token=yes, choice="yes").path.startswith("/zusage/")


def test_a_link_of_somebody_else_opens_nothing(app, time, as_visitor):
    case, other = case_in(), factories.user(name="Vera Vorher")
    with transaction():
        raw = tokens.issue(Purpose.ENGAGEMENT, "engagement:member", case.id, at=time.at, user_id=other.id)
        yes = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", case.proposal_id, at=time.at, user_id=other.id)
        question = followups.ask(case, Kind.HOW_WAS_IT, Side.MEMBER, at=time.at, mail=False)
        asked = tokens.issue(Purpose.FOLLOW_UP, "followup", question.id, at=time.at, user_id=other.id)
    assert case.pilot.user.name.split()[0] not in as_visitor.get("engagements.by_link", token=raw).text
    assert "Kontaktdaten und Termin ansehen" not in as_visitor.get("engagements.confirm", token=yes).text
    assert "Antwort senden" not in as_visitor.get("followups.answer", token=asked).text


def test_no_browser_keeps_a_page_with_somebodys_number_also_after_a_mistake(app, time, as_visitor):
    page = as_visitor.get("engagements.by_link", token=link_of(case_in(State.AGREED), Side.MEMBER, time.at))
    again = page.submit("Termin speichern", status=400)
    assert again.response.headers["Cache-Control"] == "no-store"


def test_a_contact_person_of_another_case_goes_and_nothing_happens_here(app, time, coordinator):
    mine, theirs = case_in(), case_in()
    contact_gone(theirs, coordinator, time.at)
    assert not mine.task and theirs.task == "contact_gone"


@pytest.mark.parametrize("state", [State.AGREED, State.RUNNING])
def test_request_edited_nothing_happens_to_the_engagement(app, time, state):
    case = case_in(state)
    before = (case.state, case.due_at, case.task)
    with transaction():
        case.help_request.description += " Am besten vor dem Sommerfest."
    assert (case.state, case.due_at, case.task) == before


def test_nothing_about_the_engagement_is_written_to_a_contact_person_who_has_left(app, time, coordinator):
    case = case_in()
    gone = case.help_request.contact_id
    do(service.pause, case, local_date(time.at) + timedelta(days=20), Side.PILOT, by=case.pilot.user, at=time.at)
    paused = mail_of("engagements.paused")
    assert (paused.recipient_id, paused.state) == (gone, MailState.WAITING)
    contact_gone(case, coordinator, time.at)
    db.session.refresh(paused)
    assert paused.state is MailState.RECALLED
    before = mails()
    do(service.resume, case, Side.PILOT, by=case.pilot.user, at=time.forward(days=1))
    with transaction():
        followups.ask(case, Kind.HOW_WAS_IT, Side.MEMBER, at=time.at)
    assert [mail for mail in mails()[len(before) :] if mail[1] == gone] == []
