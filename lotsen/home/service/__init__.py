"""What the desk does by itself in the morning, and what is decided from a mail."""

from .decisions import Verb, decide, task_behind, verb_for
from .escalation import tell_about_untouched
from .morning import write_decisions

__all__ = ["Verb", "decide", "task_behind", "tell_about_untouched", "verb_for", "write_decisions"]
