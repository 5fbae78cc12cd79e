"""Putting a message into the outbox, recalling it, recording a call. Sending is in ``jobs``."""

from .after import record_attempt, record_bounce, record_call, send_again
from .signals import delivered, undeliverable
from .writing import Action, Address, Mail, Recipient, enqueue, recall, recall_to

__all__ = [
    "Action",
    "Address",
    "Mail",
    "Recipient",
    "delivered",
    "enqueue",
    "recall",
    "recall_to",
    "record_attempt",
    "record_bounce",
    "record_call",
    "send_again",
    "undeliverable",
]
