"""What needs a person now, and what happened to a row, in words."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lotsen.accounts import queries as people
from lotsen.accounts.models import User
from lotsen.audit.queries import events_of
from lotsen.audit.queries.words import phrase
from lotsen.core.access import Role
from lotsen.core.errors import Change
from lotsen.core.extensions import db
from lotsen.core.i18n import plain_datetime
from lotsen.engagements import queries as engagements
from lotsen.followups import queries as followups
from lotsen.help_requests import queries as help_requests
from lotsen.outbox import queries as outbox
from lotsen.pilots import queries as pilots
from lotsen.pilots.models import Pilot
from lotsen.proposals import queries as proposals
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State as ProposalState


def changes(entity: str, entity_id: int, *, since: datetime | None = None, limit: int = 5) -> list[Change]:
    """The newest changes of a row: when, who, what."""
    events = events_of(entity, entity_id, since=since, limit=limit)
    names = people.names(event.actor_id for event in events)
    return [
        Change(
            at=plain_datetime(event.at),
            who=names.get(event.actor_id or 0) or _("das Programm"),
            what=phrase(event.action),
        )
        for event in events
    ]


SHOWN = 20


def start(user: User, at: datetime) -> dict[str, Any]:
    """What the start page shows a person: a section for each role."""
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
        sections["office"] = _office(at)
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
    requests = db.session.scalars(help_requests.of_member(user.id).limit(SHOWN)).all()
    waiting = db.session.scalars(
        select(Proposal)
        .where(Proposal.help_request_id.in_([row.id for row in requests]), Proposal.state == ProposalState.ACCEPTED)
        .options(joinedload(Proposal.pilot).joinedload(Pilot.user), joinedload(Proposal.help_request))
    ).all()
    return {
        "requests": [(row, help_requests.status_sentence(row, at)) for row in requests],
        "waiting": waiting,
    }


def _office(at: datetime) -> dict[str, Any]:
    parts = (proposals.tasks, help_requests.tasks, pilots.tasks, engagements.tasks, outbox.tasks)
    tasks = [task for part in parts for task in part(at)]
    tasks.sort(key=lambda task: (not task.urgent, task.due_at or task.waiting_since, task.title))
    return {"tasks": tasks[:SHOWN], "total": len(tasks), "urgent": sum(task.urgent for task in tasks)}
