"""The proof at any moment: queries over the whole town that find whoever was forgotten."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.core.clock import calendar, local_date
from lotsen.core.extensions import db
from lotsen.engagements import rules as engagement_rules
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import State as EngagementState
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.pilots.rules import State as PilotState
from lotsen.proposals import rules as proposal_rules
from lotsen.proposals.models import Ladder, Proposal
from lotsen.proposals.rules import State as ProposalState

from .office import all_tasks, number_in
from .stage import Stage

PILOT_AT_REST = {PilotState.AWARDED, PilotState.ENDED, PilotState.REJECTED, PilotState.WITHDRAWN}
ON_ITS_WAY = [MailState.WAITING, MailState.CALL, MailState.FAILED]
Pages = dict[str, set[int]]
GOING_ON = [RequestState.MATCHED, RequestState.RUNNING]
CONFIDENTIAL = ("engagement.problem", "engagement.hours")


def nobody_in_limbo(stage: Stage) -> None:
    """Every live row has a due step in the future, or an open task, or is final; places add up."""
    for what in [*_limbo(stage), *_places()]:
        stage.wrong.setdefault(what, stage.at)


def _limbo(stage: Stage) -> list[str]:
    pages: Pages = defaultdict(set)
    for task in all_tasks(stage):
        if task.kind in CONFIDENTIAL:
            continue  # about an engagement, but its number is that of what was reported
        pages[task.url.split("/")[1]].add(number_in(task.url))
    at = stage.at
    return [
        *(_say(row) for row in db.session.scalars(select(Pilot)) if not _pilot_fine(row, at, pages)),
        *_requests(at, pages),
        *proposals_in_limbo(at),
        *_engagements(at, pages),
        *_messages(at),
    ]


def _pilot_fine(row: Pilot, at: datetime, pages: Pages) -> bool:
    return row.state in PILOT_AT_REST or _ahead(row, at) or row.id in pages["lotsen"]


def _requests(at: datetime, pages: Pages) -> list[str]:
    mails, with_task = _mails_on_their_way(), pages["anfragen"] | pages["vorschlaege"]
    asked, helped = _requests_of(Proposal, proposal_rules.ASK_LIVE), _requests_of(Engagement, engagement_rules.LIVE)
    wrong = []
    for row in db.session.scalars(select(HelpRequest).where(HelpRequest.state.in_(request_rules.LIVE))):
        if row.state is RequestState.ASKING:
            fine = row.id in asked or row.id in with_task
        elif row.state in GOING_ON:
            rests = bool(row.task) and row.task_since is not None and row.task_since > at
            fine = row.id in helped and (not row.further or row.id in asked or row.id in with_task or rests)
        else:
            fine = _ahead(row, at) or row.id in with_task or ("help_request", row.id) in mails or _called_soon(row, at)
        if not fine:
            wrong.append(_say(row))
    for ladder in db.session.scalars(select(Ladder).where(Ladder.closed_at.is_(None))):
        if not ladder.help_request.is_asked_for:
            wrong.append(f"ladder {ladder.id} is open, request is {ladder.help_request.state.value}")
    return wrong


def _called_soon(row: HelpRequest, at: datetime) -> bool:
    """Not confirmed, but there is a number: "after 1 WT a task" - until that day nobody needs to do anything."""
    last = calendar().nth_working_day(local_date(row.created_at), town().unconfirmed_call_days)
    return row.state is RequestState.DRAFT and bool(row.contact_phone) and local_date(at) <= last


def _requests_of(table: Any, states: frozenset[Any]) -> set[int]:
    return set(db.session.scalars(select(table.help_request_id).where(table.state.in_(states))))


def proposals_in_limbo(at: datetime) -> list[str]:
    """Who is asked or approved while nobody waits for the answer."""
    mails, wrong = _mails_on_their_way(), []
    for row in db.session.scalars(select(Proposal).where(Proposal.state.in_(proposal_rules.LIVE))):
        request = row.help_request.state
        if row.state in proposal_rules.ASK_LIVE:
            fine = bool(row.task) or _ahead(row, at) or ("proposal", row.id) in mails
            fine = fine and row.help_request.is_asked_for
        elif row.state is ProposalState.APPROVED:
            fine = row.help_request.is_asked_for
        elif row.state is ProposalState.SUGGESTED:
            fine = request in request_rules.SCORED or row.help_request.is_asked_for
        else:
            fine = db.session.scalar(select(Engagement.id).where(Engagement.proposal_id == row.id)) is not None
        if not fine:
            wrong.append(f"{_say(row)}, request {row.help_request_id} {request.value}")
    return wrong


def _engagements(at: datetime, pages: Pages) -> list[str]:
    wrong = []
    for row in db.session.scalars(select(Engagement).where(Engagement.state.in_(engagement_rules.LIVE))):
        with_task = row.id in pages["begleitungen"]
        handed = row.handing_over_at is not None and row.help_request.seeks_further
        if not _ahead(row, at) and not with_task and not handed:
            wrong.append(_say(row))
        # withdrawn is broken off, but what is done already comes to its end: both are asked for their word
        withdrawn = row.state is EngagementState.CLOSING and row.help_request.state is RequestState.WITHDRAWN
        if row.help_request.state not in GOING_ON and not withdrawn:
            wrong.append(f"{_say(row)}, request {row.help_request_id} is {row.help_request.state.value}")
        gone = row.pilot.state in (PilotState.ENDED, PilotState.SUSPENDED)
        if gone and row.state in engagement_rules.HOLDS_PLACE and not with_task and not handed:
            wrong.append(f"{_say(row)}, its pilot is {row.pilot.state.value} and nobody knows")
    return wrong


def _messages(at: datetime) -> list[str]:
    wrong = [
        f"mail {row.id} {row.kind} waits since {row.due_at}"
        for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == MailState.WAITING))
        if row.due_at <= at or row.lease_token
    ]
    stopped = select(OutboxMessage).join(User, User.id == OutboxMessage.recipient_id).where(User.mail_stopped)
    for row in db.session.scalars(stopped.where(OutboxMessage.state.in_(ON_ITS_WAY))):
        wrong.append(f"message {row.id} {row.kind} {row.state.value} to somebody whose mail is stopped")
    return wrong


def _ahead(row: Any, at: datetime) -> bool:
    return row.due_at is not None and row.due_at > at


def _say(row: Any) -> str:
    due = f"due {row.due_at:%Y-%m-%d %H:%M} {row.due_step}" if row.due_at else f"nothing due ({row.due_step})"
    task = getattr(row, "task", "")
    return f"{row.entity} {row.id} {row.state.value} since {row.state_since:%Y-%m-%d}: {due}, task {task!r}"


def _mails_on_their_way() -> set[tuple[str, int | None]]:
    rows = select(OutboxMessage.about_entity, OutboxMessage.about_id).where(OutboxMessage.state.in_(ON_ITS_WAY))
    return {(entity, key) for entity, key in db.session.execute(rows)}


def _places() -> list[str]:
    held: Counter[int] = Counter()
    held.update(db.session.scalars(select(Proposal.pilot_id).where(Proposal.state.in_(proposal_rules.HOLDS_PLACE))))
    held.update(db.session.scalars(select(Engagement.pilot_id).where(Engagement.holds_place)))
    return [
        f"pilot {key} has {reserved} reserved, {held[key]} rows hold a place"
        for key, reserved in db.session.execute(select(Pilot.id, Pilot.reserved))
        if reserved != held[key]
    ]
