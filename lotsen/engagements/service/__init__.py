"""The verbs of engagements: begin, meet, fits, done, feedback, break off, hours."""

from . import elsewhere as elsewhere
from .answers import member_asks, pilot_says_yes
from .begin import begin, case_link
from .course import back_to_running, contact_made, done, extend, fits, set_meeting, still_open
from .ending import break_off, complete, give_feedback
from .hours import log_hours
from .words import needs_office, task_done

__all__ = [
    "back_to_running",
    "begin",
    "break_off",
    "case_link",
    "complete",
    "contact_made",
    "done",
    "extend",
    "fits",
    "give_feedback",
    "log_hours",
    "member_asks",
    "needs_office",
    "pilot_says_yes",
    "set_meeting",
    "still_open",
    "task_done",
]
