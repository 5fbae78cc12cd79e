"""Reading pilots: for lists and pages, for the matcher, for the coordinator's day, and what happened in words."""

from .history import history
from .lists import Filters, asks_this_month, forgotten_by, number_forgotten, overview
from .public import find_in_public, in_public
from .rows import (
    due_ids,
    find_by_user,
    for_matching,
    next_due,
    of_user_or_404,
    same_application,
    seen_by,
    with_open_names,
)
from .tasks import decision_on, pauses_too_long, question, tasks
from .words import (
    STATE_TONES,
    block_label,
    end_reason_label,
    missing_label,
    reject_reason_label,
    stands_label,
    state_label,
    topic_levels,
)

__all__ = [
    "STATE_TONES",
    "Filters",
    "asks_this_month",
    "block_label",
    "decision_on",
    "due_ids",
    "end_reason_label",
    "find_by_user",
    "find_in_public",
    "for_matching",
    "forgotten_by",
    "history",
    "in_public",
    "missing_label",
    "next_due",
    "number_forgotten",
    "of_user_or_404",
    "overview",
    "pauses_too_long",
    "question",
    "reject_reason_label",
    "same_application",
    "seen_by",
    "stands_label",
    "state_label",
    "tasks",
    "topic_levels",
    "with_open_names",
]
