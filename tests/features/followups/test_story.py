"""From the request to "Nutzen Sie es noch?": the mails each person gets, counted."""

from datetime import timedelta

from sqlalchemy import select

from lotsen.core.access import SYSTEM
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_date
from lotsen.engagements import queries as cases
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import Outcome, Side, State
from lotsen.followups import jobs, mails, queries, service
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Answer, Kind
from lotsen.followups.service import Given
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox import jobs as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.outbox.service import record_bounce, record_call
from lotsen.pilots.models import Pilot
from lotsen.proposals import service as proposals
from tests import factories


def question(engagement, kind, side):
    found = queries.latest(engagement.id, kind, side)
    assert found is not None, (kind, side)
    return db.session.get_one(FollowUp, found.id)


def say(engagement, kind, side, word, at, **given):
    with transaction():
        person = engagement.pilot.user if side is Side.PILOT else engagement.help_request.contact
        service.answer(question(engagement, kind, side), word, Given(**given), by=person, at=at)


def test_two_meetings_without_delay_cost_five_mails_for_the_pilot_and_six_for_the_organisation(app, time, coordinator):
    def later(**delta):
        """Time goes by: the scheduler looks, the mails leave."""
        time.forward(**delta)
        jobs.run_due(time.at)
        time.forward(minutes=30)
        outbox.deliver(time.at)
        return time.at

    pilot, request = factories.pilot(), factories.help_request()
    with transaction():
        proposal = factories.proposal(of=request, pilot=pilot)
        proposals.approve_ladder(request, [proposal], by=coordinator, at=time.at)
    later(minutes=30)
    with transaction():
        engagements.pilot_says_yes(proposal, by=pilot.user, at=time.at)
    later(minutes=30)
    with transaction():
        case = engagements.begin(proposal, by=request.contact, at=time.at)
        engagements.set_meeting(case, time.at + timedelta(days=2), "Vereinsheim", by=pilot.user, at=time.at)
    assert db.session.get_one(Pilot, pilot.id).reserved == 1
    later(days=7)
    say(case, Kind.HOW_WAS_IT, Side.MEMBER, Answer.FITS, time.at)
    ends = local_date(time.at) + timedelta(days=7)
    say(case, Kind.HOW_WAS_IT, Side.PILOT, Answer.FITS, time.at, goal="Neue Startseite", ends_on=ends, minutes=90)
    assert case.state is State.RUNNING and request.state is RequestState.RUNNING
    later(days=9)
    say(case, Kind.FEEDBACK, Side.PILOT, Answer.DONE, time.at, outcome=Outcome.SOLVED, minutes=120)
    assert case.state is State.CLOSING
    assert db.session.get_one(Pilot, pilot.id).reserved == 0
    say(case, Kind.FEEDBACK, Side.MEMBER, Answer.DONE, time.at, outcome=Outcome.SOLVED, praise="Großartig!")
    assert case.state is State.COMPLETED and request.state is RequestState.COMPLETED
    later(days=48)
    say(case, Kind.STILL_IN_USE, Side.MEMBER, Answer.YES, time.at)
    later(days=30)
    later(days=60)
    columns = select(OutboxMessage.recipient_id, OutboxMessage.kind, OutboxMessage.state)
    rows = db.session.execute(columns.order_by(OutboxMessage.id)).all()
    got = {who: [kind for person, kind, state in rows if person == who and state == "sent"] for who, _k, _s in rows}
    assert got[pilot.user_id] == [
        "proposals.ask",
        "engagements.contact_data",
        "followups.how_was_it",
        "followups.feedback",
        "followups.late_thanks",
    ]
    assert got[request.contact_id] == [  # the first of the six confirms the request
        "proposals.pilot_says_yes",
        "engagements.contact_data",
        "followups.how_was_it",
        "followups.feedback",
        "followups.still_in_use",
    ]
    assert len(rows) == 10
    assert case.due_at is None


def running(time, **values) -> Engagement:
    case = factories.engagement(State.RUNNING, **values)
    with transaction():
        case.due_at, case.due_step = time.at, "monthly"
    return case


def test_a_pilot_is_asked_about_all_cases_with_one_mail_a_month(app, time):
    first = running(time)
    with transaction():
        other = factories.proposal("confirmed", of=factories.help_request("matched"), pilot=first.pilot)
        second = factories.engagement(State.RUNNING, of=other)
        second.due_at, second.due_step = time.at + timedelta(days=3), "monthly"
    jobs.run_due(time.at)
    mails = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "followups.monthly")).all()
    assert len(mails) == 1
    assert len(queries.open_months_of(first.pilot_id)) == 2
    db.session.refresh(second)
    assert second.due_at > time.at + timedelta(days=20)


def test_two_silent_months_become_a_task(app, time):
    case = running(time)
    for _month in range(3):
        jobs.run_due(time.at)
        time.forward(days=35)
    db.session.refresh(case)
    assert case.task == "silent" and case.due_at is None


def test_a_month_whose_mail_came_back_is_no_silence(app, time, coordinator):
    case = running(time)
    jobs.run_due(time.at)
    with transaction():
        message = db.session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "followups.monthly"))
        message.state = MailState.SENT
        db.session.flush()
        record_bounce(message, by=coordinator, at=time.at)
    assert queries.silent_months(case.id) == 0
    assert (case.task, case.due_at) == ("undeliverable", None), "the clock stands until somebody has called"
    with transaction():
        record_call(message, by=coordinator, at=time.forward(days=2))
    assert queries.silent_months(case.id) == 0, "somebody has spoken to her"
    jobs.run_due(time.forward(days=35))
    assert queries.silent_months(case.id) == 1
    jobs.run_due(time.forward(days=35))
    db.session.refresh(case)
    assert case.task == ""


def test_a_closing_case_is_over_on_day_21_without_answers(app, time):
    case = factories.engagement()
    with transaction():
        engagements.done(case, by=SYSTEM, at=time.at)
    for _day in range(30):
        jobs.run_due(time.forward(days=1))
    db.session.refresh(case)
    assert case.state is State.COMPLETED
    reminders = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "followups.feedback_reminder")
    ).all()
    assert len(reminders) == 2
    assert db.session.get_one(Pilot, case.pilot_id).reserved == 0


def test_a_question_is_answered_from_the_link_once(app, time, as_visitor):
    case = factories.engagement(State.FIRST_CONTACT, meeting_at=time.at)
    with transaction():
        row = service.ask(case, Kind.HOW_WAS_IT, Side.PILOT, at=time.at)
        raw = service.answer_link(row, at=time.at)
    page = as_visitor.get("followups.answer", token=raw)
    name = f"f{row.id}-choice"
    page.submit("Antwort senden", status=400, **{name: "fits"})
    goal = f"f{row.id}-goal"
    after = page.submit("Antwort senden", **{name: "fits", goal: "Die Seite läuft"})
    assert "Es passt" in after.text
    page.submit("Antwort senden", **{name: "done"})
    db.session.refresh(case)
    assert case.state is State.RUNNING and case.goal == "Die Seite läuft"


def test_every_question_at_the_end_says_what_who_and_since_when(app, time, as_visitor):
    case = factories.engagement(goal="Die Seite läuft")
    since, title = plain_date(local_date(case.created_at)), case.help_request.title
    for kind, mail in ((Kind.FEEDBACK, mails.feedback), (Kind.STILL_IN_USE, mails.still_in_use)):
        with transaction():
            row = service.ask(case, kind, Side.MEMBER, at=time.at)
            raw = service.answer_link(row, at=time.at)
        for told in ("\n".join(mail(row, "").paragraphs), as_visitor.get("followups.answer", token=raw).text):
            assert all(word in told for word in (case.pilot.public_name, since, title, "„Die Seite läuft“")), told


def test_who_says_done_comes_straight_to_the_feedback_without_a_second_mail(app, time, as_visitor):
    case = factories.engagement(State.FIRST_CONTACT, meeting_at=time.at)
    with transaction():
        row = service.ask(case, Kind.HOW_WAS_IT, Side.MEMBER, at=time.at)
        raw = service.answer_link(row, at=time.at)
    page = as_visitor.get("followups.answer", token=raw).submit("Antwort senden", **{f"f{row.id}-choice": "done"})
    assert page.h1 == "Ist es geschafft?"
    feedback = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "followups.feedback")).all()
    assert [mail.recipient_id for mail in feedback] == [case.pilot.user_id]


def test_an_unknown_link_is_a_friendly_404(app, time, as_visitor):
    assert as_visitor.get("followups.answer", token="0" * 32, status=404).h1 == "Diese Seite gibt es nicht"


def test_questions_of_others_do_not_exist(app, time, as_pilot, as_member, as_coordinator):
    case = factories.engagement()
    with transaction():
        row = service.ask(case, Kind.DATE_AGREED, Side.PILOT, at=time.at)
    as_pilot.get("followups.own", followup_id=row.id, status=404)
    as_member.get("followups.record", followup_id=row.id, status=403)
    as_coordinator.get("followups.of_engagement", engagement_id=case.id)
    page = as_coordinator.get("followups.record", followup_id=row.id)
    name = f"f{row.id}-choice"
    page.submit("Antwort senden", **{name: "still_open"})
    db.session.refresh(case)
    assert case.state is State.FIRST_CONTACT


def test_feedback_to_a_withdrawn_request_offers_no_going_on_and_keeps_what_was_typed(app, time, browser):
    case = factories.engagement(State.CLOSING)
    with transaction():
        row = service.ask(case, Kind.FEEDBACK, Side.PILOT, at=time.at, mail=False)
    page = browser(case.pilot.user).get("followups.own", followup_id=row.id)
    assert "Es geht noch weiter bis" in page.text
    with transaction():
        help_requests.withdraw(case.help_request, by=case.help_request.contact, at=time.at)
    name = f"f{row.id}"
    typed = {f"{name}-choice": "still_open", f"{name}-hours": "1,5", f"{name}-praise": "Großartig!"}
    ends = local_date(time.at) + timedelta(days=20)
    parts = {
        f"{name}-ends_on-{part}": str(value)
        for part, value in zip(("tag", "monat", "jahr"), (ends.day, ends.month, ends.year), strict=True)
    }
    page = page.submit("Antwort senden", status=400, **typed, **parts)
    assert "Diese Begleitung ist schon zu Ende." in page.text and "Es geht noch weiter bis" not in page.text
    assert "Großartig!" in page.html and "1,5" in page.html
    page.submit("Antwort senden", **{f"{name}-choice": "done", f"{name}-outcome": "solved"})
    feedback, hours = cases.feedback_of(case.id, Side.PILOT), cases.hours_of(case.id)
    assert feedback is not None and feedback.praise == "Großartig!" and [entry.minutes for entry in hours] == [90]


def test_what_was_written_with_it_goes_on_stays_with_the_answer(app, time):
    case = factories.engagement(State.CLOSING)
    with transaction():
        row = service.ask(case, Kind.FEEDBACK, Side.PILOT, at=time.at, mail=False)
        words = Given(praise="Großartig!", criticism="Zu wenig Zeit.", ends_on=local_date(time.at) + timedelta(days=20))
        service.answer(row, Answer.STILL_OPEN, words, by=case.pilot.user, at=time.at)
    db.session.expire_all()
    assert case.state is State.RUNNING and row.text == "Großartig!\nZu wenig Zeit."


def test_who_reads_the_last_question_when_it_is_over_is_told_and_cannot_say_it_goes_on(app, time, browser):
    case = factories.engagement(State.CLOSING)
    with transaction():
        row = service.ask(case, Kind.FEEDBACK, Side.MEMBER, at=time.at, mail=False)
    page = browser(case.help_request.contact).get("followups.own", followup_id=row.id)
    with transaction():
        service.complete_silently(case, at=time.at)
    name = f"f{row.id}"
    parts = {f"{name}-ends_on-{part}": value for part, value in (("tag", "1"), ("monat", "2"), ("jahr", "2027"))}
    page = page.submit("Antwort senden", status=400, **{f"{name}-choice": "still_open"}, **parts)
    assert "Diese Begleitung ist schon zu Ende." in page.text and "rufen Sie uns an" in page.text
    page.submit("Antwort senden", **{f"{name}-choice": "done", f"{name}-outcome": "partly"})
    db.session.expire_all()
    assert case.state is State.COMPLETED and cases.feedback_of(case.id, Side.MEMBER).outcome == "partly"
