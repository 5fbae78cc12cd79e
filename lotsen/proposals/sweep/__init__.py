"""Scoring: the only place where the app meets the matcher."""

from .index import index, need, profile
from .scoring import KEPT, run, score, stale_ids, why_not

__all__ = ["KEPT", "index", "need", "profile", "run", "score", "stale_ids", "why_not"]
