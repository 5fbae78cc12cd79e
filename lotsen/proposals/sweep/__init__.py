"""Scoring: the only place where the app meets the matcher."""

from matching import InputError as CannotBeKept

from . import learn, preview
from .index import index, need, profiles
from .scoring import KEPT, run, score, stale_ids, why_not
from .share import Share, share

__all__ = [
    "KEPT",
    "CannotBeKept",
    "Share",
    "index",
    "learn",
    "need",
    "preview",
    "profiles",
    "run",
    "score",
    "share",
    "stale_ids",
    "why_not",
]
