"""While a mail that came back holds the clock, nothing is due before somebody has called, whatever else happens."""

from datetime import timedelta

import pytest

from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.engagements import service
from lotsen.engagements.rules import UNDELIVERABLE, Outcome, Side, State
from lotsen.followups import jobs as followups
from lotsen.organisations import service as organisations
from lotsen.organisations.queries import memberships

from .scene import case_in, do

pytestmark = pytest.mark.usefixtures("app")


def held(state, time, **values):
    """A case of which a mail came back."""
    case = case_in(state, **values)
    with transaction():
        service.stop_clock(case, at=time.at)
    assert (case.task, case.due_at) == (UNDELIVERABLE, None)
    return case


def asked_about_her_rest(case, at):
    with transaction():
        service.expect_word(case, at=at)


def goes_on_in_the_rest(case, at):
    with transaction():
        service.no_more_asking(case, at=at)


def is_still_open(case, at):
    do(service.still_open, case, Side.MEMBER, at=at)


def fits_too(case, at):
    do(service.fits, case, Side.MEMBER, at=at)


def goes_back(case, at):
    do(service.back_to_running, case, at=at)


VERBS = [
    (State.FIRST_CONTACT, is_still_open),
    (State.RUNNING, fits_too),
    (State.RUNNING, asked_about_her_rest),
    (State.RUNNING, goes_on_in_the_rest),
    (State.CLOSING, goes_back),
]


@pytest.mark.parametrize(("state", "verb"), VERBS)
def test_nothing_is_due_before_the_call_and_what_is_next_comes_after_it(time, state, verb):
    case = held(state, time)
    verb(case, time.at)
    assert (case.task, case.due_at) == (UNDELIVERABLE, None)
    with transaction():
        service.clock_goes_on(case, at=time.forward(days=1))
    assert case.task == "" and case.due_at > time.at


def test_a_meeting_that_is_called_off_leaves_the_clock_where_it_stands(time):
    case = case_in(State.AGREED)
    appointment = do(service.appoint, case, time.at + timedelta(days=3), "Vereinsheim", at=time.at)
    with transaction():
        service.stop_clock(case, at=time.at)
    with transaction():
        service.call_off(appointment, by=case.pilot.user, at=time.at)
    assert (case.task, case.due_at, case.due_step) == (UNDELIVERABLE, None, "ask_again")


def test_so_does_the_end_of_the_search_for_somebody_who_follows(time):
    case = case_in()
    do(service.hand_over, case, Side.PILOT, at=time.at)
    with transaction():
        service.stop_clock(case, at=time.at)
        service.stop_seeking(case.help_request, by=case.pilot.user, at=time.at)
    assert (case.task, case.due_at) == (UNDELIVERABLE, None)


def test_another_meeting_after_the_first_starts_the_clock_that_stood(time):
    """The question how it was came back; they met again meanwhile: it is asked, and nobody forgets the case."""
    case = case_in(State.AGREED)
    do(service.appoint, case, time.at + timedelta(hours=1), "Vereinsheim", at=time.at)
    with transaction():
        service.stop_clock(case, at=time.forward(days=1))
    do(service.appoint, case, time.at + timedelta(days=4), "Vereinsheim", at=time.at)
    assert case.task == "" and case.due_at is not None


MEANWHILE = [
    (State.AGREED, lambda case, at: do(service.appoint, case, at + timedelta(days=4), "", by=case.pilot.user, at=at)),
    (State.AGREED, lambda case, at: do(service.contact_made, case, by=case.pilot.user, at=at)),
    (State.FIRST_CONTACT, lambda case, at: do(service.fits, case, Side.PILOT, by=case.pilot.user, at=at)),
    (State.RUNNING, lambda case, at: do(service.extend, case, local_date(at), by=case.pilot.user, at=at)),
    (State.RUNNING, lambda case, at: do(service.pause, case, None, Side.PILOT, by=case.pilot.user, at=at)),
    (State.PAUSED, lambda case, at: do(service.resume, case, Side.PILOT, by=case.pilot.user, at=at)),
    (State.RUNNING, lambda case, at: do(service.done, case, by=case.pilot.user, at=at)),
]


@pytest.mark.parametrize(("state", "verb"), MEANWHILE)
def test_who_follows_is_still_to_be_found_whatever_the_pilot_says(time, coordinator, state, verb):
    case = without_a_contact(state, time, coordinator)
    verb(case, time.at)
    assert case.task == "contact_gone"


def both_say_how_it_was(case, time):
    for side in Side:
        do(service.give_feedback, case, side, Outcome.SOLVED, by=case.pilot.user, at=time.at)


def nobody_says_anything(case, time):
    do(service.done, case, by=case.pilot.user, at=time.at)
    for _ in range(6):
        followups.run_due(time.forward(days=7))


@pytest.mark.parametrize("ends", [both_say_how_it_was, nobody_says_anything])
def test_nobody_looks_for_who_follows_once_the_case_is_over(time, coordinator, ends):
    case = without_a_contact(State.RUNNING, time, coordinator)
    ends(case, time)
    assert (case.state, case.task) == (State.COMPLETED, "")


def without_a_contact(state, time, coordinator):
    """A case whose contact person has left the organisation."""
    case = case_in(state)
    with transaction():
        for member in memberships(case.help_request.contact_id):
            organisations.leave(member, by=coordinator, at=time.at)
    assert case.task == "contact_gone"
    return case
