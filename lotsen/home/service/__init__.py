"""What the desk does by itself in the morning, and what is decided from a mail."""

from .decisions import Verb, decide, task_behind, verb_for
from .escalation import Reminded, remind_office, take_over, tell_about_untouched
from .morning import write_decisions

__all__ = [
    "Reminded",
    "Verb",
    "decide",
    "remind_office",
    "take_over",
    "task_behind",
    "tell_about_untouched",
    "verb_for",
    "write_decisions",
]
