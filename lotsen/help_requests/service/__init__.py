"""The verbs of help requests, in the order of their life."""

from .brought import bring_along, confirm_brought
from .check import (
    answer,
    answer_query,
    ask_back,
    clear_short_text,
    hold,
    open_request,
    refer,
    reject,
    wait,
)
from .contacts import contact_followed, contact_follows, new_contact
from .course import (
    asks_on,
    back_to_matched,
    back_to_open,
    hand_raised,
    it_fits_somebody,
    search_goes_on,
    seek_further,
    seek_nobody,
    to_asking,
    to_completed,
    to_matched,
    to_running,
    yes_waits,
)
from .edit import edit, edited, says_already
from .end import keep, put_aside, reopen, rest, rested, resume, withdraw
from .intake import delete_draft, draft, submit
from .intakes import finish_intake, keep_intake, purge_intakes
from .joining import Part, merge, split
from .post import remind, send_new_link, tell

__all__ = [
    "Part",
    "answer",
    "answer_query",
    "ask_back",
    "asks_on",
    "back_to_matched",
    "back_to_open",
    "bring_along",
    "clear_short_text",
    "confirm_brought",
    "contact_followed",
    "contact_follows",
    "delete_draft",
    "draft",
    "edit",
    "edited",
    "finish_intake",
    "hand_raised",
    "hold",
    "it_fits_somebody",
    "keep",
    "keep_intake",
    "merge",
    "new_contact",
    "open_request",
    "purge_intakes",
    "put_aside",
    "refer",
    "reject",
    "remind",
    "reopen",
    "rest",
    "rested",
    "resume",
    "says_already",
    "search_goes_on",
    "seek_further",
    "seek_nobody",
    "send_new_link",
    "split",
    "submit",
    "tell",
    "to_asking",
    "to_completed",
    "to_matched",
    "to_running",
    "wait",
    "withdraw",
    "yes_waits",
]
