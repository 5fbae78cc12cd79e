"""The start page, the search, a person's page, and decisions from the morning mail."""

from . import decision, pages, untouched
from .base import bp

__all__ = ["bp", "decision", "pages", "untouched"]
