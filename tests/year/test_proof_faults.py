"""Each check of the proof finds the fault that is planted for it, and in a town in order it finds nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from lotsen.audit.models import AuditEvent
from lotsen.core.access import SYSTEM
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.states import move
from lotsen.engagements import mails as case_mails
from lotsen.engagements.rules import Side
from lotsen.engagements.rules import State as CaseState
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import mails, rules
from lotsen.proposals.rules import State
from tests import factories
from tests.conftest import Time
from tests.features.engagements.scene import case_in
from tests.smtp_sink import Sink

from . import chronicle, proof
from .stage import Stage
from .test_proof import told


@pytest.fixture
def stage(app: Flask, time: Time) -> Stage:
    """A town at an instant, in which nothing is played."""
    made = Stage(app, Sink(), seed=1, days=1)
    made.at = time.at
    return made


def ask() -> Any:
    return factories.proposal(State.ASKED, of=factories.help_request(RequestState.ASKING))


def changed(row: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def waiting(due_in_days: int, at: datetime, **person: Any) -> None:
    row = ask()
    told(row, row.pilot.user, mails.ask, at, state=MailState.WAITING, due_at=at + timedelta(days=due_in_days))
    changed(row.pilot.user, **person)


FAULTS: dict[str, tuple[Callable[[datetime], Any], str]] = {
    "an interview without a date": (
        lambda at: changed(factories.pilot(PilotState.INTERVIEW), due_at=None),
        "pilot {id} interview",
    ),
    "a question that nobody follows up": (
        lambda at: changed(factories.help_request(RequestState.QUERY), due_at=None),
        "help_request {id} query",
    ),
    "a search in which nobody is asked": (
        lambda at: factories.help_request(RequestState.ASKING),
        "help_request {id} asking",
    ),
    "a match without an engagement": (
        lambda at: factories.help_request(RequestState.MATCHED),
        "help_request {id} matched",
    ),
    "an order that nobody goes along": (
        lambda at: factories.ladder(factories.help_request(RequestState.COMPLETED)),
        "ladder {id} is open",
    ),
    "a place in no order": (
        lambda at: factories.proposal(State.APPROVED, of=factories.help_request(RequestState.OPEN)),
        "proposal {id} approved",
    ),
    "a suggestion for what is over": (
        lambda at: factories.proposal(State.SUGGESTED, of=factories.help_request(RequestState.ANSWERED)),
        "proposal {id} suggested",
    ),
    "both yes and nothing began": (lambda at: factories.proposal(State.CONFIRMED), "proposal {id} confirmed"),
    "help that nobody asks about": (
        lambda at: changed(case_in(CaseState.RUNNING), due_at=None),
        "engagement {id} running",
    ),
    "help for a request that is searched for": (
        lambda at: case_in(CaseState.RUNNING, request=factories.help_request(RequestState.OPEN)),
        "is open",
    ),
    "help by somebody who has gone": (
        lambda at: changed(case_in(pilot=factories.pilot(PilotState.ENDED)), handing_over_at=at),
        "its pilot is ended and nobody knows",
    ),
    "a mail that did not leave": (lambda at: waiting(-1, at), "waits since"),
    "a mail to somebody who died": (lambda at: waiting(1, at, mail_stopped=True), "whose mail is stopped"),
    "a place that nobody holds": (lambda at: changed(factories.pilot(), reserved=1), "pilot {id} has 1 reserved"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_who_is_in_limbo_is_found(stage: Stage, fault: str) -> None:
    plant, words = FAULTS[fault]
    with transaction():
        row = plant(stage.at)
        db.session.flush()
        expected = words.format(id=getattr(row, "id", ""))
    proof.nobody_in_limbo(stage)
    assert [what for what in stage.wrong if expected in what], stage.wrong


def test_a_town_in_order_is_no_finding(stage: Stage) -> None:
    with transaction():
        row = ask()
        told(row, row.pilot.user, mails.ask, stage.at)
        changed(row, due_at=stage.at + timedelta(days=3))  # the mail has left: the clock runs
    factories.help_request(RequestState.OPEN)
    case = case_in(CaseState.RUNNING)
    with transaction():
        told(case, case.help_request.contact, contact_data, stage.at)
    proof.nobody_in_limbo(stage)
    chronicle.at_the_end(stage)
    assert stage.wrong == {}


def contact_data(case: Any, url: str) -> Any:
    return case_mails.contact_data(case, Side.MEMBER, url)


def findings(stage: Stage) -> str:
    """What the proof at the end says."""
    with pytest.raises(AssertionError) as caught:
        chronicle.at_the_end(stage)
    return str(caught.value)


def test_a_mail_to_a_stranger_is_found(stage: Stage) -> None:
    with transaction():
        row = ask()
        told(row, factories.user(name="Frieda Fremd"), mails.ask, stage.at)
    assert "to Frieda Fremd" in findings(stage)


@pytest.mark.parametrize(("hours", "stranger"), [(1, False), (-1, True)])
def test_who_spoke_for_the_organisation_is_a_stranger_from_the_day_she_left(
    stage: Stage, hours: int, stranger: bool
) -> None:
    case = case_in(CaseState.RUNNING)
    with transaction():
        former = factories.user(name="Frieda Früher")
        message = told(case, former, contact_data, stage.at)
        db.session.flush()
        stage.spoke_before[case.help_request_id][former.id] = message.created_at + timedelta(hours=hours)
    if stranger:
        assert "to Frieda Früher" in findings(stage)
    else:
        chronicle.at_the_end(stage)


def test_a_mail_that_the_answer_had_overtaken_is_found(stage: Stage) -> None:
    with transaction():
        row = ask()
        move(row, State.DECLINED, rules, by=SYSTEM, at=stage.at)
        changed(row.pilot, reserved=0)
        told(row, row.pilot.user, mails.ask_reminder, stage.at + timedelta(hours=1))
    assert "proposals.ask_reminder left at" in findings(stage) and "was declined" in findings(stage)


def test_more_mails_than_a_case_may_cost_are_found(stage: Stage) -> None:
    case = case_in(CaseState.COMPLETED)
    with transaction():
        for number in range(7):
            changed(case, visit=number + 1)
            told(case, case.help_request.contact, contact_data, stage.at)
    assert f"engagement {case.id}: member got" in findings(stage)


def test_a_yes_told_more_often_than_it_was_said_is_found(stage: Stage) -> None:
    with transaction():
        row = ask()
        move(row, State.ACCEPTED, rules, by=SYSTEM, at=stage.at)
        for mail in (mails.pilot_says_yes, mails.yes_holds):
            told(row, row.help_request.contact, mail, stage.at)
    assert f"proposal {row.id}: its yes was given 1 times and told 2 times" in findings(stage)


def test_a_step_that_the_log_does_not_tell_is_found(stage: Stage) -> None:
    with transaction():
        row = ask()
        move(row, State.DECLINED, rules, by=SYSTEM, at=stage.at)
        changed(row, state=State.EXPIRED)
        changed(row.pilot, reserved=0)
    assert f"audit of proposal {row.id} ends with declined, the row is expired" in findings(stage)


def test_a_gap_in_the_log_is_found(stage: Stage) -> None:
    row = factories.help_request(RequestState.OPEN)
    with transaction():
        for before, after in (("draft", "submitted"), ("query", "open")):
            facts = {"entity": "help_request", "entity_id": row.id, "before": before, "after": after}
            db.session.add(AuditEvent(at=stage.at, action=f"help_request.{after}", **facts))
    assert f"audit of help_request {row.id}: submitted at" in findings(stage)


def test_what_was_found_on_the_way_and_a_mail_handed_over_twice_are_told(stage: Stage) -> None:
    mail = EmailMessage()
    mail["Message-ID"] = "<1@example.org>"
    stage.sink.mails += [mail, mail]
    stage.wrong["pilot 1 in limbo"] = stage.at
    assert "<1@example.org> 2 times" in findings(stage) and "pilot 1 in limbo" in findings(stage)
