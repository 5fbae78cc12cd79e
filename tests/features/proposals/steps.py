"""Steps of an order that several tests take."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from lotsen.accounts.models import User
from lotsen.core import tokens
from lotsen.core.db import transaction
from lotsen.core.extensions import db
from lotsen.core.tokens import Purpose
from lotsen.outbox.models import OutboxMessage
from lotsen.outbox.rules import State as MailState
from lotsen.proposals import service
from lotsen.proposals.models import Proposal
from tests import factories


def mails(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def approve(coordinator: User, at: datetime, count: int = 3, **request_values: Any) -> list[Proposal]:
    request = factories.help_request(**request_values)
    proposals = [factories.proposal(of=request, rank=i + 1) for i in range(count)]
    with transaction():
        service.approve_ladder(request, proposals, by=coordinator, at=at)
    return proposals


def hand_over(proposal: Proposal, at: datetime) -> None:
    """What the drain does when the mail server took the ask."""
    from lotsen.outbox.service import delivered

    with transaction():
        for message in db.session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.about_entity == "proposal",
                OutboxMessage.about_id == proposal.id,
                OutboxMessage.state == MailState.WAITING,
            )
        ):
            message.state, message.sent_at = MailState.SENT, at
            delivered.send(message, at=at)


def by_link(proposal: Proposal, at: datetime) -> str:
    """The token of the link in the ask."""
    with transaction():
        return tokens.issue(Purpose.ANSWER_ASK, "proposal", proposal.id, at=at, user_id=proposal.pilot.user_id)
