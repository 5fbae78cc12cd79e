"""In the night goes what has served its time; the report says what went and what will go."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lotsen.accounts.models import Consent, User
from lotsen.audit.models import AuditEvent, FileReading
from lotsen.core import tokens
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.errors import TransitionForbidden
from lotsen.core.extensions import db
from lotsen.core.models import JobRun, Token
from lotsen.core.tokens import Purpose
from lotsen.engagements.models import Feedback, HoursEntry, Message
from lotsen.engagements.rules import Outcome, Side
from lotsen.engagements.rules import State as CaseState
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.notes.models import Note
from lotsen.notes.rules import Kind as NoteKind
from lotsen.outbox.models import OutboxMessage
from lotsen.privacy import jobs, rules
from lotsen.privacy.models import BarrierReport, RetentionRun
from lotsen.privacy.queries.report import KINDS, report
from lotsen.privacy.service import retention
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState
from tests import factories
from tests.factories.base import add


def test_months_are_calendar_months():
    at = datetime(2028, 3, 31, 2, 10, tzinfo=UTC)
    assert rules.cutoff(at, 1) == datetime(2028, 2, 29, 2, 10, tzinfo=UTC)
    assert rules.cutoff(at, 12) == datetime(2027, 3, 31, 2, 10, tzinfo=UTC)
    assert rules.cutoff(at, 0) == at


def test_a_town_may_change_the_numbers_within_limits():
    assert rules.months("audit", {}) == 36
    assert rules.months("audit", {"audit": 24}) == 24
    assert rules.months("audit", {"audit": 1}) == 12


@pytest.fixture
def old(app, time):
    """One row of each class, made today."""
    at = time.at
    person = factories.user(Role.MEMBER, name="Anna Alt")
    member = factories.member(person=person)
    request = factories.help_request(RequestState.ANSWERED, by=member)
    case = factories.engagement(CaseState.COMPLETED, goal="Homepage", meeting_place="Bei Alt")
    factories.proposal(ProposalState.EXPIRED, answer_text="Nein", reasons={"pilot": {"de": ["passt"]}})
    factories.proposal(ProposalState.ASKED, answer_text="Eine Frage")
    with transaction():
        add(
            Feedback(
                engagement_id=case.id,
                side=Side.PILOT,
                outcome=Outcome.SOLVED,
                praise="nett",
                criticism="laut",
                created_at=at,
            )
        )
        add(Message(engagement_id=case.id, side=Side.PILOT, text="bis Montag", created_at=at))
        add(HoursEntry(engagement_id=case.id, on=at.date(), minutes=60, note="bei Alt", created_at=at))
        add(Note(about_entity="user", about_id=person.id, kind=NoteKind.NOTE, text="rief an", created_at=at))
        for number, state in enumerate(("recalled", "waiting")):
            mail = {"kind": "test", "subject": "x", "text": "Hallo", "created_at": at, "due_at": at}
            add(OutboxMessage(key=f"k{number}", message_id=f"<{number}>", state=state, recipient_id=person.id, **mail))
        tokens.issue(Purpose.RESET_PASSWORD, "user", person.id, at=at, user_id=person.id)
        consent = {"user_id": person.id, "text_version": "1", "channel": "web", "given_at": at}
        add(Consent(purpose="help_request", withdrawn_at=at, **consent))
        add(Consent(purpose="public_profile", **consent))
        add(FileReading(reader_id=1, entity="user", entity_id=person.id, day=at.date(), first_at=at))
        add(BarrierReport(text="Knopf", created_at=at, done_at=at))
        add(AuditEvent(at=at, action="user.changed", entity="user", entity_id=person.id))
        db.session.merge(JobRun(name="test.job", started_at=at, failed_at=at, error="Traceback Anna Alt"))
    return request, case, person


def left(model, *condition):
    return db.session.scalar(select(func.count()).select_from(model).where(*condition))


def test_nothing_goes_before_its_time(old, time):
    assert jobs.retain(time.forward(days=1)) == 0
    assert [row.kind for row in db.session.scalars(select(RetentionRun))] == ["night"]


def test_each_class_goes_when_its_months_are_over(old, time):
    request, case, person = old
    start = time.at
    jobs.retain(time.set(start + timedelta(days=32)))
    texts = dict(db.session.execute(select(OutboxMessage.state, OutboxMessage.text)).all())
    assert texts == {"recalled": "", "waiting": "Hallo"}, "what still waits keeps its text"
    assert db.session.get_one(JobRun, "test.job").error == ""

    jobs.retain(time.set(start + timedelta(days=367)))
    db.session.expire_all()
    row = db.session.get_one(HelpRequest, request.id)
    assert (row.contact_name, row.contact_id, row.description) == ("Gelöschte Person", None, "")
    assert row.title and row.organisation_id, "the case still counts"
    words = db.session.scalars(select(Feedback)).one()
    assert (words.praise, words.criticism, words.outcome) == ("", "", Outcome.SOLVED)
    hours = db.session.scalars(select(HoursEntry)).one()
    assert (hours.note, hours.minutes) == ("", 60)
    assert db.session.scalars(select(Message.text)).one() == ""
    assert (case.goal, case.meeting_place) == ("", "")
    said = dict(db.session.execute(select(Proposal.state, Proposal.answer_text)).all())
    assert (said[ProposalState.EXPIRED], said[ProposalState.ASKED]) == ("", "Eine Frage")
    assert left(Token) == left(FileReading) == left(BarrierReport) == 0
    assert left(OutboxMessage) == 1
    assert left(Note) == 1 and left(Consent) == 2 and left(AuditEvent) >= 1

    jobs.retain(time.set(start + timedelta(days=732)))
    assert left(Note) == 0
    assert db.session.get_one(User, person.id).erased_at is None, "a mail for her still waits"

    jobs.retain(time.set(start + timedelta(days=1097)))
    assert left(AuditEvent, AuditEvent.at == start) == 0
    assert [row.purpose for row in db.session.scalars(select(Consent))] == ["public_profile"]


def test_an_account_without_a_sign_of_life_is_erased_and_told(app, time):
    idle = factories.member(person=factories.user(Role.MEMBER, name="Still Leise")).user
    busy = factories.member(person=factories.user(Role.MEMBER, name="Noch Da"))
    factories.help_request(RequestState.WAITING, by=busy)
    factories.coordinator()
    factories.pilot()
    jobs.retain(time.forward(days=740))
    db.session.expire_all()
    gone = db.session.scalars(select(User).where(User.erased_at.is_not(None))).all()
    assert [user.id for user in gone] == [idle.id]
    kinds = set(db.session.scalars(select(OutboxMessage.kind)))
    assert kinds == {"privacy.erased"}


def test_the_report_says_what_went_and_what_goes_next_month(old, as_administrator, time):
    soon = time.forward(days=350)
    numbers = {row.name: row.next_month for row in report(soon)}
    assert (numbers["requests_closed"], numbers["case_texts"], numbers["notes"]) == (1, 1, 0)
    assert set(numbers) <= set(KINDS)
    page = as_administrator.get("privacy.retention")
    assert "noch keiner" in page.text
    jobs.retain(time.forward(days=20))
    page = as_administrator.get("privacy.retention")
    row = next(tr for tr in page.soup.find_all("tr") if "Beendete Anfragen" in tr.get_text())
    assert [cell.get_text(strip=True) for cell in row.find_all("td")][1:] == ["1", "0"]


def test_the_administrator_changes_a_number(as_administrator, time):
    page = as_administrator.get("privacy.retention")
    assert page.submit("Speichern", audit="3", status=400).errors
    page.submit("Speichern", audit="24")
    assert "24 Monate nach dem Ereignis" in as_administrator.get("privacy.notice").text
    assert "24 Monate nach dem Ereignis" in as_administrator.get("privacy.record").text


def test_it_runs_once_a_night(app, time):
    assert jobs.next_due() < time.at
    jobs.retain(time.at)
    assert jobs.next_due() == datetime(2026, 11, 25, 2, 10, tzinfo=UTC)


def test_a_class_that_fails_stops_no_other_and_is_seen(old, time, monkeypatch):
    def broken(ids, at):
        raise ZeroDivisionError

    monkeypatch.setitem(retention.PURGES, "requests_closed", broken)
    with pytest.raises(jobs.RetentionFailed, match="requests_closed"):
        jobs.retain(time.forward(days=367))
    assert left(Token) == 0, "the other classes went"
    assert db.session.get_one(HelpRequest, old[0].id).contact_id is not None, "nothing half done"


def test_a_night_that_broke_off_and_was_begun_again_reports_all_that_went(old, time, monkeypatch):
    def broken(*, at):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(retention, "keep_night", broken)
        with pytest.raises(ZeroDivisionError):
            jobs.retain(time.forward(days=367))
    jobs.retain(time.forward(minutes=1))
    assert {row.name: row.last_night for row in report(time.at)}["requests_closed"] == 1
    night = db.session.scalar(select(RetentionRun).where(RetentionRun.kind == retention.NIGHT))
    others = select(func.sum(RetentionRun.rows)).where(RetentionRun.kind != retention.NIGHT)
    assert night.rows == db.session.scalar(others) > 0
    jobs.retain(time.forward(days=1))
    assert {row.name: row.last_night for row in report(time.at)}["requests_closed"] == 0


def test_a_split_request_keeps_its_contact_as_long_as_one_of_its_parts_goes_on(app, time):
    whole = factories.help_request(RequestState.SPLIT)
    factories.help_request(RequestState.WAITING, parent_id=whole.id)
    later = time.forward(days=400)
    jobs.retain(later)
    db.session.expire_all()
    assert not db.session.get_one(HelpRequest, whole.id).is_emptied


def test_what_is_left_of_an_old_request_is_neither_opened_again_nor_a_template(app, time, as_coordinator, browser):
    row = factories.help_request(RequestState.ANSWERED)
    as_coordinator.get("help_requests.detail", request_id=row.id).form_with("Wieder öffnen")
    contact = row.contact
    with transaction():
        retention.PURGES["requests_closed"]([row.id], time.at)
    db.session.expire_all()
    page = as_coordinator.get("help_requests.detail", request_id=row.id)
    assert "Wieder öffnen" not in page.text and "Als Vorlage" not in page.text
    assert "Gelöschte Person" not in as_coordinator.get("help_requests.record", vorlage=row.id).html
    with pytest.raises(TransitionForbidden), transaction():
        help_requests.reopen(db.session.get_one(HelpRequest, row.id), by=contact, at=time.at)
    own = browser(contact).get("help_requests.own_detail", request_id=row.id)
    assert "wieder öffnen" not in own.text and "Als Vorlage" not in own.text
    page = browser(contact).post("help_requests.own_use_again", request_id=row.id)
    assert "nichts mehr da" in page.text
