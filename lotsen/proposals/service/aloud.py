"""What is said on the telephone about a proposal, and until when whoever hears it can answer."""

from collections.abc import Callable
from datetime import date, datetime

from lotsen.core.extensions import db
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.service import Mail
from lotsen.proposals import mails, queries
from lotsen.proposals.models import Proposal
from lotsen.proposals.rules import State

_NAME_A_DAY = frozenset({"ask", "ask_reminder", "still_yes", "pilot_says_yes", "confirm_reminder"})  # of our mails


def answer_until(message: OutboxMessage, *, at: datetime) -> date | None:
    """The last day for the answer of whoever hears this message at ``at``; None when nothing is to be answered."""
    proposal = _about(message)
    if proposal is None or (message.recipient_id == proposal.pilot.user_id) != (proposal.state is State.ASKED):
        return None
    return queries.answer_by_if_told(proposal, message.kind, at)


def said_now(message: OutboxMessage, at: datetime) -> Mail | None:
    """What the message says when it is heard at ``at``; None when it names no day until which to answer."""
    name, proposal, day = message.kind.rpartition(".")[2], _about(message), answer_until(message, at=at)
    if name not in _NAME_A_DAY or proposal is None or day is None:
        return None
    mail: Callable[..., Mail] = getattr(mails, name)
    return mail(proposal, "", day)


def _about(message: OutboxMessage) -> Proposal | None:
    return db.session.get(Proposal, message.about_id) if message.about_entity == Proposal.entity else None
