"""Half past seven on an office day: five decisions by mail, each with a link; and what lies untouched."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from lotsen.audit.queries import events_of
from lotsen.core import tokens
from lotsen.core.access import Role
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.models import JobRun
from lotsen.engagements import service as engagements
from lotsen.engagements.rules import Side
from lotsen.help_requests.rules import State as RequestState
from lotsen.home import jobs
from lotsen.home.models import Escalation
from lotsen.municipality import service as municipality
from lotsen.municipality.queries import town
from lotsen.notes import service as notes
from lotsen.notes.models import Note
from lotsen.notes.rules import Kind
from lotsen.outbox.models import OutboxMessage
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State
from tests import factories

from .test_desk import asked_by_telephone, call_of, scored

TEXT = "Unsere Homepage ist alt. Wer kann sie erneuern?"
HALF_PAST_SEVEN = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)  # Thursday, an office day


def mails(kind):
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)).all()


def links(message):
    return re.findall(r"http://localhost(/entscheidung/\S+)", message.text)


def remind(coordinator, at, row_id=None, text="Nach dem Stand fragen"):
    with transaction():
        about = row_id or factories.organisation(name="TSV Krebshagen").id
        return notes.write("organisation", about, Kind.NOTE, text, by=coordinator, at=at, due_on=date(2026, 11, 26))


def test_at_most_five_decisions_the_most_pressing_first(app, time, coordinator):
    for _ in range(6):
        factories.help_request()
    urgent = factories.help_request(urgency="high")
    jobs.morning(time.set(HALF_PAST_SEVEN))
    (mail,) = mails("home.decisions")
    assert (mail.recipient_id, mail.due_at, mail.subject) == (coordinator.id, time.at, "Heute: 5 Entscheidungen")
    assert len(links(mail)) == 5 and "Insgesamt warten 7 Aufgaben" in mail.text
    assert urgent.case_number in mail.text.partition("/entscheidung/")[0]


def test_there_is_no_mail_when_there_is_nothing_nor_twice_a_day_nor_on_other_days(app, time, coordinator):
    jobs.morning(time.set(HALF_PAST_SEVEN))
    assert mails("home.decisions") == []
    factories.help_request(RequestState.OPEN, state_since=HALF_PAST_SEVEN)
    jobs.morning(time.set(datetime(2026, 11, 27, 6, 30, tzinfo=UTC)))  # Friday
    assert mails("home.decisions") == []
    for _ in range(2):
        jobs.morning(time.set(datetime(2026, 12, 1, 6, 30, tzinfo=UTC)))
    assert len(mails("home.decisions")) == 1


def test_quiet_periods_have_no_morning(app, time, coordinator):
    with transaction():
        municipality.add_quiet_period("Ruhe", date(2026, 11, 25), date(2026, 12, 2), by=coordinator, at=time.at)
    remind(coordinator, time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    assert mails("home.decisions") == []
    assert jobs.next_due() == datetime(2026, 12, 3, 6, 30, tzinfo=UTC)


def test_the_next_morning_is_the_next_working_day(app, time, coordinator):
    time.set(HALF_PAST_SEVEN)
    assert jobs.next_due() == HALF_PAST_SEVEN
    with transaction():
        db.session.add(JobRun(name=jobs.NAME, started_at=datetime(2026, 11, 27, 6, 30, tzinfo=UTC)))
    assert jobs.next_due() == datetime(2026, 11, 30, 6, 30, tzinfo=UTC)


def test_the_link_does_it_with_one_button_in_the_coordinators_name(app, time, coordinator, as_visitor):
    note = remind(coordinator, time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    (path,) = links(mails("home.decisions")[0])
    page = as_visitor.get_path(path)
    assert page.h1 == "Wiedervorlage: TSV Krebshagen" and "Nach dem Stand fragen" in page.text
    assert db.session.get(Note, note.id).done_at is None, "a GET changes nothing"
    page = page.submit("Erledigt")
    assert page.h1 == "Das ist erledigt"
    assert db.session.get(Note, note.id).done_by == coordinator.id
    assert {(e.action, e.actor_id) for e in events_of("note", note.id)} >= {
        ("note.done", coordinator.id),
        ("desk.by_mail", coordinator.id),
    }
    assert "Anmelden" in as_visitor.get("public.landing").html, "the link logged nobody in"


def test_a_clear_request_is_approved_from_the_mail(app, time, coordinator, as_visitor):
    request = factories.help_request(RequestState.SUBMITTED, description=TEXT)
    proposal = scored(request)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    page = as_visitor.get_path(links(mails("home.decisions")[0])[0])
    assert "zuerst: Lore Lotsin – Kennt sich gut mit Websites aus." in page.text
    assert "Unsere Homepage ist alt." in page.text and "Mit dem Knopf sind beide geprüft." in page.text
    page.submit("Ist geprüft, Reihenfolge freigeben")
    row = db.session.get(Proposal, proposal.id)
    assert (row.state, row.ladder.approved_by) == (State.ASKED, coordinator.id)
    assert row.help_request.organisation.verified_by == coordinator.id


def test_what_gives_a_person_away_is_not_approved_from_the_mail(app, time, coordinator, as_visitor):
    request = factories.help_request(
        RequestState.SUBMITTED, description="Bitte Vera Verein anrufen, unsere Homepage ist alt."
    )
    scored(request)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    page = as_visitor.get_path(links(mails("home.decisions")[0])[0])
    assert "nicht mit einem Knopf" in page.text
    assert page.links("Ganze Seite öffnen") == [f"/vorschlaege/{request.id}"]


def test_what_is_settled_meanwhile_is_said_and_not_done_again(app, time, coordinator, as_visitor):
    note = remind(coordinator, time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    (path,) = links(mails("home.decisions")[0])
    page = as_visitor.get_path(path)
    with transaction():
        notes.done(db.session.get(Note, note.id), by=coordinator, at=time.at)
    assert as_visitor.get_path(path).h1 == "Das hat sich schon erledigt"
    page.submit("Erledigt", status=409)
    assert len([e for e in events_of("note", note.id) if e.action == "note.done"]) == 1


def test_the_link_works_once_and_until_the_end_of_the_next_office_day(app, time, coordinator, as_visitor):
    remind(coordinator, time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    (path,) = links(mails("home.decisions")[0])
    page = as_visitor.get_path(path)
    time.set(datetime(2026, 12, 1, 22, 58, tzinfo=UTC))  # Tuesday, 23:58 local
    assert page.form_with("Erledigt") and as_visitor.get_path(path).h1.startswith("Wiedervorlage")
    time.forward(minutes=2)
    assert as_visitor.get_path(path).h1 == "Dieser Link gilt nicht mehr"
    assert page.submit("Erledigt").h1 == "Dieser Link gilt nicht mehr"


def test_a_link_of_somebody_who_coordinates_no_more_opens_nothing(app, time, coordinator, as_visitor):
    remind(coordinator, time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    (path,) = links(mails("home.decisions")[0])
    with transaction():
        db.session.merge(coordinator).role_rows.clear()
    as_visitor.get_path(path, status=404)
    as_visitor.get_path("/entscheidung/" + "0" * 32, status=404)


def test_nobody_decides_about_the_own_affair_from_the_mail(app, time, as_visitor):
    both = factories.user(Role.COORDINATOR, Role.MEMBER, name="Zwei Hüte")
    request = factories.help_request(RequestState.OPEN, by=factories.member(person=both))
    scored(request)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    assert mails("home.decisions") == []
    with transaction():
        raw = tokens.issue(tokens.Purpose.DECISION, "help_request.open", request.id, at=time.at, user_id=both.id)
    assert "nicht mit einem Knopf" in as_visitor.get_path(f"/entscheidung/{raw}").text


def test_a_call_is_read_aloud_from_the_mail_and_recorded(app, time, coordinator, as_visitor):

    first, _second = asked_by_telephone(coordinator, time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    page = as_visitor.get_path(links(mails("home.decisions")[0])[0])
    assert "Können Sie helfen?" in page.text and page.links("05721 99")
    page.submit("Ich habe angerufen")
    assert call_of(first).state.value == "called"
    assert db.session.get(Proposal, first.id).due_at is not None


def test_from_the_mail_a_yes_on_the_telephone_is_entered_with_two_clicks(app, time, coordinator, as_coordinator):
    first, _second = asked_by_telephone(coordinator, time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    page = as_coordinator.get_path(links(mails("home.decisions")[0])[0])
    main = page.soup.select_one("main .kern-btn--primary")
    assert "Antwort oder „Niemand erreicht“ eintragen" in main.text
    page = as_coordinator.get_path(main["href"])
    assert "Niemand erreicht" in page.text and page.links(f"Andere Antwort – {first.pilot.user.name}")
    page.submit(f"Hat Ja gesagt – {first.pilot.user.name}")
    assert db.session.get(Proposal, first.id).state is State.ACCEPTED


def test_the_deadline_of_a_late_call_counts_from_the_call(app, time, coordinator, as_visitor):
    first, _second = asked_by_telephone(coordinator, time.at)
    call = call_of(first)
    at = time.set(datetime(2027, 1, 28, 9, tzinfo=UTC))
    with transaction():
        raw = tokens.issue(tokens.Purpose.DECISION, "outbox.call", call.id, at=at, user_id=coordinator.id)
    page = as_visitor.get_path(f"/entscheidung/{raw}")
    assert "Bis Donnerstag, 4. Februar 2027. Sie zählt ab Ihrem Anruf" in page.text


@pytest.fixture
def deputy(app, time, coordinator):
    """Another coordinator, chosen in the settings."""
    person = factories.coordinator(name="Vera Vertretung", email="vera@rathaus.example")
    with transaction():
        municipality.change("deputy", person.id, by=coordinator, at=time.at)
    return person


def mornings(time, *days):
    """The scheduler's round on some mornings, counted from Tuesday, 24 November."""
    for day in days:
        jobs.morning(time.set(datetime(2026, 11, 24, 6, 30, tzinfo=UTC) + timedelta(days=day)))


def test_the_coordinator_is_ill_and_the_deputy_takes_over(app, time, coordinator, deputy, browser):
    administrator = factories.administrator(email="adam@rathaus.example")
    request = factories.help_request(RequestState.SUBMITTED)
    scored(request)
    mornings(time, 3, 6)
    assert mails("home.for_the_deputy") == []
    mornings(time, 7)  # the fifth working day
    (mail,) = mails("home.for_the_deputy")
    assert mail.address == deputy.email and request.case_number in mail.text
    assert mails("home.for_the_administrator") == []
    page = (
        browser(deputy).get("home.start").click(f"Neue Anfrage {request.case_number} von {request.organisation_name}")
    )
    page.submit("Reihenfolge freigeben", verify="y")
    mornings(time, 14, 21)
    assert len(mails("home.for_the_deputy")) == 1 and mails("home.for_the_administrator") == []
    assert mails("home.not_forgotten") == [], administrator.name


def test_after_ten_days_the_administration_and_who_waits_are_told_once(app, time, coordinator, deputy):
    administrator = factories.administrator(email="adam@rathaus.example")
    request = factories.help_request(RequestState.SUBMITTED)
    mornings(time, 7, 8, 14, 15, 24)
    (mail,) = mails("home.for_the_administrator")
    assert mail.recipient_id == administrator.id and request.case_number in mail.text
    (word,) = mails("home.not_forgotten")
    assert word.recipient_id == request.contact_id and word.subject.startswith(f"[{request.case_number}]")
    assert len(mails("home.for_the_deputy")) == 1
    assert {row.stage.value for row in db.session.scalars(select(Escalation))} == {"deputy", "administrator"}


def test_a_call_noted_on_the_case_counts_as_a_hand_on_it(app, time, coordinator, deputy):
    request = factories.help_request(RequestState.SUBMITTED)
    mornings(time, 6)
    with transaction():
        notes.write("help_request", request.id, Kind.NOT_REACHED, "", by=coordinator, at=time.at)
    mornings(time, 7, 10)
    assert mails("home.for_the_deputy") == []
    mornings(time, 13)
    assert len(mails("home.for_the_deputy")) == 1


def test_without_a_deputy_the_administration_is_told_all_the_same(app, time, coordinator):
    factories.administrator()
    factories.help_request(RequestState.SUBMITTED)
    mornings(time, 14)
    assert mails("home.for_the_deputy") == [] and len(mails("home.for_the_administrator")) == 1


def test_the_administrator_chooses_the_deputy(app, time, coordinator, as_administrator):
    factories.coordinator(name="Vera Vertretung")
    page = as_administrator.get("admin.settings", group="ablauf")
    page.submit("Speichern", deputy=str(coordinator.id), deputy_after="3")
    assert (town().deputy, town().deputy_after) == (coordinator.id, 3)


def test_the_round_is_made_once_a_day_also_when_there_is_nothing_to_say(app, time, coordinator):
    jobs.morning(time.set(HALF_PAST_SEVEN))
    assert jobs.next_due() == datetime(2026, 11, 27, 6, 30, tzinfo=UTC)


def test_a_round_that_was_missed_is_made_up_for_by_day_but_wakes_nobody_at_night(app, time, coordinator):
    factories.help_request()
    jobs.morning(time.set(datetime(2026, 11, 26, 22, 0, tzinfo=UTC)))
    assert mails("home.decisions") == []
    jobs.morning(time.set(datetime(2026, 12, 1, 12, 0, tzinfo=UTC)))
    assert len(mails("home.decisions")) == 1


def test_the_decision_names_the_numbers_of_whom_it_is_about(app, time, coordinator, as_visitor):
    proposal = factories.proposal(
        State.ASKED,
        of=factories.help_request(RequestState.ASKING),
        pilot=factories.pilot(name="Lore Ruf", phone="05721 77"),
    )
    with transaction():
        proposals.ask_question(proposal, "Wie viele?", by=proposal.pilot.user, at=time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    (mail,) = mails("home.decisions")
    page = as_visitor.get_path(links(mail)[0])
    assert "Lore Ruf: 05721 77" in page.text
    assert f"{proposal.help_request.contact_name}: {proposal.help_request.contact_phone}" in page.text


def test_a_decision_that_is_a_call_says_what_to_do_before_the_button(app, time, coordinator, as_visitor):
    case = factories.engagement()
    with transaction():
        engagements.needs_office(case, Side.MEMBER, "stuck", by=case.help_request.contact, at=time.at)
    jobs.morning(time.set(HALF_PAST_SEVEN))
    (mail,) = mails("home.decisions")
    page = as_visitor.get_path(links(mail)[0])
    assert "Rufen Sie bitte an. Ist alles geklärt, drücken Sie auf „Ist erledigt“." in page.text
    assert "Das ist erledigt" in page.submit("Ist erledigt").h1


@pytest.mark.parametrize(
    ("until", "at", "written"),
    [
        ("10:00", datetime(2026, 11, 26, 9, 30, tzinfo=UTC), 1),  # 10:30 in the town: the scheduler stood until then
        ("10:00", datetime(2026, 11, 26, 17, 30, tzinfo=UTC), 0),
        ("20:00", datetime(2026, 11, 26, 18, 30, tzinfo=UTC), 1),
        ("20:00", datetime(2026, 11, 26, 19, 30, tzinfo=UTC), 0),
    ],
)
def test_a_morning_is_made_up_for_by_day_also_behind_the_hours_in_which_asks_leave(
    app, time, coordinator, until, at, written
):
    with transaction():
        municipality.change("sending_until", until, by=coordinator, at=time.at)
    factories.help_request()
    jobs.morning(time.set(at))
    assert len(mails("home.decisions")) == written
