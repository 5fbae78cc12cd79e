"""Answers from mail links, the case page of each side, and the coordinator's view."""

from . import answer, case, concerns, confirm, pages, record, verbs
from .base import bp

__all__ = ["answer", "bp", "case", "concerns", "confirm", "pages", "record", "verbs"]
