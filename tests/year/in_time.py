"""Nothing ended by itself before its time, and nobody's time ran while nobody had reached the person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from lotsen.audit.models import AuditEvent
from lotsen.core.clock import END_OF_DAY, at_local, calendar, local_date
from lotsen.core.extensions import db
from lotsen.engagements.models import Engagement
from lotsen.engagements.queries import both_gave_feedback
from lotsen.engagements.rules import Side
from lotsen.followups.models import FollowUp
from lotsen.municipality.queries import town
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals.models import Proposal

Moves = dict[tuple[str, int], list[AuditEvent]]
ASKS = ("proposals.ask", "proposals.still_yes")
NOT_THERE = {"bounced", "old_address"}  # it did not reach the person: somebody calls
FEEDBACK = ("followups.feedback", "followups.feedback_reminder")


def ended_in_time(history: Moves) -> list[str]:
    """All that a time-out ended, measured against the words that reached somebody before."""
    wrong = []
    for (entity, key), events in history.items():
        for number, event in enumerate(events):
            if (entity, event.after) == ("proposal", "expired"):
                wrong += _expired(db.session.get_one(Proposal, key), event)
            elif (entity, event.after) == ("help_request", "put_aside"):
                wrong += _put_aside(key, event)
            elif (entity, event.after) == ("engagement", "completed") and event.actor_id is None:
                wrong += _completed(db.session.get_one(Engagement, key), events[number - 1], event)
    return wrong


def _about(entity: str, keys: Sequence[int]) -> Sequence[OutboxMessage]:
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.about_entity == entity, OutboxMessage.about_id.in_(keys))
    ).all()


def _in_vain(message: OutboxMessage) -> bool:
    return not message.address and message.tries >= town().call_attempts


def _reached_at(message: OutboxMessage) -> datetime | None:
    """When the person read or heard it; a call in vain, and a mail that came back, reached nobody."""
    told = message.state in (MailState.SENT, MailState.CALLED) and not _in_vain(message)
    return message.sent_at if told else None


def _first_attempt(message: OutboxMessage) -> datetime | None:
    attempts = select(AuditEvent.at).where(
        AuditEvent.action == "outbox.not_reached", AuditEvent.entity_id == message.id
    )
    return db.session.scalar(attempts.order_by(AuditEvent.id).limit(1))


def _said(row: Proposal, action: str, before: datetime) -> list[datetime]:
    """When this was said about the ask that stood last, and not about one that was taken back before it."""
    words = select(AuditEvent.at).where(
        AuditEvent.entity == "proposal",
        AuditEvent.entity_id == row.id,
        AuditEvent.action == action,
        AuditEvent.at <= before,
    )
    return [at for at in db.session.scalars(words) if row.asked_at is None or at >= row.asked_at]


def _end(after: datetime, working_days: int) -> datetime:
    return at_local(calendar().nth_working_day(local_date(after), working_days), END_OF_DAY)


def _expired(row: Proposal, event: AuditEvent) -> list[str]:
    """Three calls in vain; else 5 WT after the ask reached her, and 2 WT after the reminder did (urgent: 2 WT).

    "The clock starts with the first recorded attempt": so it does when it is urgent, and for the reminder of somebody
    without mail whom the ask had reached. A call that reaches her starts it anew. Who asked a question has heard the
    ask, whatever became of its mail or call; her time counts from the answer, and without one it stands.
    """
    messages = [message for message in _about("proposal", [row.id]) if message.created_at <= event.at]
    what = f"proposal {row.id} expired {event.at:%Y-%m-%d %H:%M}"
    if event.reason == "not_reached":
        return [] if any(_in_vain(message) for message in messages) else [f"{what} before three calls in vain"]
    urgent = row.help_request.urgency == "high"
    asks = [
        at
        for m in messages
        if m.kind in ASKS and (at := _reached_at(m) or (_first_attempt(m) if urgent else None)) and at <= event.at
    ]
    if questions := _said(row, "proposal.question", event.at):
        asks += _said(row, "proposal.question_answered", event.at)
        if not any(at >= max(questions) for at in asks):
            return [f"{what} while her question of {max(questions):%Y-%m-%d %H:%M} had no answer"]
    if not asks:
        return [f"{what} although the ask had reached nobody"]
    if urgent:
        return [] if event.at >= _end(max(asks), town().urgent_days) else [f"{what}, asked {max(asks)}, urgent"]
    told = [m for m in messages if m.kind == "proposals.ask_reminder"]
    reminders = [at for m in told if (at := _reached_at(m) or _first_attempt(m)) and at <= event.at]
    if not reminders:
        return [f"{what} without a reminder"]
    if event.at < _end(max(asks), 5) or event.at < _end(max(reminders), 2):
        return [f"{what} too early: asked {max(asks)}, reminded {max(reminders)}"]
    return []


def _put_aside(key: int, event: AuditEvent) -> list[str]:
    """30 WT after the question reached somebody, or after the first call in vain."""
    told = [m for m in _about("help_request", [key]) if m.kind == "help_requests.query" and m.created_at <= event.at]
    times = [at for m in told if (at := _reached_at(m) or _first_attempt(m)) and at <= event.at]
    if not times or local_date(event.at) < calendar().nth_working_day(local_date(max(times)), 30):
        return [f"help request {key} put aside {event.at:%Y-%m-%d}, asked {times}"]
    return []


def _completed(row: Engagement, closing: AuditEvent, event: AuditEvent) -> list[str]:
    """Not before day 21, and never for a side whose question came back and whom nobody has called."""
    wrong: list[str] = []
    if both_gave_feedback(row.id):
        return wrong
    if event.at < closing.at + timedelta(days=21):
        wrong.append(f"engagement {row.id} completed {event.at:%Y-%m-%d}, closing since {closing.at:%Y-%m-%d}")
    for side in Side:
        asked = select(FollowUp.id).where(FollowUp.engagement_id == row.id, FollowUp.side == side)
        for message in _about("followup", db.session.scalars(asked).all()):
            if message.kind in FEEDBACK and message.error in NOT_THERE and message.state is not MailState.CALLED:
                wrong.append(f"engagement {row.id} completed although {message.kind} to {side.value} came back")
    return wrong
