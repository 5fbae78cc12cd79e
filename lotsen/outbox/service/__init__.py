"""Putting a message into the outbox, recalling it, recording a call. Sending is in ``jobs``."""

from .after import (
    OLD_ADDRESS,
    recall_reminder,
    record_attempt,
    record_bounce,
    record_call,
    record_reply,
    record_reply_seen,
    send_again,
)
from .aloud import read_aloud
from .holding import hold, release
from .recalling import readdress, recall, recall_to
from .signals import delivered, recalled, undeliverable, unreached
from .writing import Action, Address, Mail, Recipient, enqueue, rewrite

__all__ = [
    "OLD_ADDRESS",
    "Action",
    "Address",
    "Mail",
    "Recipient",
    "delivered",
    "enqueue",
    "hold",
    "read_aloud",
    "readdress",
    "recall",
    "recall_reminder",
    "recall_to",
    "recalled",
    "record_attempt",
    "record_bounce",
    "record_call",
    "record_reply",
    "record_reply_seen",
    "release",
    "rewrite",
    "send_again",
    "undeliverable",
    "unreached",
]
