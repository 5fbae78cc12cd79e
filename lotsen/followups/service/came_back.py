"""A question that came back is not unanswered: the clocks of the cases it asks about stop until somebody has called."""

from datetime import datetime

from lotsen.core.extensions import db
from lotsen.engagements import service as engagements
from lotsen.engagements.models import Engagement
from lotsen.outbox import service as outbox
from lotsen.outbox.models import OutboxMessage

from .. import queries
from ..models import FollowUp


@outbox.undeliverable.connect
def on_undeliverable(message: OutboxMessage, at: datetime) -> None:
    """Nobody has read the question."""
    for engagement in _asked_about(message):
        engagements.stop_clock(engagement, at=at)


@outbox.delivered.connect
def on_delivered(message: OutboxMessage, at: datetime) -> None:
    """Somebody called, or the mail arrived after all."""
    for engagement in _asked_about(message):
        engagements.clock_goes_on(engagement, at=at)


@outbox.recalled.connect
def on_recalled(message: OutboxMessage, at: datetime) -> None:
    """A reminder was taken back before it left."""
    for engagement in _asked_about(message):
        engagements.reminds_again(engagement, at=at)


def _asked_about(message: OutboxMessage) -> list[Engagement]:
    row = db.session.get(FollowUp, message.about_id) if message.about_entity == FollowUp.entity else None
    return [each.engagement for each in queries.asked_together(row)] if row is not None else []
