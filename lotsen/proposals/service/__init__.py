"""The verbs of proposals: approve an order, ask one pilot after the other, take the answers."""

from .answers import accept, ask_question, decline, expire, keep_late_yes, question_answered
from .clocks import on_delivered, on_request_edited, on_undeliverable, remind, tell_pilot
from .ladder import (
    approve_ladder,
    ask_next,
    close_ladder,
    go_on,
    latest_answer,
    not_this_one,
    recall_ask,
    suggest_by_hand,
)
from .outcome import confirm, pilot_gone, refuse, stop_ladder, withdraw

__all__ = [
    "accept",
    "approve_ladder",
    "ask_next",
    "ask_question",
    "close_ladder",
    "confirm",
    "decline",
    "expire",
    "go_on",
    "keep_late_yes",
    "latest_answer",
    "not_this_one",
    "on_delivered",
    "on_request_edited",
    "on_undeliverable",
    "pilot_gone",
    "question_answered",
    "recall_ask",
    "refuse",
    "remind",
    "stop_ladder",
    "suggest_by_hand",
    "tell_pilot",
    "withdraw",
]
