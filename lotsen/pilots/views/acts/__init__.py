"""The table of acts: which page, in which states, what it asks, what it does."""

from . import course, records
from .base import Act

ACTS: dict[str, Act] = {act.slug: act for act in (*course.STAFF, *records.STAFF)}
OWN_ACTS: dict[str, Act] = {act.slug: act for act in (*course.OWN, *records.OWN)}

__all__ = ["ACTS", "OWN_ACTS", "Act"]
