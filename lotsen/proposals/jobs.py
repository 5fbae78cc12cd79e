"""What the scheduler does about proposals: score, time-outs, putting ladders back in step."""

import logging
from datetime import UTC, datetime, timedelta

from lotsen.core.access import SYSTEM
from lotsen.core.extensions import db
from lotsen.core.models import JobRun
from lotsen.core.rows import rows_one_by_one
from lotsen.core.states import advance, rests
from lotsen.core.waiting import give_task
from lotsen.help_requests.models import HelpRequest
from lotsen.pilots.rules import GONE

from . import queries, rules, service, sweep
from .models import Proposal
from .rules import State

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
log = logging.getLogger(__name__)


def run_sweep(at: datetime) -> int:
    """Score every request whose revision, or whose pilots, changed since it was scored last."""
    return sweep.run(at=at)


def sample(at: datetime) -> int:
    """Freeze some people at random beside each new decision."""
    return sweep.learn.sample(at)


def learn(at: datetime) -> int:
    """Once a week propose weights from what was decided; a person uses them or not."""
    return sweep.learn.propose(at)


def learn_due() -> datetime | None:
    """A week after the last run."""
    last = db.session.get(JobRun, "proposals.learn")
    return last.started_at + timedelta(days=7) if last else LONG_AGO


def reconcile(at: datetime) -> int:
    """End what hangs in the air: requests that stopped looking, pilots who are gone or speak for who asks."""
    return rows_one_by_one(queries.out_of_step_ids(), lambda proposal_id: _reconcile(proposal_id, at), log=log)


def _reconcile(proposal_id: int, at: datetime) -> None:
    proposal = db.session.get_one(Proposal, proposal_id)
    if not proposal.help_request.is_asked_for:
        if proposal.state in rules.ON_LADDER:
            service.stop_ladder(proposal.help_request, by=SYSTEM, at=at)
    elif proposal.pilot.state in GONE:  # also who speaks for the organisation besides
        service.pilot_gone(proposal, by=SYSTEM, at=at)
    elif queries.speaks_for(proposal.pilot, proposal.help_request):
        service.speaks_by_now(proposal, by=SYSTEM, at=at)


def wake_waiting(at: datetime) -> int:
    """Open waiting requests for which somebody fits now: somebody new, or somebody who is free again."""
    return rows_one_by_one(queries.waiting_that_fit(at), lambda request_id: _wake(request_id, at), log=log)


def _wake(request_id: int, at: datetime) -> None:
    service.wake(db.session.get_one(HelpRequest, request_id), by=SYSTEM, at=at)


def check_rules(at: datetime) -> int:
    """Measure asked pilots against requests that were edited meanwhile: a hard rule that fails now is a task."""
    return rows_one_by_one(queries.broken_by_edit_ids(), lambda proposal_id: _check_rules(proposal_id, at), log=log)


def _check_rules(proposal_id: int, at: datetime) -> None:
    proposal = db.session.get_one(Proposal, proposal_id)
    if proposal.state not in rules.ASK_LIVE:
        return
    broken = rules.BROKEN_BY_EDITS.intersection(sweep.why_not(proposal.help_request, proposal.pilot))
    service.rules_hold(proposal)
    if broken and proposal.changed:
        service.rule_broken(proposal, by=SYSTEM, at=at)


def run_due(at: datetime) -> int:
    """Do one step of every proposal whose time has come, each in a transaction of its own."""
    return rows_one_by_one(queries.due_ids(at), lambda proposal_id: _due(proposal_id, at), log=log)


def _due(proposal_id: int, at: datetime) -> None:
    proposal = db.session.get_one(Proposal, proposal_id)
    if proposal.due_at is not None and proposal.due_at <= at and not rests(proposal, at=at):
        _step(proposal, at)


def next_due() -> datetime | None:
    """When the next time-out comes."""
    return queries.next_due()


def _step(proposal: Proposal, at: datetime) -> None:
    step = proposal.due_step
    if proposal.state is State.ASKED and step == "expire":
        service.expire(proposal, by=SYSTEM, at=at)
        return
    if step == "remind":
        service.remind(proposal, at=at)
    elif step == "tell_pilot":
        service.tell_pilot(proposal, at=at)
    elif step == "task":
        give_task(proposal, "not_confirmed", at=at)
    advance(proposal, rules, at=at)
