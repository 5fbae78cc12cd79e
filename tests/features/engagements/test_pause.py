"""A pause with a date from both sides, what comes of it, and the pilot who rests with all her cases."""

from datetime import date, datetime, timedelta

import pytest

from lotsen.core.access import SYSTEM
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.core.extensions import db
from lotsen.engagements import service
from lotsen.engagements.rules import Side, State
from lotsen.followups import jobs, queries
from lotsen.followups import service as followups
from lotsen.followups.rules import Answer, Kind
from lotsen.followups.service import Given
from lotsen.help_requests.rules import State as RequestState
from lotsen.municipality import service as municipality
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.models import Pilot

from .scene import case_in, do, link_of, mail_of, mails


def tick(time, **delta):
    time.forward(**delta)
    jobs.run_due(time.at)
    db.session.expire_all()


def say(case, kind, side, word, at, **given):
    with transaction():
        row = queries.latest(case.id, kind, side)
        followups.answer(row, word, Given(**given), by=row.engagement.pilot.user, at=at)


def until(time, days):
    return local_date(time.at) + timedelta(days=days)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("state", [State.AGREED, State.FIRST_CONTACT, State.RUNNING])
def test_each_side_can_pause_and_goes_on_where_it_was(app, time, side, state):
    case = case_in(state)
    do(service.pause, case, until(time, 20), side, at=time.at)
    assert case.state is State.PAUSED and case.help_request.state is RequestState.RUNNING
    other = case.help_request.contact_id if side is Side.PILOT else case.pilot.user_id
    assert mail_of("engagements.paused").recipient_id == other
    do(service.resume, case, side, at=time.forward(days=5))
    assert case.state is state and case.due_at is not None
    expected = RequestState.RUNNING if state is State.RUNNING else RequestState.MATCHED
    assert case.help_request.state is expected


def test_news_of_a_pause_that_nobody_has_read_yet_is_taken_back_when_the_work_is_done(app, time):
    case = case_in()
    do(service.pause, case, until(time, 20), Side.PILOT, at=time.at)
    do(service.done, case, at=time.forward(hours=1))
    assert mail_of("engagements.paused").state is MailState.RECALLED


def test_whoever_paused_is_asked_on_the_date_and_a_silent_one_is_a_task(app, time):
    case = case_in()
    do(service.pause, case, until(time, 10), Side.MEMBER, at=time.at)
    tick(time, days=9)
    assert queries.latest(case.id, Kind.PAUSE_OVER, Side.MEMBER) is None
    tick(time, days=2)
    assert queries.latest(case.id, Kind.PAUSE_OVER, Side.MEMBER) is not None
    assert queries.latest(case.id, Kind.PAUSE_OVER, Side.PILOT) is None
    tick(time, days=45)
    assert case.task == "paused_long"


def test_without_a_date_the_task_comes_after_sixty_days(app, time):
    case = case_in()
    do(service.pause, case, None, Side.PILOT, at=time.at)
    tick(time, days=59)
    assert not case.task
    tick(time, days=20)
    tick(time, minutes=1)
    assert case.task == "paused_long"


def test_the_place_is_free_after_thirty_days_and_taken_back_when_it_goes_on(app, time):
    case = case_in()
    do(service.pause, case, None, Side.PILOT, at=time.at)
    tick(time, days=45)
    assert db.session.get_one(Pilot, case.pilot_id).reserved == 0 and not case.holds_place
    do(service.resume, case, Side.PILOT, at=time.at)
    assert db.session.get_one(Pilot, case.pilot_id).reserved == 1
    do(service.done, case, at=time.at)
    assert db.session.get_one(Pilot, case.pilot_id).reserved == 0


@pytest.mark.parametrize(
    ("word", "state"),
    [
        (Answer.YES, State.RUNNING),
        (Answer.DONE, State.CLOSING),
        (Answer.PAUSE, State.PAUSED),
        (Answer.NO, State.PAUSED),
    ],
)
def test_the_answer_on_the_date_is_done(app, time, word, state):
    case = case_in()
    do(service.pause, case, until(time, 10), Side.MEMBER, at=time.at)
    tick(time, days=12)
    say(case, Kind.PAUSE_OVER, Side.MEMBER, word, time.at, ends_on=until(time, 30))
    assert case.state is state
    assert case.task == ("pause_over" if word is Answer.NO else "")
    if word is Answer.PAUSE:
        assert case.paused_until == until(time, 30) and case.due_at is not None


@pytest.mark.parametrize("days", [0, -3, 400])
def test_a_pause_needs_a_day_ahead(app, time, days):
    with pytest.raises(InvalidInput):
        do(service.pause, case_in(), until(time, days), Side.PILOT, at=time.at)


def test_a_pause_and_its_end_from_the_mail_link(app, time, as_visitor):
    case = case_in()
    raw = link_of(case, Side.PILOT, time.at)
    page = as_visitor.get("engagements.by_link", token=raw)
    day = {"pause-until-tag": "15", "pause-until-monat": "12", "pause-until-jahr": "2026"}
    page = page.submit("Pause speichern", **day)
    assert "Pause bis Dienstag, 15. Dezember 2026" in page.text
    page.submit("Es geht weiter")
    db.session.expire_all()
    assert case.state is State.RUNNING


def test_the_coordinator_enters_a_pause_for_a_side_with_one_button(app, time, as_coordinator):
    case = case_in()
    name = case.help_request.contact_name
    as_coordinator.get("engagements.detail", engagement_id=case.id).submit(f"Pause speichern – sagt {name}")
    db.session.expire_all()
    assert case.state is State.PAUSED and case.paused_by == "member"


def test_a_pilot_who_rests_is_asked_about_each_of_her_cases_with_one_mail(app, time):
    one = case_in()
    two, three = case_in(State.AGREED, pilot=one.pilot), case_in(State.RUNNING, pilot=one.pilot)
    with transaction():
        pilots.pause(one.pilot, local_date(time.at), until(time, 40), by=one.pilot.user, at=time.at)
    asked = [kind for kind, who in mails() if kind == "followups.pilot_rests" and who == one.pilot.user_id]
    assert len(asked) == 1
    say(one, Kind.PILOT_RESTS, Side.PILOT, Answer.YES, time.at)
    say(two, Kind.PILOT_RESTS, Side.PILOT, Answer.PAUSE, time.at)
    say(three, Kind.PILOT_RESTS, Side.PILOT, Answer.HAND_OVER, time.at)
    assert one.state is State.RUNNING and one.due_step == "monthly"
    assert two.state is State.PAUSED and two.paused_until == until(time, 40)
    assert three.handing_over_by == "pilot" and three.state is State.RUNNING and three.due_at is not None


def test_the_three_answers_stand_on_one_page(app, time, browser):
    one = case_in()
    two = case_in(State.AGREED, pilot=one.pilot)
    with transaction():
        pilots.pause(one.pilot, local_date(time.at), None, by=one.pilot.user, at=time.at)
        first = queries.latest(one.id, Kind.PILOT_RESTS, Side.PILOT)
        second = queries.latest(two.id, Kind.PILOT_RESTS, Side.PILOT)
    page = browser(one.pilot.user).get("followups.own", followup_id=first.id)
    page.submit("Antwort senden", **{f"f{first.id}-choice": "pause", f"f{second.id}-choice": "yes"})
    db.session.expire_all()
    assert one.state is State.PAUSED and two.state is State.AGREED


def test_a_resting_pilot_who_does_not_say_what_becomes_of_a_case_is_called(app, time):
    case = case_in()
    with transaction():
        pilots.pause(case.pilot, local_date(time.at), None, by=case.pilot.user, at=time.at)
    tick(time, days=20)
    assert case.task == "pilot_rests" and case.due_at is not None
    with transaction():
        pilots.resume(case.pilot, by=case.pilot.user, at=time.at)
    db.session.expire_all()
    assert not case.task and case.due_step == "monthly"


def test_a_pause_over_the_turn_of_the_year_asks_nobody_in_the_quiet_days(app, time):
    with transaction():
        municipality.ensure_quiet_periods("NI", range(2026, 2028), by=SYSTEM, at=time.at)
    case = case_in()
    do(service.pause, case, date(2026, 12, 28), Side.PILOT, at=time.at)
    assert case.due_at > datetime(2027, 1, 6, 22, tzinfo=time.at.tzinfo) or case.due_step == "free_place"
