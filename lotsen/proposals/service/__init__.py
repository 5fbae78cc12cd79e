"""The verbs of proposals: approve an order, ask one pilot after the other, take the answers."""

from .answers import accept, ask_question, decline, expire, keep_late_yes, question_answered
from .clocks import on_delivered, on_request_edited, on_undeliverable, remind, tell_pilot
from .ladder import (
    approve_ladder,
    ask_next,
    check_and_approve,
    close_ladder,
    go_on,
    latest_answer,
    not_this_one,
    recall_ask,
    suggest_by_hand,
)
from .learning import freeze
from .outcome import confirm, pilot_gone, refuse, stop_ladder, withdraw
from .weights import activate as activate_weighting
from .weights import keep as keep_weighting
from .weights import roll_back as roll_back_weighting

__all__ = [
    "accept",
    "activate_weighting",
    "approve_ladder",
    "ask_next",
    "ask_question",
    "check_and_approve",
    "close_ladder",
    "confirm",
    "decline",
    "expire",
    "freeze",
    "go_on",
    "keep_late_yes",
    "keep_weighting",
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
    "roll_back_weighting",
    "stop_ladder",
    "suggest_by_hand",
    "tell_pilot",
    "withdraw",
]
