"""The proof can fail: what it must find in a year is put there by hand."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.states import move
from lotsen.engagements import rules as case_rules
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as CaseState
from lotsen.followups import service as followups
from lotsen.followups.rules import Kind
from lotsen.help_requests import service as help_requests
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals import mails
from lotsen.proposals import service as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State
from tests import factories
from tests.conftest import Time

from . import chronicle, proof
from .in_time import ended_in_time


def told(row: Any, to: Any, mail: Any, at: datetime, **values: Any) -> OutboxMessage:
    """A message about a row, as it stands at the end of the year."""
    made = outbox.enqueue(mail, row, "https://x.example", to=to, about=row, step=mail.__name__, at=at)
    assert made is not None
    for name, value in {"state": MailState.SENT, "sent_at": at, **values}.items():
        setattr(made, name, value)
    return made


def expired(row: Proposal, at: datetime, reason: str = "") -> list[str]:
    proposals.expire(row, by=SYSTEM, at=at, reason=reason)
    db.session.flush()
    return ended_in_time(chronicle.history())


@pytest.fixture
def ask(app: Flask, time: Time) -> Proposal:
    return factories.proposal(State.ASKED, of=factories.help_request(RequestState.ASKING))


def test_who_was_asked_reminded_and_had_her_days_is_no_finding(ask: Proposal, time: Time) -> None:
    with transaction():
        told(ask, ask.pilot.user, mails.ask, time.at)
        told(ask, ask.pilot.user, mails.ask_reminder, time.at + timedelta(days=3))
        assert expired(ask, time.at + timedelta(days=8)) == []


@pytest.mark.parametrize(
    ("asked", "reminded", "ends", "found"),
    [
        (None, 3, 8, "the ask had reached nobody"),
        (0, None, 8, "without a reminder"),
        (3, 4, 7, "too early"),  # a call that reached her late, and the old clock ran on
        (0, 7, 8, "too early"),
    ],
)
def test_time_that_ran_while_nobody_was_told_is_found(
    ask: Proposal, time: Time, asked: int | None, reminded: int | None, ends: int, found: str
) -> None:
    with transaction():
        for days, mail in ((asked, mails.ask), (reminded, mails.ask_reminder)):
            if days is not None:
                told(ask, ask.pilot.user, mail, time.at + timedelta(days=days))
        (what,) = expired(ask, time.at + timedelta(days=ends))
    assert found in what


@pytest.mark.parametrize(
    ("asks", "ends", "found"),
    [
        (True, 9, ""),  # by telephone, while the call about the ask was still to be made
        (True, 7, "too early"),  # her time counts from the answer on day 1
        (False, 9, "the ask had reached nobody"),  # what the office settled among itself reached nobody
    ],
)
def test_who_asked_a_question_has_heard_the_ask_and_has_her_days_from_the_answer(
    ask: Proposal, time: Time, asks: bool, ends: int, found: str
) -> None:
    later = time.at + timedelta(days=1)
    with transaction():
        told(ask, ask.pilot.user, mails.ask, time.at, state=MailState.RECALLED, sent_at=None, address="")
        if asks:
            proposals.ask_question(ask, "Wie viele Rechner?", by=ask.pilot.user, at=time.at)
        else:
            proposals.rule_broken(ask, by=SYSTEM, at=time.at)
        proposals.question_answered(ask, by=SYSTEM, at=later)
        told(ask, ask.pilot.user, mails.ask_reminder, time.at + timedelta(days=4))
        assert found in "".join(wrong := expired(ask, time.at + timedelta(days=ends))) and bool(wrong) == bool(found)


@pytest.mark.parametrize("reached", [True, False])
def test_time_that_ran_while_her_question_had_no_answer_is_found(ask: Proposal, time: Time, reached: bool) -> None:
    recalled = {} if reached else {"state": MailState.RECALLED, "sent_at": None, "address": ""}
    with transaction():
        told(ask, ask.pilot.user, mails.ask, time.at, **recalled)
        proposals.ask_question(ask, "Wie viele Rechner?", by=ask.pilot.user, at=time.at + timedelta(days=1))
        told(ask, ask.pilot.user, mails.ask_reminder, time.at + timedelta(days=4))
        (what,) = expired(ask, time.at + timedelta(days=20))
    assert "had no answer" in what


def test_a_question_about_an_ask_that_was_taken_back_says_nothing_about_the_next_one(ask: Proposal, time: Time) -> None:
    with transaction():
        told(ask, ask.pilot.user, mails.ask, time.at, state=MailState.RECALLED, sent_at=None, address="")
        proposals.ask_question(ask, "Wie viele Rechner?", by=ask.pilot.user, at=time.at)
        proposals.question_answered(ask, by=SYSTEM, at=time.at)
        proposals.recall_ask(ask, by=SYSTEM, at=time.at + timedelta(days=1))
        assert ask.ladder is not None
        proposals.ask_next(ask.ladder, by=SYSTEM, at=time.at + timedelta(days=2))
        told(ask, ask.pilot.user, mails.ask_reminder, time.at + timedelta(days=5))
        (what,) = expired(ask, time.at + timedelta(days=20))
    assert "the ask had reached nobody" in what


def test_two_calls_in_vain_are_not_three(ask: Proposal, time: Time) -> None:
    with transaction():
        told(ask, ask.pilot.user, mails.ask, time.at, state=MailState.CALLED, address="", tries=2)
        (what,) = expired(ask, time.at + timedelta(days=2), reason="not_reached")
    assert "before three calls in vain" in what


def test_a_question_put_aside_too_early_is_found(app: Flask, time: Time) -> None:
    request = factories.help_request(RequestState.QUERY)
    with transaction():
        help_requests.put_aside(request, at=time.at + timedelta(days=10))
        db.session.flush()
        (what,) = ended_in_time(chronicle.history())
    assert "put aside" in what


def test_a_case_completed_although_the_question_came_back_or_too_early_is_found(app: Flask, time: Time) -> None:
    case = factories.engagement(CaseState.RUNNING)
    with transaction():
        move(case, CaseState.CLOSING, case_rules, by=SYSTEM, at=time.at)
        row = followups.ask(case, Kind.FEEDBACK, Side.MEMBER, at=time.at)
        for message in db.session.query(OutboxMessage).filter_by(about_entity="followup", about_id=row.id):
            message.state, message.error = MailState.FAILED, "bounced"
        move(case, CaseState.COMPLETED, case_rules, by=SYSTEM, at=time.at + timedelta(days=20))
        db.session.flush()
        early, unheard = ended_in_time(chronicle.history())
    assert "closing since" in early and "came back" in unheard


def test_an_ask_for_which_nothing_is_due_and_nobody_has_a_task_is_found(ask: Proposal, time: Time) -> None:
    with transaction():
        ask.due_at, ask.task = None, ""
    (what,) = proof.proposals_in_limbo(time.at)
    assert what.startswith(f"proposal {ask.id} asked") and "nothing due" in what
