"""Reading proposals: who can be asked, what stands on a ladder, what the coordinator must look at."""

from .asking import ask_leaves_at, ask_still_held, asks_this_month, end_of_day, is_own_case, month_start, obstacle
from .blocks import blocked_pilots, blocks_of_pair, blocks_of_pilot, blocks_of_request
from .hands import hands_of, may_raise_hand, open_for
from .ladders import (
    approved_on,
    asked_for_contact,
    broken_by_edit_ids,
    ladder_history,
    late_yes_on,
    latest_ladder,
    live_ask,
    live_pair,
    on_ladders_of,
    open_ladders,
)
from .learning import (
    active_weighting,
    decisions,
    decisions_of,
    decisions_since,
    newest_learned,
    request_ids_without_sample,
    undecided,
    weightings,
)
from .page import (
    Candidate,
    best_of,
    candidates,
    matching_of,
    matchings_of,
    pilot_names,
    pilots_named,
    queue,
    suggestions,
)
from .share import suggested_for, to_share
from .sweeping import due_ids, next_due, out_of_step_ids
from .tasks import seeks_further, tasks
from .wished import wished

__all__ = [
    "Candidate",
    "active_weighting",
    "approved_on",
    "ask_leaves_at",
    "ask_still_held",
    "asked_for_contact",
    "asks_this_month",
    "best_of",
    "blocked_pilots",
    "blocks_of_pair",
    "blocks_of_pilot",
    "blocks_of_request",
    "broken_by_edit_ids",
    "candidates",
    "decisions",
    "decisions_of",
    "decisions_since",
    "due_ids",
    "end_of_day",
    "hands_of",
    "is_own_case",
    "ladder_history",
    "late_yes_on",
    "latest_ladder",
    "live_ask",
    "live_pair",
    "matching_of",
    "matchings_of",
    "may_raise_hand",
    "month_start",
    "newest_learned",
    "next_due",
    "obstacle",
    "on_ladders_of",
    "open_for",
    "open_ladders",
    "out_of_step_ids",
    "pilot_names",
    "pilots_named",
    "queue",
    "request_ids_without_sample",
    "seeks_further",
    "suggested_for",
    "suggestions",
    "tasks",
    "to_share",
    "undecided",
    "weightings",
    "wished",
]
