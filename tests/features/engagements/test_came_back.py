"""News of a case came back, and somebody has called: what was next comes on the day that was named, not before."""

from datetime import timedelta

import pytest

from lotsen.core.clock import local_date
from lotsen.core.db import transaction
from lotsen.engagements import service
from lotsen.engagements.rules import PILOT_RESTS, Side, State
from lotsen.followups import jobs
from lotsen.outbox import service as outbox
from lotsen.outbox.rules import State as MailState

from .scene import case_in, do, mail_of


def came_back_and_called(case, kind, by, time):
    """The newest mail of a kind comes back; the office calls a day later."""
    mail = mail_of(kind)
    with transaction():
        mail.state, mail.sent_at = MailState.SENT, time.at
    with transaction():
        outbox.record_bounce(mail, by=by, at=time.at)
    assert (case.task, case.due_at) == ("undeliverable", None)
    with transaction():
        outbox.record_call(mail, by=by, at=time.forward(days=1))


def writes(case, time):
    do(service.write_message, case, Side.MEMBER, "Bringen Sie bitte ein Kabel mit.", at=time.at)


def test_nobody_is_asked_how_it_was_before_the_meeting(time, coordinator):
    case = case_in(State.AGREED)
    do(service.appoint, case, time.at + timedelta(days=20), "Vereinsheim", invite=False, at=time.at)
    due = case.due_at, case.due_step
    writes(case, time)
    came_back_and_called(case, "engagements.message", coordinator, time)
    assert (case.due_at, case.due_step) == due


def test_nobody_is_asked_whether_it_is_done_before_the_end(time, coordinator):
    case = case_in(State.FIRST_CONTACT)
    do(service.fits, case, Side.MEMBER, ends_on=local_date(time.at) + timedelta(days=20), at=time.at)
    due = case.due_at, case.due_step
    assert case.due_step == "end"
    writes(case, time)
    came_back_and_called(case, "engagements.message", coordinator, time)
    assert (case.due_at, case.due_step) == due


def test_nobody_is_asked_whether_it_goes_on_before_the_pause_is_over(time, coordinator):
    case = case_in()
    do(service.pause, case, local_date(time.at) + timedelta(days=25), Side.MEMBER, at=time.at)
    due = case.due_at, case.due_step
    assert case.due_step == "ask_back"
    came_back_and_called(case, "engagements.paused", coordinator, time)
    assert (case.due_at, case.due_step) == due


@pytest.mark.parametrize("state", [State.AGREED, State.FIRST_CONTACT, State.RUNNING])
def test_a_step_that_had_come_does_not_come_again(time, coordinator, state):
    case = case_in(state)
    with transaction():
        case.due_at = case.state_since
    jobs.run_due(time.forward(days=1))
    step = case.due_step
    writes(case, time)
    came_back_and_called(case, "engagements.message", coordinator, time)
    assert case.due_step == step and case.due_at > time.at


def test_a_pilot_who_rests_has_the_whole_time_for_her_word_after_the_call(time, coordinator):
    case = case_in()
    with transaction():
        service.expect_word(case, at=time.at)
    asked = case.due_at
    writes(case, time)
    came_back_and_called(case, "engagements.message", coordinator, time)
    assert case.due_step == PILOT_RESTS and case.due_at > asked
