"""Reading proposals: who can be asked, what stands on a ladder, what the coordinator must look at."""

from .asking import ask_still_held, asks_this_month, end_of_day, is_own_case, month_start, obstacle
from .blocks import blocked_pilots
from .ladders import approved_on, ladder_history, latest_ladder, live_ask, live_pair, on_ladders_of, open_ladders
from .page import Candidate, best_of, candidates, matching_of, matchings_of, pilots_named, queue, suggestions
from .sweeping import due_ids, next_due, out_of_step_ids
from .tasks import tasks

__all__ = [
    "Candidate",
    "approved_on",
    "ask_still_held",
    "asks_this_month",
    "best_of",
    "blocked_pilots",
    "candidates",
    "due_ids",
    "end_of_day",
    "is_own_case",
    "ladder_history",
    "latest_ladder",
    "live_ask",
    "live_pair",
    "matching_of",
    "matchings_of",
    "month_start",
    "next_due",
    "obstacle",
    "on_ladders_of",
    "open_ladders",
    "out_of_step_ids",
    "pilots_named",
    "queue",
    "suggestions",
    "tasks",
]
