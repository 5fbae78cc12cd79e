"""The verbs of engagements: begin, meet, fits, pause, hand over, done, feedback, break off, hours, concerns."""

from .answers import member_asks, pilot_says_yes
from .appointments import appoint, call_off, move_appointment, send_invitation, set_meeting
from .begin import begin
from .brought import approve_brought
from .came_back import clock_goes_on, reminds_again, stop_clock
from .concerns import report_problem, settle_concern
from .course import back_to_running, contact_made, done, extend, fits, still_open
from .elsewhere import contact_follows
from .ending import break_off, complete, give_feedback
from .handing import hand_over, seek_more, stop_seeking
from .hours import log_hours
from .messages import write_message
from .pause import expect_word, no_more_asking, pause, resume
from .post import case_link, case_token
from .release import release_contact
from .standing import free_place, set_due
from .words import needs_office, task_done

__all__ = [
    "appoint",
    "approve_brought",
    "back_to_running",
    "begin",
    "break_off",
    "call_off",
    "case_link",
    "case_token",
    "clock_goes_on",
    "complete",
    "contact_follows",
    "contact_made",
    "done",
    "expect_word",
    "extend",
    "fits",
    "free_place",
    "give_feedback",
    "hand_over",
    "log_hours",
    "member_asks",
    "move_appointment",
    "needs_office",
    "no_more_asking",
    "pause",
    "pilot_says_yes",
    "release_contact",
    "reminds_again",
    "report_problem",
    "resume",
    "seek_more",
    "send_invitation",
    "set_due",
    "set_meeting",
    "settle_concern",
    "still_open",
    "stop_clock",
    "stop_seeking",
    "task_done",
    "write_message",
]
