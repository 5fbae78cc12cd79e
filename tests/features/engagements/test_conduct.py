"""Rules of conduct: problems in confidence, hours of a business, contact data each side releases alone, thanks."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lotsen.audit.models import AuditEvent
from lotsen.core import tokens
from lotsen.core.access import Role
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.engagements import queries, service
from lotsen.engagements.models import Concern
from lotsen.engagements.rules import BreakOffReason, ConcernKind, Outcome, Side, State
from lotsen.followups import jobs
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations.rules import Kind as OrganisationKind
from lotsen.proposals.rules import State as ProposalState
from tests import factories

from .scene import case_in, do, link_of, mail_of, mails


def tasks(app, at):
    with app.test_request_context():
        return queries.tasks(at)


@pytest.mark.parametrize("side", Side)
def test_each_side_reports_a_problem_by_link_and_only_the_coordinator_reads_it(
    app, time, as_visitor, as_coordinator, browser, side
):
    case = case_in()
    page = as_visitor.get("engagements.by_link", token=link_of(case, side, time.at)).click("Problem melden")
    page = page.submit("Vertraulich absenden", text="Er wollte mein Passwort.", phone="05721 4711")
    assert "Die Koordination ruft Sie bald an" in page.html
    (task,) = tasks(app, time.at)
    assert task.kind == "engagement.problem" and task.urgent and "Passwort" not in task.title
    read = as_coordinator.get_path(task.url)
    assert "Er wollte mein Passwort." in read.text and "05721 4711" in read.text
    for person in (case.pilot.user, case.help_request.contact):
        assert "Passwort" not in browser(person).get("engagements.detail", engagement_id=case.id).html
    assert mails() == []


def test_a_problem_sent_twice_is_kept_once_and_an_empty_one_says_what_is_missing(app, time, browser):
    case = case_in()
    page = browser(case.pilot.user).get("engagements.report", engagement_id=case.id)
    assert "was passiert ist" in page.submit("Vertraulich absenden", status=400).text
    for _twice in range(2):
        page.submit("Vertraulich absenden", text="Es kam niemand.")
    assert db.session.query(Concern).count() == 1


def test_from_a_problem_the_pilot_can_be_suspended_at_once(app, time, as_coordinator):
    case = case_in()
    row = do(service.report_problem, case, Side.MEMBER, "Er verkauft uns etwas.", "", at=time.at)
    page = as_coordinator.get("engagements.concern", concern_id=row.id)
    page = page.click(f"{case.pilot.user.name} sofort sperren")
    page.submit("Sofort sperren", reason="Beschwerde")
    db.session.expire_all()
    assert case.pilot.state == "suspended" and case.handing_over_by == "office" and case.due_at is None


def test_a_settled_problem_is_no_task_any_more(app, time, as_coordinator):
    row = do(service.report_problem, case_in(), Side.MEMBER, "Sie kam zu spät.", "", at=time.at)
    as_coordinator.get("engagements.concern", concern_id=row.id).submit("Ist geklärt", text="Missverständnis.")
    assert tasks(app, time.at) == []


def test_a_coordinator_who_is_a_party_does_not_read_what_was_reported(app, time, browser):
    person = factories.user(Role.PILOT, Role.COORDINATOR, name="Karin Beides")
    case = case_in(pilot=factories.pilot(user=person))
    row = do(service.report_problem, case, Side.MEMBER, "Sie kam zu spät.", "", at=time.at)
    browser(person).get("engagements.concern", concern_id=row.id, status=404)


def business(time, **values):
    shop = factories.organisation(name="Bäckerei Krume", kind=OrganisationKind.BUSINESS)
    request = factories.help_request(RequestState.RUNNING, by=factories.member(shop))
    return case_in(request=request, **values)


def log(case, hours, time):
    with transaction():
        service.log_hours(case, local_date(time.at), hours * 60, f"{hours} h", by=case.pilot.user, at=time.at)


def test_from_ten_hours_a_year_on_the_coordinator_decides_whether_it_is_still_advice(app, time, as_coordinator):
    case = business(time)
    log(case, 9, time)
    assert tasks(app, time.at) == []
    log(case, 1, time)
    (task,) = tasks(app, time.at)
    assert task.kind == "engagement.hours" and "Bäckerei Krume" in task.title
    page = as_coordinator.get_path(task.url)
    assert "10 Stunden" in page.text and "setzen aber nicht um" in page.text
    page.submit("Es ist weiter Beratung")
    log(case, 4, time)
    assert tasks(app, time.at) == []
    log(case, 6, time)
    assert [task.kind for task in tasks(app, time.at)] == ["engagement.hours"]


def test_the_hours_of_all_cases_of_a_business_count_and_those_of_a_club_do_not(app, time):
    one = business(time)
    of = factories.proposal(
        ProposalState.CONFIRMED,
        of=factories.help_request(
            RequestState.RUNNING, by=None, organisation_id=one.help_request.organisation_id, org_kind="business"
        ),
    )
    two = factories.engagement(State.RUNNING, of=of)
    club = case_in()
    log(one, 6, time)
    log(club, 20, time)
    log(two, 5, time)
    assert [row.kind for case in (one, two, club) for row in queries.concerns_of(case.id)] == [ConcernKind.HOURS]


@pytest.mark.parametrize("side", Side)
def test_each_side_alone_says_what_the_other_sees_and_changes_it_later(app, time, as_visitor, side):
    case = case_in()
    other = queries.other_side(side)
    number = case.pilot.user.phone if side is Side.PILOT else case.help_request.contact_phone
    with transaction():
        case.pilot.user.phone = number = "05721 998877" if side is Side.PILOT else number
        case.pilot.user.phone_digits = "05721998877"
    page = as_visitor.get("engagements.by_link", token=link_of(case, side, time.at))
    page.submit("Freigabe speichern", **{f"kontakt-{side.value}-phone": None, f"kontakt-{side.value}-email": "y"})
    db.session.expire_all()
    seen = queries.contact(case, side)
    assert not seen.phone and seen.email
    theirs = as_visitor.get("engagements.by_link", token=link_of(case, other, time.at))
    assert number not in theirs.text and seen.email in theirs.text
    page.submit("Freigabe speichern", **{f"kontakt-{side.value}-phone": "y"})
    assert number in as_visitor.get("engagements.by_link", token=link_of(case, other, time.at)).text


def test_with_its_yes_the_organisation_says_what_the_pilot_may_have(app, time, as_visitor):
    of = factories.help_request("asking")
    proposal = factories.proposal(ProposalState.ACCEPTED, of=of)
    with transaction():
        raw = tokens.issue(Purpose.CONFIRM_PILOT, "proposal", proposal.id, at=time.at, user_id=of.contact_id)
    page = as_visitor.get("engagements.confirm", token=raw)
    page.submit("Antwort senden", choice="yes", phone=None, email="y")
    case = queries.of_proposal(proposal.id)
    assert queries.released(case, Side.MEMBER) == queries.Released(phone=False, email=True)
    told = [row.text for row in [mail_of("engagements.contact_data")]]
    assert all(of.contact_phone not in text for text in told)


def test_the_pilot_reads_what_the_organisation_wrote_and_what_counts_about_her(app, time, as_visitor):
    case = case_in(goal="Neue Startseite")
    log(case, 2, time)
    page = as_visitor.get("engagements.by_link", token=link_of(case, Side.PILOT, time.at))
    for words in (case.help_request.description, "Neue Startseite", "Das zählt über Sie", "2 Stunden", "1, höchstens"):
        assert words in page.text
    theirs = as_visitor.get("engagements.by_link", token=link_of(case, Side.MEMBER, time.at))
    assert "Das zählt über Sie" not in theirs.text and "2 Stunden" not in theirs.text


@pytest.mark.parametrize("side", Side)
def test_the_other_sides_numbers_are_shown_until_the_last_question_after_the_end_and_not_longer(
    app, time, as_visitor, side
):
    case = case_in(State.COMPLETED)
    raw = link_of(case, side, time.at)
    page = as_visitor.get("engagements.by_link", token=raw)
    assert "So erreichen Sie sich" in page.text and "sehen Sie beide noch bis" in page.text
    time.forward(days=42 + 7 + 7)
    assert "So erreichen Sie sich" in as_visitor.get("engagements.by_link", token=raw).text
    time.forward(days=1)
    page = as_visitor.get("engagements.by_link", token=raw)
    assert "So erreichen Sie sich" not in page.text and "Die Kontaktdaten standen hier bis" in page.text


@pytest.mark.parametrize("side", Side)
def test_who_breaks_off_names_a_reason_and_the_other_side_is_told_without_it(app, time, as_visitor, side):
    case = case_in()
    page = as_visitor.get("engagements.by_link", token=link_of(case, side, time.at))
    page.submit(
        "Begleitung absagen", **{"abbrechen-reason": "does_not_fit", "abbrechen-text": "Die Chemie stimmt nicht."}
    )
    db.session.expire_all()
    other = queries.person(case, queries.other_side(side))
    mail = mail_of("engagements.broken_off")
    assert mail.recipient_id == other.id and "Chemie" not in mail.text and "passt nicht" not in mail.text
    assert case.state is State.BROKEN_OFF and case.ended_early
    assert case.help_request.state is RequestState.OPEN and case.help_request.task == "broken_off"
    after = as_visitor.get("engagements.by_link", token=link_of(case, queries.other_side(side), time.at))
    assert "So erreichen Sie sich" not in after.text


def test_after_a_break_off_the_coordinator_searches_again_or_closes(app, time, as_coordinator):
    case = case_in()
    do(service.break_off, case, BreakOffReason.NO_TIME, Side.PILOT, at=time.at)
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    assert "Das war in den ersten 30 Tagen." in page.text
    assert page.links("Noch einmal suchen")
    page.submit("Abschließen, es braucht niemanden mehr")
    db.session.expire_all()
    assert case.help_request.state is RequestState.WITHDRAWN


def test_a_late_end_is_not_early(app, time):
    case = case_in()
    do(service.break_off, case, BreakOffReason.NO_TIME, None, at=time.forward(days=40))
    assert not case.ended_early
    told = [who for kind, who in mails() if kind == "engagements.broken_off"]
    assert sorted(told) == sorted([case.pilot.user_id, case.help_request.contact_id])


def test_thanks_reach_the_pilot_even_when_nobody_says_later_whether_it_is_in_use(app, time):
    case = case_in(State.CLOSING)
    do(service.give_feedback, case, Side.PILOT, Outcome.SOLVED, at=time.at)
    do(service.give_feedback, case, Side.MEMBER, Outcome.SOLVED, at=time.at, praise="Danke!", criticism="Zu spät.")
    for _step in range(4):
        time.forward(days=46)
        jobs.run_due(time.at)
    mail = mail_of("followups.praise")
    assert mail.recipient_id == case.pilot.user_id and "Danke!" in mail.text and "Zu spät" not in mail.text
    assert mail.subject.endswith("Danke, das kam an")


def test_what_is_stuck_after_the_end_becomes_a_new_request_with_the_same_pilot_first(app, time, as_coordinator):
    case = case_in(State.COMPLETED, task="still_stuck")
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    page = page.click("Neue Anfrage daraus machen").submit("Anfrage aufnehmen", with_children="nein", consent="y")
    assert case.help_request.description in page.text
    db.session.expire_all()
    assert not case.task
    made = db.session.scalars(select(HelpRequest).order_by(HelpRequest.id.desc())).first()
    assert (made.template_id, made.wished_pilot) == (case.help_request_id, case.pilot.user.name)
    assert (made.contact_id, made.organisation_id) == (case.help_request.contact_id, case.help_request.organisation_id)
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "engagement.asked_again"))
    assert (event.entity_id, event.details["request"]) == (case.id, made.id)


@pytest.mark.parametrize("task", ["still_stuck", "not_in_use"])
@pytest.mark.parametrize(("before", "carrier"), [(False, ""), (True, "yes")])
def test_whether_children_are_there_is_asked_anew_and_not_taken_from_the_old_help(
    app, time, as_coordinator, task, before, carrier
):
    case = case_in(State.COMPLETED, task=task)
    with transaction():
        case.help_request.with_children, case.help_request.carrier = before, carrier
    page = as_coordinator.get("engagements.detail", engagement_id=case.id).click("Neue Anfrage daraus machen")
    assert not page.soup.select("[name=with_children][checked], [name=carrier][checked], [name=consent][checked]")
    page = page.submit("Anfrage aufnehmen", consent="y", status=400)
    assert "Sagen Sie uns bitte, ob Kinder oder Jugendliche dabei sind." in page.text
    page = page.submit("Anfrage aufnehmen", with_children="ja", status=400)
    assert "Bitte sagen Sie uns, ob der Träger einverstanden ist." in page.text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(HelpRequest)) == 1 and case.task == task
    page.submit("Anfrage aufnehmen", carrier="asking")
    db.session.rollback()
    made = db.session.scalars(select(HelpRequest).order_by(HelpRequest.id.desc())).first()
    assert made.with_children and made.state is RequestState.ON_HOLD and not case.task


@pytest.mark.parametrize("state", [State.PAUSED, State.CLOSING, State.RUNNING, State.AGREED, State.FIRST_CONTACT])
def test_a_task_that_is_done_leaves_something_due(app, time, coordinator, state):
    case = case_in(state, task="silent", due_at=None)
    with transaction():
        case.due_at = None
        service.task_done(case, by=coordinator, at=time.at)
    assert case.due_at is not None and case.due_at > time.at + timedelta(hours=1)


def test_a_task_that_comes_from_the_pilots_state_is_shown_on_list_and_page(app, time, as_coordinator):
    case = case_in()
    with transaction():
        case.pilot.state = "suspended"
    assert case.pilot.user.name in as_coordinator.get("engagements.overview").text
    for page in ("engagements.overview", "engagements.detail"):
        values = {"engagement_id": case.id} if page.endswith("detail") else {}
        assert "kann nicht weiter helfen" in as_coordinator.get(page, **values).text
