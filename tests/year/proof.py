"""The proof: queries over the whole town that find whoever was forgotten, and whoever was written to in vain."""

from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core.extensions import db
from lotsen.engagements import rules as engagement_rules
from lotsen.engagements.models import Engagement
from lotsen.engagements.rules import State as EngagementState
from lotsen.followups.models import FollowUp
from lotsen.help_requests import rules as request_rules
from lotsen.help_requests.models import HelpRequest
from lotsen.help_requests.rules import State as RequestState
from lotsen.organisations.models import Member
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
        *_proposals(at),
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
            fine = row.id in helped and (not row.further or row.id in asked or row.id in with_task)
        else:
            to_be_called = row.state is RequestState.DRAFT and bool(row.contact_phone)  # a task from tomorrow on
            fine = _ahead(row, at) or row.id in with_task or ("help_request", row.id) in mails or to_be_called
        if not fine:
            wrong.append(_say(row))
    for ladder in db.session.scalars(select(Ladder).where(Ladder.closed_at.is_(None))):
        if not ladder.help_request.is_asked_for:
            wrong.append(f"ladder {ladder.id} is open, request is {ladder.help_request.state.value}")
    return wrong


def _requests_of(table: Any, states: frozenset[Any]) -> set[int]:
    return set(db.session.scalars(select(table.help_request_id).where(table.state.in_(states))))


def _proposals(at: datetime) -> list[str]:
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


def at_the_end(stage: Stage) -> None:
    """What must be true of the whole year."""
    history = _history()
    wrong = [*_chains(history), *_strangers(), *_too_late(history), *_unreminded(), *_budget(stage)]
    wrong += [f"Message-ID {key} {n} times" for key, n in stage.sink.message_ids.items() if n > 1]
    wrong += [f"{since:%Y-%m-%d}: {what}" for what, since in stage.wrong.items()]
    assert not wrong, "\n".join(wrong)
    for state, number in db.session.execute(select(Engagement.state, func.count()).group_by(Engagement.state)):
        stage.counts[f"engagement {state.value}"] = number
    for state, number in db.session.execute(select(HelpRequest.state, func.count()).group_by(HelpRequest.state)):
        stage.counts[f"request {state.value}"] = number
    stage.counts["mails"] = len(stage.sink.mails)


Moves = dict[tuple[str, int], list[AuditEvent]]
TABLES = {"pilot": Pilot, "help_request": HelpRequest, "proposal": Proposal, "engagement": Engagement}


def _history() -> Moves:
    history: Moves = defaultdict(list)
    for event in db.session.scalars(select(AuditEvent).where(AuditEvent.after != "").order_by(AuditEvent.id)):
        history[event.entity, event.entity_id].append(event)
    return history


def _chains(history: Moves) -> list[str]:
    wrong = []
    for (entity, key), events in history.items():
        for earlier, later in pairwise(events):
            if earlier.after != later.before or later.at < earlier.at:
                wrong.append(
                    f"audit of {entity} {key}: {earlier.after} at {earlier.at}, then {later.before} at {later.at}"
                )
        row = db.session.get(TABLES[entity], key)
        if row is not None and row.state.value != events[-1].after:
            wrong.append(f"audit of {entity} {key} ends with {events[-1].after}, the row is {row.state.value}")
    return wrong


def _case(mail: OutboxMessage) -> tuple[Pilot | None, HelpRequest | None]:
    row = db.session.get(FollowUp, mail.about_id) if mail.about_entity == "followup" else None
    if row is not None:
        return row.engagement.pilot, row.engagement.help_request
    found = db.session.get(TABLES[mail.about_entity], mail.about_id) if mail.about_entity in TABLES else None
    if isinstance(found, Pilot):
        return found, None
    if isinstance(found, HelpRequest):
        return None, found
    return (found.pilot, found.help_request) if found is not None else (None, None)


def _reached() -> list[OutboxMessage]:
    states = [MailState.SENT, MailState.CALLED]
    return list(
        db.session.scalars(select(OutboxMessage).where(OutboxMessage.state.in_(states)).order_by(OutboxMessage.id))
    )


def _strangers() -> list[str]:
    """Whoever is written to is a party of the case."""
    wrong = []
    hands = select(AuditEvent.entity_id).where(AuditEvent.action == "help_request.contact_follows")
    followed = set(db.session.scalars(hands))
    for mail in _reached():
        pilot, request = _case(mail)
        parties = {pilot.user_id if pilot else 0, request.contact_id if request else 0}
        emails = {request.contact_email} if request else set()
        if request is not None:  # who spoke for it before somebody followed
            spoke = select(Member.user_id).where(Member.organisation_id == request.organisation_id)
            parties |= set(db.session.scalars(spoke))
        if mail.about_entity == "user":
            parties = {mail.about_id or 0}
        gone = mail.recipient_id is None and mail.about_entity in ("user", "pilot")  # never confirmed, erased
        gone = gone or (mail.recipient_id is None and mail.about_id in followed)  # to the one who had asked
        gone = gone or (pilot is None and request is None and mail.about_entity != "user")
        if not gone and mail.recipient_id not in parties and mail.address not in emails:
            wrong.append(
                f"mail {mail.id} {mail.kind} about {mail.about_entity} {mail.about_id} to {mail.recipient_name}"
            )
    return wrong


ONLY_WHILE = {
    "proposals.ask": {"asked"},
    "proposals.ask_reminder": {"asked"},
    "proposals.pilot_says_yes": {"accepted"},
    "proposals.confirm_reminder": {"accepted"},
    "proposals.still_waiting": {"accepted"},
    "help_requests.query": {"query"},
    "help_requests.query_reminder": {"query"},
    "help_requests.hold_over": {"on_hold"},
    "help_requests.still_wanted": {"waiting"},
    "help_requests.still_searching": {"open"},
    "help_requests.still_checking": {"submitted"},
    "followups.date_agreed": {"agreed", "first_contact"},
    "followups.how_was_it": {"first_contact", "running"},
    "followups.monthly": {"running"},
    "followups.monthly_member": {"running"},
    "followups.feedback": {"running", "closing"},
    "followups.feedback_reminder": {"running", "closing"},
    "followups.still_in_use": {"completed"},
    "followups.pause_over": {"paused"},
    "followups.pilot_rests": {"agreed", "first_contact", "running"},
    "engagements.paused": {"paused"},
    "engagements.broken_off": {"broken_off"},
    "engagements.handed_over": {"broken_off"},
    "pilots.still_paused": {"paused"},
}


def _too_late(history: Moves) -> list[str]:
    """Nobody is asked what has been answered by the course of things."""
    wrong = []
    for mail in _reached():
        came_back_later = mail.error == "bounced"  # somebody called because of the address, whatever stood in it
        if mail.kind not in ONLY_WHILE or mail.sent_at is None or mail.about_id is None or came_back_later:
            continue
        entity, key = mail.about_entity, mail.about_id
        if entity == "followup":
            entity, key = "engagement", db.session.get_one(FollowUp, key).engagement_id
        states = [event.after for event in history[entity, key] if event.at < mail.sent_at]
        state = states[-1] if states else ("agreed" if entity == "engagement" else "")
        if state and state not in ONLY_WHILE[mail.kind]:
            wrong.append(f"mail {mail.id} {mail.kind} left at {mail.sent_at} although {entity} {key} was {state}")
    return wrong


def _unreminded() -> list[str]:
    """Nobody's time ran out without a reminder that reached its person, two days or more before (urgent ones apart)."""
    wrong = []
    for row in db.session.scalars(select(Proposal).where(Proposal.state == ProposalState.EXPIRED)):
        reminders = select(OutboxMessage.sent_at, OutboxMessage.state, OutboxMessage.tries).where(
            OutboxMessage.about_entity == "proposal",
            OutboxMessage.about_id == row.id,
            OutboxMessage.kind == "proposals.ask_reminder",
        )
        told = [
            sent
            for sent, state, tries in db.session.execute(reminders)
            if (sent is not None and sent <= row.state_since) or (tries and state is not MailState.FAILED)
        ]
        if not told and row.help_request.urgency != "high" and not _called_again(row):
            wrong.append(f"proposal {row.id} expired {row.state_since} without a reminder")
    return wrong


def _called_again(row: Proposal) -> bool:
    """Whether the coordinator called more than once: the second call is the reminder, after three the next is asked."""
    calls = select(func.max(OutboxMessage.tries)).where(
        OutboxMessage.about_entity == "proposal", OutboxMessage.about_id == row.id
    )
    return (db.session.scalar(calls) or 0) > 1


MAIN = {
    "member": {
        "help_requests.confirm",
        "proposals.pilot_says_yes",
        "engagements.contact_data",
        "followups.how_was_it",
        "followups.feedback",
        "followups.still_in_use",
    },
    "pilot": {
        "proposals.ask",
        "engagements.contact_data",
        "followups.how_was_it",
        "followups.feedback",
        "followups.late_thanks",
    },
}


def _budget(stage: Stage) -> list[str]:
    """A completed case costs each side its mails once; asked again because of silence counts as a reminder."""
    wrong = []
    for case in db.session.scalars(select(Engagement).where(Engagement.state == engagement_rules.State.COMPLETED)):
        asked = select(FollowUp.id).where(FollowUp.engagement_id == case.id, FollowUp.visit == 1)
        about = {"proposal": {case.proposal_id}, "engagement": {case.id}, "followup": set(db.session.scalars(asked))}
        about["help_request"] = {case.help_request_id}
        for side, person in (("member", case.help_request.contact_id), ("pilot", case.pilot.user_id)):
            got = Counter(
                mail.kind
                for mail in _reached()
                if mail.about_id in about.get(mail.about_entity, ())
                and (mail.recipient_id == person or mail.kind == "help_requests.confirm")
                and mail.kind in MAIN[side]
            )
            stage.counts[f"mails of a case, {side}, at most"] = max(
                stage.counts[f"mails of a case, {side}, at most"], got.total()
            )
            if got.total() > len(MAIN[side]):
                wrong.append(f"engagement {case.id}: {side} got {dict(got)}")
    return wrong
