"""The proof at the end: what must be true of everything that was said and done in the whole year."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.audit.models import AuditEvent
from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement
from lotsen.followups.models import FollowUp
from lotsen.help_requests.models import HelpRequest
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.pilots.models import Pilot
from lotsen.proposals.models import Proposal

from .budget import budget
from .in_time import NOT_THERE, ended_in_time
from .stage import Stage

Moves = dict[tuple[str, int], list[AuditEvent]]
TABLES: dict[str, Any] = {
    "pilot": Pilot,
    "help_request": HelpRequest,
    "proposal": Proposal,
    "engagement": Engagement,
    "followup": FollowUp,
    "user": User,
}


def at_the_end(stage: Stage) -> None:
    """Nothing is missing in the log, nobody was written to in vain or too often, nothing ended before its time."""
    moves, reached = history(), _reached()
    wrong = [*_chains(moves), *_strangers(stage, reached), *_too_late(moves, reached)]
    wrong += [*ended_in_time(moves), *budget(stage, reached)]
    wrong += [f"Message-ID {key} {n} times" for key, n in stage.sink.message_ids.items() if n > 1]
    wrong += [f"{since:%Y-%m-%d}: {what}" for what, since in stage.wrong.items()]
    assert not wrong, "\n".join(wrong)
    for action, entity, after in db.session.execute(select(AuditEvent.action, AuditEvent.entity, AuditEvent.after)):
        stage.counts[f"{entity} became {after}" if after else action] += 1
    stage.counts["mails"] = len(stage.sink.mails)


def history() -> Moves:
    """Every step of every row, in order."""
    moves: Moves = defaultdict(list)
    for event in db.session.scalars(select(AuditEvent).where(AuditEvent.after != "").order_by(AuditEvent.id)):
        moves[event.entity, event.entity_id].append(event)
    return moves


def _chains(moves: Moves) -> list[str]:
    """The log tells every step, each from where the one before ended, the last one where the row stands."""
    wrong = []
    for (entity, key), events in moves.items():
        for earlier, later in pairwise(events):
            if earlier.after != later.before or later.at < earlier.at:
                wrong.append(
                    f"audit of {entity} {key}: {earlier.after} at {earlier.at}, then {later.before} at {later.at}"
                )
        row = db.session.get(TABLES[entity], key)
        if row is not None and row.state.value != events[-1].after:
            wrong.append(f"audit of {entity} {key} ends with {events[-1].after}, the row is {row.state.value}")
    return wrong


def _case(row: Any) -> tuple[Pilot | None, HelpRequest | None]:
    if isinstance(row, FollowUp):
        row = row.engagement
    if isinstance(row, Pilot):
        return row, None
    if isinstance(row, HelpRequest):
        return None, row
    return row.pilot, row.help_request


def _reached() -> list[OutboxMessage]:
    states = [MailState.SENT, MailState.CALLED]
    return list(
        db.session.scalars(select(OutboxMessage).where(OutboxMessage.state.in_(states)).order_by(OutboxMessage.id))
    )


def _strangers(stage: Stage, reached: list[OutboxMessage]) -> list[str]:
    """Whoever is written to is a party of the case at that moment: who spoke for it before only until then."""
    wrong = []
    for mail in reached:
        row = db.session.get(TABLES[mail.about_entity], mail.about_id)
        if row is None:  # a draft or an account that nobody confirmed, gone since
            continue
        if isinstance(row, User):
            parties: set[Any] = {row.id}
        else:
            pilot, request = _case(row)
            parties = {pilot.user_id} if pilot else set()
            if request is not None:
                spoke = stage.spoke_before[request.id]
                parties |= {request.contact_id, request.contact_email}
                parties |= {who for who, until in spoke.items() if mail.created_at <= until}
        parties -= {None, ""}
        if not parties & {mail.recipient_id, mail.address}:
            wrong.append(
                f"mail {mail.id} {mail.kind} about {mail.about_entity} {mail.about_id} to {mail.recipient_name}"
            )
    return wrong


ONLY_WHILE = {
    "proposals.ask": {"asked"},
    "proposals.ask_reminder": {"asked"},
    "proposals.still_yes": {"asked"},
    "proposals.pilot_says_yes": {"accepted"},
    "proposals.yes_holds": {"accepted"},
    "proposals.confirm_reminder": {"accepted"},
    "proposals.still_waiting": {"accepted"},
    "help_requests.query": {"query"},
    "help_requests.query_reminder": {"query"},
    "help_requests.hold_over": {"on_hold"},
    "help_requests.still_wanted": {"waiting"},
    "help_requests.still_searching": {"open"},
    "help_requests.still_checking": {"submitted"},
    "followups.date_agreed": {"agreed", "first_contact"},
    "followups.how_was_it": {"first_contact", "running"},  # each side is asked, also when the other said it fits
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


def _too_late(moves: Moves, reached: list[OutboxMessage]) -> list[str]:
    """Nobody is asked what has been answered by the course of things.

    A mail that came back left in time; the call after it ("anrufen") is about the address, whatever stood in it.
    """
    wrong = []
    for mail in reached:
        if mail.kind not in ONLY_WHILE or mail.sent_at is None or mail.about_id is None or mail.error in NOT_THERE:
            continue
        entity, key = mail.about_entity, mail.about_id
        if entity == "followup":
            entity, key = "engagement", db.session.get_one(FollowUp, key).engagement_id
        states = [event.after for event in moves[entity, key] if event.at < mail.sent_at]
        state = states[-1] if states else ("agreed" if entity == "engagement" else "")
        if state and state not in ONLY_WHILE[mail.kind]:
            wrong.append(f"mail {mail.id} {mail.kind} left at {mail.sent_at} although {entity} {key} was {state}")
    return wrong
