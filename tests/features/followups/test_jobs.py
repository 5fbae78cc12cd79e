"""What happens when nobody says anything, working day by working day."""

from datetime import timedelta

from sqlalchemy import select

from lotsen.core.clock import calendar, local_date
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements import queries as cases
from lotsen.engagements import service
from lotsen.engagements.models import Feedback, HoursEntry
from lotsen.engagements.rules import BreakOffReason, Outcome, Side, State
from lotsen.followups import jobs, queries
from lotsen.followups import service as followups
from lotsen.followups.models import FollowUp
from lotsen.followups.rules import Answer, Kind
from lotsen.followups.service import Given
from lotsen.outbox.models import OutboxMessage
from tests import factories
from tests.features.engagements.scene import case_in


def day_by_day(time, case, days):
    """The working days after which somebody was asked, or a task came up."""
    start, seen, events = time.at, 0, {}
    for _day in range(days):
        jobs.run_due(time.forward(days=1))
        db.session.expire_all()
        rows = db.session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
        number = calendar().working_days_between(start, time.at)
        for row in rows[seen:]:
            events.setdefault(number, []).append(f"{row.kind.value} {row.side.value}")
        seen = len(rows)
        if case.task and not any(case.task in names for names in events.values()):
            events.setdefault(number, []).append(case.task)
    return events


def test_without_a_date_the_pilot_is_asked_at_5_the_organisation_at_8_the_office_at_10(app, time):
    case = factories.engagement()
    assert day_by_day(time, case, 20) == {5: ["date_agreed pilot"], 8: ["date_agreed member"], 10: ["no_date"]}


def test_after_a_meeting_both_are_asked_then_once_more_then_it_is_a_task(app, time):
    case = factories.engagement()
    with transaction():
        service.set_meeting(case, time.at, "", by=case.pilot.user, at=time.at)
    events = day_by_day(time, case, 50)
    both = ["how_was_it pilot", "how_was_it member"]
    assert list(events.values()) == [both, both, ["no_answer"]]


def test_a_task_that_was_taken_care_of_comes_back_when_still_nobody_speaks(app, time, coordinator):
    case = factories.engagement()
    day_by_day(time, case, 20)
    with transaction():
        service.task_done(case, by=coordinator, at=time.at)
    assert case.task == "" and case.due_at is not None


def test_questions_still_held_are_taken_back_when_it_is_called_off(app, time):
    case = factories.engagement()
    with transaction():
        followups.ask(case, Kind.DATE_AGREED, Side.PILOT, at=time.at)
        service.break_off(case, BreakOffReason.CALLED_OFF, Side.PILOT, by=case.pilot.user, at=time.at)
        service.break_off(case, BreakOffReason.CALLED_OFF, Side.PILOT, by=case.pilot.user, at=time.at)
    states = db.session.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == "followups.date_agreed")).all()
    assert states == ["recalled"]
    assert case.pilot.reserved == 0 and case.help_request.task == "broken_off"


def test_a_no_after_six_weeks_is_a_task_and_the_pilot_hears_of_it_once(app, time):
    case = factories.engagement(State.COMPLETED)
    with transaction():
        row = followups.ask(case, Kind.STILL_IN_USE, Side.MEMBER, at=time.at)
        for _twice in range(2):
            followups.answer(row, Answer.NO, Given(), by=case.help_request.contact, at=time.at)
    assert case.task == "not_in_use" and case.due_at is None
    thanks = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "followups.late_thanks")).all()
    assert [mail.recipient_id for mail in thanks] == [case.pilot.user_id]


def test_late_thanks_say_when_something_was_said(app, time):
    case = factories.engagement(State.COMPLETED)
    with transaction():
        db.session.add(
            Feedback(
                engagement_id=case.id, side=Side.MEMBER, outcome=Outcome.SOLVED, praise="Großartig!", created_at=time.at
            )
        )
        row = followups.ask(case, Kind.STILL_IN_USE, Side.MEMBER, at=time.at)
        followups.answer(row, Answer.NO, Given(praise="Vielleicht später."), by=case.help_request.contact, at=time.at)
    (mail,) = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "followups.late_thanks"))
    text = " ".join(mail.text.split())
    assert "Jetzt steht dabei: „Vielleicht später.“ Am Ende der Begleitung stand da: „Großartig!“" in text


def test_still_in_use_is_asked_after_six_weeks_and_once_more(app, time):
    case = factories.engagement(State.CLOSING)
    with transaction():
        service.complete(case, by=case.pilot.user, at=time.at)
    start = local_date(time.at)
    for _day in range(80):
        jobs.run_due(time.forward(days=1))
    db.session.expire_all()
    asked = queries.latest(case.id, Kind.STILL_IN_USE, Side.MEMBER)
    assert asked is not None and 42 <= (local_date(asked.asked_at) - start).days <= 46
    kinds = db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert kinds == ["followups.still_in_use", "followups.still_in_use_reminder"]


def test_an_answer_takes_back_the_older_question_that_is_still_to_be_said(app, time, coordinator):
    pilot = factories.pilot(user=factories.user("pilot", email=None, phone="05721 1"))
    of = factories.proposal("confirmed", of=factories.help_request("matched"), pilot=pilot)
    case = factories.engagement(State.FIRST_CONTACT, of=of, meeting_at=time.at)
    with transaction():
        followups.ask(case, Kind.HOW_WAS_IT, Side.PILOT, at=time.at)
        newer = followups.ask(case, Kind.HOW_WAS_IT, Side.PILOT, at=time.at)
        followups.answer(newer, Answer.FITS, Given(), by=coordinator, at=time.at, on_behalf_of=pilot.user_id)
    states = db.session.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == "followups.how_was_it")).all()
    assert states == ["recalled", "recalled"]


def test_every_mail_can_be_written_in_both_languages(app, time):
    for locale in ("de", "en"):
        pilot = factories.pilot(locale=locale, user=factories.user("pilot", locale=locale))
        of = factories.proposal("confirmed", of=factories.help_request("matched"), pilot=pilot)
        case = factories.engagement(State.FIRST_CONTACT, of=of, meeting_at=time.at)
        with transaction():
            for kind in (Kind.DATE_AGREED, Kind.HOW_WAS_IT, Kind.FEEDBACK):
                row = followups.ask(case, kind, Side.PILOT, at=time.at)
            followups.remind(row, at=time.at)
            followups.ask_month([case], at=time.at)
        for mail in db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == pilot.user_id)):
            assert mail.locale == locale and "/nachfrage/" in mail.text
            assert mail.subject.startswith(f"[{case.help_request.case_number}] ")


def test_hours_in_an_answer_belong_to_the_day_of_help_and_it_can_be_corrected(app, time, browser):
    case, met = factories.engagement(), time.at
    with transaction():
        service.set_meeting(case, met, "", by=case.pilot.user, at=met)
    later = time.forward(days=6)
    with transaction():
        asked = followups.ask(case, Kind.HOW_WAS_IT, Side.PILOT, at=later, mail=False)
    page = browser(case.pilot.user).get("followups.own", followup_id=asked.id)
    name, day = f"f{asked.id}", local_date(met)
    assert f'name="{name}-hours_day-tag"' in page.html and f'value="{day.day}"' in page.html
    typed = {f"{name}-choice": "still_open", f"{name}-hours": "1,5"}
    parts = [f"{name}-hours_day-{part}" for part in ("tag", "monat", "jahr")]
    page = page.submit("Antwort senden", status=400, **typed, **dict(zip(parts, ("24.12.2027", "", ""), strict=True)))
    before = (str(day.day - 1), str(day.month), str(day.year))
    page.submit("Antwort senden", **typed, **dict(zip(parts, before, strict=True)))
    entry = db.session.scalars(select(HoursEntry)).one()
    assert (entry.on, entry.minutes) == (day - timedelta(days=1), 90)


def test_hours_are_of_today_when_the_last_appointment_is_long_ago_or_entered_already(app, time):
    case, met = factories.engagement(), time.at
    with transaction():
        service.set_meeting(case, met, "", by=case.pilot.user, at=met)
    soon = time.forward(days=20)
    assert cases.day_of_help(case.id, at=soon) == local_date(met)
    assert cases.day_of_help(case.id, at=met + timedelta(days=29)) == local_date(met) + timedelta(days=29)
    with transaction():
        service.log_hours(case, local_date(met), 60, "", by=case.pilot.user, at=soon)
    assert cases.day_of_help(case.id, at=soon) == local_date(soon)


def test_the_page_of_a_case_names_the_mails_of_its_course_too(app, time, as_coordinator):
    case, other = factories.engagement(), factories.engagement()
    with transaction():
        followups.ask(case, Kind.DATE_AGREED, Side.PILOT, at=time.at)
        followups.ask(other, Kind.HOW_WAS_IT, Side.PILOT, at=time.at)
    subjects = db.session.scalars(select(OutboxMessage.subject).order_by(OutboxMessage.id)).all()
    page = as_coordinator.get("engagements.detail", engagement_id=case.id)
    assert subjects[0] in page.text and subjects[1] not in page.text


def test_the_organisation_is_asked_after_a_silent_month_and_after_two_it_is_a_task(app, time):
    case = case_in(State.RUNNING)
    assert three_months(time, case) == [["monthly pilot"], ["monthly pilot", "monthly member"], ["silent"]]


def test_a_pilot_who_enters_hours_has_not_been_silent(app, time):
    case = case_in(State.RUNNING)

    def enter_hours(at):
        with transaction():
            service.log_hours(case, local_date(at), 90, "", by=case.pilot.user, at=at)

    assert three_months(time, case, enter_hours) == [["monthly pilot"]] * 3
    assert not case.task


def three_months(time, case, each_month=lambda at: None):
    """Who is asked in each of three months, and the task that comes up; ``each_month``: what happens a day later."""
    with transaction():
        service.set_due(case, at=time.at)
    months = []
    for _month in range(3):
        before = len(queries.of_engagement(case.id))
        jobs.run_due(time.set(case.due_at))
        db.session.expire_all()
        rows = list(reversed(queries.of_engagement(case.id)))[before:]
        months.append([f"{row.kind.value} {row.side.value}" for row in rows] + ([case.task] if case.task else []))
        each_month(time.forward(days=1))
    return months
