"""The verbs of proposals: approve an order, ask one pilot after the other, take the answers."""

from .aloud import answer_until, said_now
from .answers import accept, ask_question, decline, expire, keep_late_yes, question_answered
from .blocks import lift_block
from .brought import brought
from .clocks import (
    on_delivered,
    on_recalled,
    on_request_edited,
    on_undeliverable,
    remind,
    rule_broken,
    rules_hold,
    tell_pilot,
)
from .contacts import on_contact_followed, on_contact_left
from .hands import lower_hand, raise_hand
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
    take_late_yes_now,
)
from .learning import freeze
from .order import ask_earlier, take_off
from .outcome import confirm, pilot_gone, refuse, rest_search, speaks_by_now, stop_asking, stop_ladder, withdraw
from .waiting import wake
from .weights import activate as activate_weighting
from .weights import keep as keep_weighting
from .weights import roll_back as roll_back_weighting
from .yes import needs_no_word, take_late_yes

__all__ = [
    "accept",
    "activate_weighting",
    "answer_until",
    "approve_ladder",
    "ask_earlier",
    "ask_next",
    "ask_question",
    "brought",
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
    "lift_block",
    "lower_hand",
    "needs_no_word",
    "not_this_one",
    "on_contact_followed",
    "on_contact_left",
    "on_delivered",
    "on_recalled",
    "on_request_edited",
    "on_undeliverable",
    "pilot_gone",
    "question_answered",
    "raise_hand",
    "recall_ask",
    "refuse",
    "remind",
    "rest_search",
    "roll_back_weighting",
    "rule_broken",
    "rules_hold",
    "said_now",
    "speaks_by_now",
    "stop_asking",
    "stop_ladder",
    "suggest_by_hand",
    "take_late_yes",
    "take_late_yes_now",
    "take_off",
    "tell_pilot",
    "wake",
    "withdraw",
]
