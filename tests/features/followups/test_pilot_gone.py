"""Who is suspended or has ended is asked nothing more, also not about a case that is done already."""

import pytest
from sqlalchemy import select

from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.engagements import service
from lotsen.engagements.rules import Side, State
from lotsen.followups import jobs, queries
from lotsen.followups.rules import Kind
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots import service as pilots
from lotsen.pilots.rules import EndReason
from tests.features.engagements.scene import case_in


def suspend(pilot, by, at):
    pilots.suspend(pilot, "Beschwerde", by=by, at=at)


def moves_away(pilot, by, at):
    pilots.end(pilot, EndReason.MOVED, by=by, at=at)


def questions_to(user):
    """The followups mails to this person that have left or will leave."""
    rows = db.session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.recipient_id == user.id,
            OutboxMessage.kind.startswith("followups."),
            OutboxMessage.state != MailState.RECALLED,
        )
    )
    return [row.kind for row in rows]


def say_done(case, at):
    with transaction():
        service.done(case, by=case.help_request.contact, at=at)


@pytest.mark.parametrize("leave", [suspend, moves_away])
def test_a_pilot_who_is_gone_is_not_reminded_of_the_word_at_the_end(time, coordinator, leave):
    case = case_in()
    say_done(case, time.at)
    with transaction():
        leave(case.pilot, coordinator, time.at)
    assert questions_to(case.pilot.user) == [], "what has not left yet stays here"
    jobs.run_due(time.forward(days=8))
    assert case.due_step == "complete"
    assert questions_to(case.pilot.user) == []
    assert len(questions_to(case.help_request.contact)) == 2, "the organisation is asked, and reminded"


@pytest.mark.parametrize("leave", [suspend, moves_away])
def test_nor_asked_when_the_organisation_says_afterwards_that_it_is_done(time, coordinator, leave):
    case = case_in()
    with transaction():
        leave(case.pilot, coordinator, time.at)
    say_done(case, time.at)
    assert queries.latest(case.id, Kind.FEEDBACK, Side.PILOT) is None
    assert queries.latest(case.id, Kind.FEEDBACK, Side.MEMBER) is not None


def test_who_is_back_before_the_reminder_is_asked_then(time, coordinator):
    case = case_in()
    say_done(case, time.at)
    with transaction():
        suspend(case.pilot, coordinator, time.at)
        pilots.reinstate(case.pilot, by=coordinator, at=time.at)
    jobs.run_due(time.forward(days=8))
    assert case.state is State.CLOSING and questions_to(case.pilot.user) == ["followups.feedback"]
