"""Turns a case seldom takes: two who hand over, a pilot who is gone while it goes on, an end that lies behind."""

from datetime import timedelta

import pytest

from lotsen.audit.queries import events_of
from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput
from lotsen.engagements import queries, service
from lotsen.engagements.rules import PILOT_RESTS, BreakOffReason, Side, State
from lotsen.followups import jobs
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import Further
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import EndReason
from tests import factories

from .scene import case_in, do, find_somebody, mails

pytestmark = pytest.mark.usefixtures("app")


def two_on_one_request(time):
    first = case_in()
    return first, case_in(request=first.help_request)


def hands_over(case, at):
    do(service.hand_over, case, Side.PILOT, by=case.pilot.user, at=at)


def test_of_two_who_hand_over_the_second_is_still_followed_by_somebody(time, coordinator):
    first, second = two_on_one_request(time)
    hands_over(first, time.at)
    hands_over(second, time.forward(minutes=5))
    request = first.help_request
    new = find_somebody(request, by=coordinator, at=time.at)
    assert (first.state, second.state, new.follows_id) == (State.BROKEN_OFF, State.RUNNING, first.id)
    assert (request.further, request.task) == (Further.SUCCESSOR, "successor")
    last = find_somebody(request, pilot=factories.pilot(name="Otto Ohnesorg"), by=coordinator, at=time.at)
    assert (second.state, last.follows_id) == (State.BROKEN_OFF, second.id)
    assert (request.further, request.task) == (Further.NOBODY, "")


def test_nobody_follows_a_case_that_is_called_off_while_another_goes_on(time):
    first, second = two_on_one_request(time)
    hands_over(first, time.at)
    do(service.break_off, first, BreakOffReason.OTHER, Side.MEMBER, at=time.at)
    request = first.help_request
    assert (request.further, request.task) == (Further.NOBODY, "")
    assert (second.state, first.handing_over_at) == (State.RUNNING, None)


def test_a_case_that_is_called_off_leaves_the_search_for_the_other_as_it_is(time):
    first, second = two_on_one_request(time)
    hands_over(first, time.at)
    hands_over(second, time.at)
    do(service.break_off, first, BreakOffReason.OTHER, Side.MEMBER, at=time.at)
    assert first.help_request.further is Further.SUCCESSOR and second.handing_over_at is not None


def test_a_pilot_who_rests_and_hands_over_needs_no_call_any_more(time):
    case = case_in()
    with transaction():
        service.expect_word(case, at=time.at)
    jobs.run_due(time.set(case.due_at))
    assert case.task == PILOT_RESTS
    with transaction():
        service.expect_word(case, at=time.at)
    hands_over(case, time.at)
    assert case.task == "" and case.due_step != PILOT_RESTS and case.due_at is not None


def resumes(case, at):
    do(service.resume, case, Side.MEMBER, at=at)


def names_a_date(case, at):
    do(service.appoint, case, at + timedelta(days=3), "Vereinsheim", invite=False, at=at)


def gets_another_contact(case, at):
    with transaction():
        request = case.help_request
        person = factories.member(request.organisation, person=factories.user(name="Nina Neu")).user
        service.contact_follows(case, person, by=person, at=at)


GOES_ON = [(State.PAUSED, resumes), (State.AGREED, names_a_date), (State.RUNNING, gets_another_contact)]


@pytest.mark.parametrize(("state", "goes_on"), GOES_ON)
def test_a_pilot_who_is_gone_is_asked_nothing_whatever_the_organisation_does(time, coordinator, state, goes_on):
    case = case_in(state)
    with transaction():
        pilots.end(case.pilot, EndReason.MOVED, by=coordinator, at=time.at)
    goes_on(case, time.at)
    before = len([kind for kind, who in mails() if who == case.pilot.user_id])
    for _week in range(20):
        jobs.run_due(time.forward(days=7))
    assert len([kind for kind, who in mails() if who == case.pilot.user_id]) == before
    assert case.handing_over_at is not None and case.due_at is None, "who follows is a task"


def test_a_suspended_pilot_who_is_back_is_asked_again(time, coordinator):
    case = case_in(State.PAUSED)
    with transaction():
        pilots.suspend(case.pilot, "Beschwerde", by=coordinator, at=time.at)
    resumes(case, time.at)
    jobs.run_due(time.forward(days=60))
    with transaction():
        pilots.reinstate(case.pilot, by=coordinator, at=time.at)
    assert case.due_at is not None and case.due_at > time.at


def test_another_contact_person_sets_a_clock_going_that_stood(time, coordinator):
    case = case_in()
    with transaction():
        case.due_at = None
    gets_another_contact(case, time.at)
    assert case.due_at is not None and case.due_at > time.at


@pytest.mark.parametrize(("days", "code"), [(-1, "past"), (731, "far")])
def test_an_end_lies_ahead_and_not_further_than_two_years(time, days, code):
    case = case_in(State.FIRST_CONTACT)
    with pytest.raises(InvalidInput) as error:
        do(service.fits, case, Side.PILOT, ends_on=local_date(time.at) + timedelta(days=days), at=time.at)
    assert (error.value.field, error.value.code) == ("ends_on", code)
    assert (case.state, case.ends_on) == (State.FIRST_CONTACT, None)
    do(service.fits, case, Side.PILOT, ends_on=local_date(time.at) + timedelta(days=730 if days > 0 else 0), at=time.at)
    assert case.state is State.RUNNING


def test_the_same_pause_said_twice_tells_nobody_twice(time):
    case = case_in()
    until = local_date(time.at) + timedelta(days=20)
    do(service.pause, case, until, Side.MEMBER, at=time.at)
    told, due = len(mails()), case.due_at
    do(service.pause, case, until, Side.MEMBER, at=time.forward(days=2))
    assert (len(mails()), case.due_at) == (told, due)
    do(service.pause, case, until + timedelta(days=1), Side.MEMBER, at=time.at)
    assert len(mails()) == told + 1, "another day is news"


def test_a_case_that_is_withdrawn_is_called_off_once(time):
    case = case_in()
    do(help_requests.withdraw, case.help_request, by=case.help_request.contact, at=time.at)
    told = len(mails())
    do(service.break_off, case, BreakOffReason.OTHER, Side.PILOT, at=time.at)
    assert (case.break_off_reason, len(mails())) == (BreakOffReason.CALLED_OFF.value, told)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("ways", [(True, False), (False, True), (False, False)])
def test_a_side_keeps_its_number_and_its_address_each_for_itself(time, side, ways):
    case = case_in()
    for phone, email in ((True, True), ways):
        do(service.release_contact, case, side, phone=phone, email=email, at=time.at)
        assert queries.released(case, side) == queries.Released(phone=phone, email=email)
    told = [event for event in events_of(case.entity, case.id) if event.action == "engagement.released"]
    do(service.release_contact, case, side, phone=ways[0], email=ways[1], at=time.at)
    again = [event for event in events_of(case.entity, case.id) if event.action == "engagement.released"]
    assert (len(told), len(again)) == (2, 2), "said twice it is noted once"


@pytest.mark.parametrize(
    ("days", "minutes", "field", "code"),
    [
        (1, 60, "day", "future"),
        (-32, 60, "day", "early"),
        (0, 0, "hours", "hours"),
        (0, 24 * 60 + 1, "hours", "hours"),
    ],
)
def test_hours_are_of_a_day_that_was_and_that_may_belong_to_the_case(time, days, minutes, field, code):
    case = case_in()
    with pytest.raises(InvalidInput) as error:
        do(service.log_hours, case, local_date(time.at) + timedelta(days=days), minutes, "", at=time.at)
    assert (error.value.field, error.value.code) == (field, code)
    assert not queries.hours_of(case.id)
    do(service.log_hours, case, local_date(time.at) - timedelta(days=31), 24 * 60, "", at=time.at)
    assert queries.minutes_of_pilot(case.pilot_id) == 24 * 60


def test_to_hand_over_is_said_once(time):
    case = case_in()
    hands_over(case, time.at)
    told, since = len(mails()), case.handing_over_at
    do(service.hand_over, case, Side.MEMBER, text="Noch einmal", at=time.forward(hours=1))
    assert (len(mails()), case.handing_over_at, case.handing_over_by) == (told, since, "pilot")
