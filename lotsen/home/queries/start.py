"""What the start page shows: a section for each hat a person wears."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import defer, joinedload

from lotsen.accounts.models import User
from lotsen.core.access import Role
from lotsen.core.extensions import db
from lotsen.engagements import queries as engagements
from lotsen.followups import queries as followups
from lotsen.help_requests import queries as help_requests
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.queries.tasks import SAID
from lotsen.help_requests.rules import LIVE
from lotsen.help_requests.rules import State as RequestState
from lotsen.outbox import queries as outbox
from lotsen.pilots import queries as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Matching, Proposal
from lotsen.proposals.queries import leaves_at, stands_first
from lotsen.proposals.rules import ASK_LIVE
from lotsen.proposals.rules import State as ProposalState

from .desk import first_office_tasks, office_tasks

SHOWN = 20
ENOUGH = 60  # requests of which the most pressing are shown; where there are more, the others are counted
ASKED_SHOWN = 10
Asked = tuple[Proposal, datetime | None]
"""Whose answer is waited for, and when the mail leaves that has not left yet."""


def start(user: User, at: datetime, *, every: bool = False) -> dict[str, Any]:
    """What the start page shows a person: a section for each role. ``every``: all tasks, not only the first."""
    sections: dict[str, Any] = {"roles": user.roles, "pilot": None, "member": None, "office": None, "health": None}
    if Role.PILOT in user.roles or Role.MEMBER in user.roles:
        own = engagements.own(user)
        sections["engagements"] = [(row, engagements.next_step(row, engagements.side_of(row, user), at)) for row in own]
        sections["questions"] = [(row, followups.QUESTIONS[row.kind]) for row in followups.open_for(user)]
    if Role.PILOT in user.roles:
        sections["pilot"] = _pilot(user)
    if Role.MEMBER in user.roles:
        sections["member"] = _member(user, at)
    if Role.COORDINATOR in user.roles:
        sections["office"] = _office(user, at, None if every else SHOWN)
    if Role.ADMINISTRATOR in user.roles:
        sections["health"] = outbox.counts()
    return sections


def _pilot(user: User) -> dict[str, Any] | None:
    pilot = db.session.scalar(select(Pilot).where(Pilot.user_id == user.id))
    if pilot is None:
        return None
    asks = db.session.scalars(
        select(Proposal)
        .where(Proposal.pilot_id == pilot.id, Proposal.state == ProposalState.ASKED)
        .options(joinedload(Proposal.help_request))
        .order_by(Proposal.asked_at)
    ).all()
    hours = engagements.in_hours(engagements.minutes_of_pilot(pilot.id))
    return {"pilot": pilot, "asks": asks, "hours": hours}


def _member(user: User, at: datetime) -> dict[str, Any]:
    own = help_requests.of_member(user.id).where(HelpRequest.state.in_(LIVE | {RequestState.SPLIT}))
    requests = db.session.scalars(own.limit(SHOWN)).all()
    waiting = db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id.in_([row.id for row in requests]), Proposal.state == ProposalState.ACCEPTED)
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user), joinedload(Proposal.help_request))
    ).all()
    return {
        "requests": [(row, help_requests.status_sentence(row, at)) for row in requests],
        "waiting": waiting,
    }


def _office(user: User, at: datetime, most: int | None) -> dict[str, Any]:
    if most is None:
        tasks, more, urgent = office_tasks(at, reader=user), 0, 0
    else:
        tasks, more, urgent = first_office_tasks(at, reader=user, requests=ENOUGH)
    shown = tasks[:most]
    wanted = [task.row[1] for task in shown if task.row is not None and task.row[0] == "help_request"]
    best, asked, forgotten = _answers(wanted, at)
    return {
        "tasks": shown,
        "total": len(tasks) + more,
        "urgent": sum(task.urgent for task in tasks) + urgent,
        "best": best,
        "asked": asked,
        "forgotten": forgotten,
    }


def _answers(
    request_ids: Sequence[int], at: datetime
) -> tuple[dict[int, Proposal], list[tuple[Proposal, datetime | None]], int]:
    """Three answers in one read, which the start page has to count.

    Who is ahead for these requests, where not perhaps nobody fits; whose answer is waited for, the longest waiting
    first, and when the mail leaves that has not left yet; how many pilots were not asked for a long time.
    """
    rows = db.session.execute(
        _ahead_and_asked(), {"requests": request_ids, "most": len(request_ids) + ASKED_SHOWN} | pilots.forgotten_by(at)
    ).all()
    found = [proposal for _forgotten, proposal, _leaves in rows if proposal is not None]
    leaves = {proposal.id: leaves for _forgotten, proposal, leaves in rows if proposal is not None and leaves}
    best = {row.help_request_id: row for row in found if row.state is ProposalState.SUGGESTED}
    asked = [(row, leaves.get(row.id)) for row in found if row.state in ASK_LIVE][:ASKED_SHOWN]
    return best, asked, rows[0].forgotten


@cache
def _ahead_and_asked() -> Select[Any]:
    """Built once. The one row that everything is joined to is there when there are no proposals."""
    doubtful = select(Matching.help_request_id).where(Matching.nobody)
    ahead = select(stands_first(HelpRequest.id)).where(
        HelpRequest.id.in_(bindparam("requests", expanding=True)), HelpRequest.id.not_in(doubtful)
    )
    live = select(Proposal.id).where(Proposal.state.in_(ASK_LIVE))
    always = select(pilots.number_forgotten().label("forgotten")).subquery()
    return (
        select(always.c.forgotten, Proposal, leaves_at())
        .select_from(always)
        .outerjoin(Proposal, Proposal.id.in_(live.union_all(ahead)))  # an OR of the two would read the whole table
        .options(
            defer(Proposal.shares),
            joinedload(Proposal.pilot).load_only(Pilot.user_id).joinedload(Pilot.user).load_only(User.name, User.phone),
            joinedload(Proposal.help_request).load_only(*SAID),
        )
        .order_by(Proposal.state != ProposalState.SUGGESTED, Proposal.state_since, Proposal.id)
        .limit(bindparam("most"))
    )
